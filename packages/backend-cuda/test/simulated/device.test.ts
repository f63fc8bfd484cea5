import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kernelSource } from "../../src/compiler/kernel-source.ts";
import { LaunchArguments } from "../../src/driver/arguments.ts";
import type { Address, DriverModule, Extents } from "../../src/driver/driver.ts";
import { CudaError } from "../../src/driver/errors.ts";
import { SimulatedCompiler } from "./simulated-compiler.ts";
import { SimulatedDriver, type SimulatedContext } from "./simulated-driver.ts";

const headers = fileURLToPath(new URL(".", import.meta.url));
const compiler = new SimulatedCompiler(headers, join(headers, "../../node_modules/.cache/simulated"));
const image = compiler.compile("semantics.cu", kernelSource(join(headers, "kernels"), "semantics.cu"));

let driver: SimulatedDriver;
let device: SimulatedContext;
let module: DriverModule;
beforeEach(() => {
  driver = new SimulatedDriver({ headers, compiler });
  device = driver.open(0);
  module = device.loadModule(image);
});
afterEach(() => delete process.env["CAMADA_SIMULATED_ORDER"]);

const line = (threads: number): Extents => [threads, 1, 1];
const args = () => new LaunchArguments();
const run = (name: string, grid: Extents, block: Extents, packed: LaunchArguments, sharedBytes = 0) =>
  device.launch(module.function(name), grid, block, sharedBytes, packed.packed());

function onDevice(values: Float32Array | Int32Array | Float64Array): Address {
  const address = device.allocate(values.byteLength);
  device.upload(address, values);
  return address;
}

function fromDevice<Values extends Float32Array | Int32Array | Float64Array>(values: Values, address: Address): Values {
  device.download(values, address);
  return values;
}

const counting = (length: number) => Int32Array.from({ length }, (_, i) => i);

describe.each(["forwards", "backwards"])("the simulated device, threads run %s", (order) => {
  beforeEach(() => (process.env["CAMADA_SIMULATED_ORDER"] = order));

  it("keeps the threads of a block together at barriers", () => {
    const to = onDevice(new Int32Array(3));
    run(
      "block_sum",
      line(3),
      line(256),
      args()
        .address(onDevice(counting(768)))
        .address(to),
    );
    expect([...fromDevice(new Int32Array(3), to)]).toEqual([32640, 98176, 163712]);
  });

  it("exchanges between the lanes of a warp", () => {
    const to = onDevice(new Float32Array(32));
    run(
      "warp_sum",
      line(1),
      line(32),
      args()
        .address(onDevice(Float32Array.from(counting(32))))
        .address(to),
    );
    expect([...fromDevice(new Float32Array(32), to)]).toEqual(Array.from({ length: 32 }, () => 496));
  });

  it("shuffles and votes as a warp does", () => {
    const to = onDevice(new Int32Array(192));
    run(
      "votes",
      line(1),
      line(32),
      args()
        .address(onDevice(counting(32)))
        .address(to),
    );
    const thirds = counting(32).reduce((bits, i) => (i % 3 === 0 ? bits | (1 << i) : bits), 0);
    const expected = Array.from({ length: 32 }, (_, i) => [3, i < 2 ? i : i - 2, i % 8 > 5 ? i : i + 2, thirds, 1, 0]);
    expect([...fromDevice(new Int32Array(192), to)]).toEqual(expected.flat());
  });

  it("lets a part of a warp exchange by itself", () => {
    const to = onDevice(new Int32Array(32));
    run(
      "half_warp",
      line(1),
      line(32),
      args()
        .address(onDevice(counting(32)))
        .address(to),
    );
    expect([...fromDevice(new Int32Array(32), to)]).toEqual([...counting(32)].map((i) => (i < 16 ? 15 : i)));
  });

  it("gives every block dynamic shared memory", () => {
    const to = onDevice(new Float32Array(100));
    const packed = args()
      .address(onDevice(Float32Array.from(counting(100))))
      .address(to)
      .int32(100);
    run("reverse", line(2), line(100), packed, 400);
    expect([...fromDevice(new Float32Array(100), to)]).toEqual([...counting(100)].toReversed());
  });
});

describe("the simulated device", () => {
  it("adds up what all threads add", () => {
    const [counter, wide, sum] = [
      onDevice(new Int32Array(1)),
      onDevice(new Int32Array(2)),
      onDevice(new Float32Array(1)),
    ];
    run("count", line(5), line(70), args().address(counter).address(wide).address(sum));
    expect(fromDevice(new Int32Array(1), counter)[0]).toBe(350);
    expect([...fromDevice(new Int32Array(2), wide)]).toEqual([0, 350]);
    expect(fromDevice(new Float32Array(1), sum)[0]).toBe(175);
  });

  it("runs every thread of grids and blocks of three dimensions once", () => {
    const to = onDevice(new Int32Array(360));
    run("places", [2, 3, 1], [5, 3, 4], args().address(to));
    expect(fromDevice(new Int32Array(360), to).every((count) => count === 1)).toBe(true);
  });

  it("spoils shared memory and new allocations", () => {
    const to = device.allocate(12);
    expect([...fromDevice(new Float32Array(3), to)]).toEqual([NaN, NaN, NaN]);
    device.fillBytes(to, 0, 12);
    run("unwritten", line(3), line(1), args().address(to));
    expect([...fromDevice(new Float32Array(3), to)]).toEqual([NaN, NaN, NaN]);
  });

  it("takes parameters of every alignment", () => {
    const to = onDevice(new Float64Array(5));
    const packed = args().int32(-7).address(to).float32(0.5).align(8).int32(3);
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, 2.25, true);
    packed.align(8).int32(view.getInt32(0, true), view.getInt32(4, true));
    const bytes = Uint8Array.of(...packed.packed(), 200);
    device.launch(module.function("parameters"), line(1), line(1), 0, bytes);
    expect([...fromDevice(new Float64Array(5), to)]).toEqual([-7, 0.5, 3, 2.25, 200]);
  });

  it("finds kernels that macros make", () => {
    const to = onDevice(new Float32Array(1));
    run("made_by_macro", line(1), line(1), args().address(to));
    expect(fromDevice(new Float32Array(1), to)[0]).toBe(7.5);
  });

  it.each([
    ["too few arguments", () => run("write_behind", line(1), line(1), args().address(onDevice(new Float32Array(1))))],
    ["too many threads", () => run("give_up", line(1), line(1025), args())],
    ["an empty grid", () => run("give_up", [0, 1, 1], line(1), args())],
    ["too much shared memory", () => run("give_up", line(1), line(1), args(), 2 ** 20)],
  ])("refuses %s, and goes on", (_, launch) => {
    expect(launch).toThrow(CudaError);
    expect(launch).toThrow("CUDA_ERROR_INVALID_VALUE");
    expect(device.isLost).toBe(false);
  });

  it.each([
    ["a write behind a tensor", 700, () => run("write_behind", line(1), line(1), behind(1024))],
    ["a read behind a tensor", 700, () => run("read_behind", line(1), line(1), behind(0, 1024))],
    ["a trap", 710, () => run("give_up", line(1), line(1), args())],
    ["threads that wait for ever", 702, () => run("deadlock", line(1), line(64), behind(64, -1))],
  ])("ends with %s, and can be opened anew", (_, code, launch) => {
    expect(launch).toThrow(expect.objectContaining({ code }));
    expect(device.isLost).toBe(true);
    expect(() => device.allocate(4)).toThrow(expect.objectContaining({ code }));
    const anew = driver.open(0);
    expect(anew).not.toBe(device);
    expect(anew.allocate(4)).toBeGreaterThan(0);
  });

  /** Addresses of tensors of 1024 elements, or of the single argument that a kernel takes, and an element behind them. */
  function behind(at: number, second?: number): LaunchArguments {
    const packed = args().address(onDevice(new Float32Array(1024)));
    if (second === -1) return packed;
    return second === undefined ? packed.int32(at) : packed.address(onDevice(new Float32Array(1))).int32(second);
  }

  it("notices a write into the gap that alignment leaves", () => {
    const address = onDevice(new Float32Array(5));
    run("write_behind", line(1), line(1), args().address(address).int32(5));
    expect(() => device.free(address)).toThrow("wrote behind an allocation of 20 bytes");
  });

  it("does recorded work whenever it is replayed, and not before", () => {
    const counter = onDevice(new Int32Array(1));
    const [wide, sum] = [onDevice(new Int32Array(2)), onDevice(new Float32Array(1))];
    device.beginCapture();
    run("count", line(1), line(3), args().address(counter).address(wide).address(sum));
    const graph = device.endCapture();
    expect(fromDevice(new Int32Array(1), counter)[0]).toBe(0);
    device.launchGraph(graph);
    device.launchGraph(graph);
    expect(fromDevice(new Int32Array(1), counter)[0]).toBe(6);
  });

  it("records the streams that wait for a recorded one, and no others", () => {
    const to = onDevice(new Int32Array(2));
    const [beside, apart] = [device.createStream(), device.createStream()];
    device.beginCapture();
    const fork = device.createEvent();
    device.recordEvent(fork);
    device.streamWait(beside, fork);
    device.fillBytes(to, 1, 4, beside);
    device.fillBytes(to + 4, 1, 4, apart);
    const graph = device.endCapture();
    expect([...fromDevice(new Int32Array(2), to)]).toEqual([0, 0x01010101]);
    device.launchGraph(graph);
    expect([...fromDevice(new Int32Array(2), to)]).toEqual([0x01010101, 0x01010101]);
  });
});
