import { read, write, type KernelProgram } from "./kernel-program.ts";

/** Pixels of a row: rows of a copy begin at multiples of 256 bytes. */
const WIDTH = 256;
/** Rows of the largest canvas; larger tensors are read in stretches. */
const MOST_ROWS = 256;

/** Numbers of 32 bits that a canvas holds. */
export const WORDS_OF_A_READ = (WIDTH * MOST_ROWS) / 2;

/**
 * Two pixels for every number of 32 bits: three bytes in the colours of the first, one in the red of the second. The fourth
 * byte of a pixel is its opacity, by which a canvas would change the others.
 */
export const toPixels: KernelProgram = {
  name: "ToPixels",
  buffers: [read("x", "i32"), write("pixels", "i32")],
  numbers: { first: "i32" },
  groupSize: 64,
  code: `
fn run(id: i32) {
  let word = bitcast<u32>(x[n.first + id]);
  pixels[2 * id] = bitcast<i32>((word & 0xffffffu) | 0xff000000u);
  pixels[2 * id + 1] = bitcast<i32>((word >> 24u) | 0xff000000u);
}`,
};

/** Canvases by their height, each with a copy that the CPU can look into. */
interface Canvases {
  readonly gpu: OffscreenCanvas;
  readonly context: GPUCanvasContext;
  readonly cpu: OffscreenCanvasRenderingContext2D;
}

/** Reads what a device has computed at once: pixels of a canvas may be looked at without waiting, buffers may not. */
export class CanvasReader {
  readonly #device: GPUDevice;
  readonly #canvases = new Map<number, Canvases>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Width and height of the canvas for so many numbers: heights are powers of 2, so that there are few canvases. */
  static sizeFor(words: number): [width: number, rows: number] {
    return [WIDTH, 2 ** Math.max(0, Math.ceil(Math.log2((2 * words) / WIDTH)))];
  }

  /**
   * @param copy encodes and submits the copy of the pixels into a texture of the size of `sizeFor`.
   * @returns the numbers' bytes.
   */
  read(words: number, copy: (texture: GPUTexture) => void): Uint8Array {
    const [, rows] = CanvasReader.sizeFor(words);
    const { gpu, context, cpu } = this.#canvasesOf(rows);
    copy(context.getCurrentTexture());
    cpu.drawImage(gpu, 0, 0);
    const { data } = cpu.getImageData(0, 0, WIDTH, rows);
    const bytes = new Uint8Array(4 * words);
    for (let i = 0; i < words; i++) {
      const [from, to] = [8 * i, 4 * i];
      bytes[to] = data[from]!;
      bytes[to + 1] = data[from + 1]!;
      bytes[to + 2] = data[from + 2]!;
      bytes[to + 3] = data[from + 4]!;
    }
    return bytes;
  }

  #canvasesOf(rows: number): Canvases {
    const known = this.#canvases.get(rows);
    if (known !== undefined) return known;
    const gpu = new OffscreenCanvas(WIDTH, rows);
    const context = gpu.getContext("webgpu")!;
    const usage = GPUTextureUsage.COPY_DST | GPUTextureUsage.RENDER_ATTACHMENT;
    context.configure({ device: this.#device, format: "rgba8unorm", usage, alphaMode: "opaque" });
    const cpu = new OffscreenCanvas(WIDTH, rows).getContext("2d", { willReadFrequently: true })!;
    const made = { gpu, context, cpu };
    this.#canvases.set(rows, made);
    return made;
  }
}
