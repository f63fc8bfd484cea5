import { describe, expect, it } from "vitest";
import { type Kernels, loadKernels } from "../src/wasm/module.ts";
import { importingSharedMemory, withSharedMemory } from "../src/wasm/shared-memory.ts";
import { sharedTasks, TaskList } from "../src/wasm/thread-tasks.ts";
import type { WebAssemblyMemory } from "../src/wasm/web-assembly.ts";

interface MemoryMaker {
  readonly WebAssembly: {
    readonly Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => WebAssemblyMemory;
    validate(bytes: Uint8Array): boolean;
  };
}
const { WebAssembly } = globalThis as unknown as MemoryMaker;

/** Rows of four, columns of eight, as panels are. */
const [ROW_PANELS, COLUMN_PANELS, DEPTH] = [6, 3, 40];
const ROW_BYTES = COLUMN_PANELS * 8 * 4;
const [A, B, C] = [1024, 16 * 1024, 32 * 1024];

describe("a shared memory", () => {
  it("takes our kernels, whose products are the same bits, in one piece or in tasks", async () => {
    const [plain, shared] = [
      new WebAssembly.Memory({ initial: 1, maximum: 65536 }),
      new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true }),
    ];
    expect(shared.buffer as unknown).toBeInstanceOf(SharedArrayBuffer);
    const expected = product(plain, (multiply) =>
      multiply(A, B, C, ROW_BYTES, ROW_PANELS, COLUMN_PANELS, DEPTH, false),
    );
    const tasks = Array.from({ length: ROW_PANELS }, (_, i) => {
      return [A + i * 4 * DEPTH * 4, B, C + i * 4 * ROW_BYTES, ROW_BYTES, 1, COLUMN_PANELS, DEPTH, 0];
    });
    const inTasks = product(shared, (multiply) => new TaskList(sharedTasks(shared), multiply).doAll(tasks));
    expect(await inTasks).toEqual(await expected);
    expect((await expected).some((value) => value !== 0)).toBe(true);
  });

  it("is refused where a module has none to share", () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    expect(() => withSharedMemory(empty)).toThrow("expected tfjs's module to make a bounded memory");
    expect(() => importingSharedMemory(empty)).toThrow("expected our module to import a memory");
  });

  it("is what a module makes once its limits say so", () => {
    // One memory of 1 to 2 pages.
    const bounded = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 1, 1, 2);
    const shared = withSharedMemory(bounded);
    expect([...shared]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 3, 1, 2]);
    expect(WebAssembly.validate(shared)).toBe(true);
    expect(bounded[11]).toBe(1);
  });
});

describe("a list of tasks", () => {
  it("does each task once, list after list", () => {
    const done: number[] = [];
    const list = new TaskList(sharedTasks(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })), (a) => {
      done.push(a);
    });
    list.doAll([[1], [2], [3]]);
    list.doAll([[4]]);
    expect(done).toEqual([1, 2, 3, 4]);
  });
});

/** Fills two factors, multiplies and reads the product. */
async function product(
  memory: WebAssemblyMemory,
  work: (multiply: Kernels["multiply"]) => void,
): Promise<Float32Array> {
  const { multiply } = await loadKernels(memory);
  const floats = new Float32Array(memory.buffer);
  for (let i = 0; i < ROW_PANELS * 4 * DEPTH; i++) floats[A / 4 + i] = Math.sin(i);
  for (let i = 0; i < COLUMN_PANELS * 8 * DEPTH; i++) floats[B / 4 + i] = Math.cos(i);
  work(multiply);
  return Float32Array.from(floats.subarray(C / 4, C / 4 + (ROW_PANELS * 4 * ROW_BYTES) / 4));
}
