import type { GPGPUContext } from "@tensorflow/tfjs-backend-webgl";
import { type DrawnProgram, fragmentShader, RESULT_WIDTH, samplerOf, shiftOf } from "./drawn-program.ts";

type LinkedProgram = ReturnType<GPGPUContext["createProgram"]>;

/** A program that is ready to draw. */
interface Ready {
  readonly linked: LinkedProgram;
  readonly locations: Readonly<Record<string, WebGLUniformLocation | null>>;
}

/** A texture of four numbers a texel. */
export interface Texels {
  readonly texture: WebGLTexture;
  readonly width: number;
  readonly height: number;
}

/** Draws programs of ours in a context that tfjs's draw in too. */
export class Drawings {
  readonly #context: GPGPUContext;
  readonly #ready = new Map<string, Ready>();
  #framebuffer: WebGLFramebuffer | undefined;

  constructor(context: GPGPUContext) {
    this.#context = context;
  }

  /** @param results all of one size, none of them an input. */
  draw(
    program: DrawnProgram,
    inputs: readonly Texels[],
    numbers: Readonly<Record<string, number>>,
    results: readonly Texels[],
  ): void {
    const gl = this.#context.gl as WebGL2RenderingContext;
    const { linked, locations } = this.#prepare(program);
    const { width, height } = results[0]!;
    this.#framebuffer ??= gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer);
    results.forEach(({ texture }, i) => attach(gl, i, texture));
    gl.drawBuffers(results.map((_, i) => gl.COLOR_ATTACHMENT0 + i));
    gl.viewport(0, 0, width, height);
    gl.scissor(0, 0, width, height);
    this.#context.setProgram(linked);
    this.#context.bindVertexArray(linked.vao);
    gl.uniform1i(locations[RESULT_WIDTH]!, width);
    for (const name of program.numbers) gl.uniform1i(locations[name]!, numbers[name]!);
    for (const name of program.floats ?? []) gl.uniform1f(locations[name]!, numbers[name]!);
    program.inputs.forEach(([name, order], unit) => {
      const { texture, width: lineLength } = inputs[unit]!;
      this.#context.setInputMatrixTexture(texture, locations[samplerOf(name)]!, unit);
      if (order === "flat") gl.uniform1i(locations[shiftOf(name)]!, Math.log2(lineLength));
    });
    this.#context.executeProgram();
    // A texture that is deleted while it hangs on a framebuffer lives on.
    results.forEach((_, i) => attach(gl, i, null));
  }

  #prepare(program: DrawnProgram): Ready {
    const known = this.#ready.get(program.name);
    if (known !== undefined) return known;
    const gl = this.#context.gl as WebGL2RenderingContext;
    const linked = this.#context.createProgram(compile(gl, program));
    this.#context.buildVao(linked);
    const names = [
      RESULT_WIDTH,
      ...program.numbers,
      ...(program.floats ?? []),
      ...program.inputs.flatMap(([name, order]) => [samplerOf(name), ...(order === "flat" ? [shiftOf(name)] : [])]),
    ];
    const locations = Object.fromEntries(names.map((name) => [name, gl.getUniformLocation(linked, name)]));
    const made = { linked, locations };
    this.#ready.set(program.name, made);
    return made;
  }
}

function attach(gl: WebGL2RenderingContext, place: number, texture: WebGLTexture | null): void {
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + place, gl.TEXTURE_2D, texture, 0);
}

function compile(gl: WebGL2RenderingContext, program: DrawnProgram): WebGLShader {
  const shader = gl.createShader(gl.FRAGMENT_SHADER)!;
  gl.shaderSource(shader, fragmentShader(program));
  gl.compileShader(shader);
  if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) === true || gl.isContextLost()) return shader;
  throw new Error(`${program.name} does not compile: ${gl.getShaderInfoLog(shader) ?? "no reason given"}`);
}
