import { RandomCase } from "@camada/test-kit";
import { beforeEach, describe, expect, it } from "vitest";
import type { Address, DriverContext } from "../../src/driver/driver.ts";
import { CudaError, CudaOutOfMemoryError, OUT_OF_MEMORY } from "../../src/driver/errors.ts";
import { CachingMemory } from "../../src/memory/caching-memory.ts";
import type { Block } from "../../src/memory/device-memory.ts";
import { sizeClass } from "../../src/memory/size-class.ts";

const MIB = 2 ** 20;

/** What the allocator needs of a driver, written down: no memory stands behind it. */
class RecordedDriver {
  readonly allocated = new Map<Address, number>();
  calls = 0;
  isLost = false;
  #next = 2 ** 40;
  readonly #limitBytes: number;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  allocate(sizeBytes: number): Address {
    this.calls++;
    if (sizeBytes > this.freeMemoryBytes())
      throw new CudaError("cuMemAlloc_v2", OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "");
    const address = this.#next;
    this.#next += sizeBytes + 512;
    this.allocated.set(address, sizeBytes);
    return address;
  }

  free(address: Address): void {
    if (!this.allocated.delete(address)) throw new Error(`nothing is allocated at ${address}`);
  }

  freeMemoryBytes(): number {
    return this.#limitBytes - [...this.allocated.values()].reduce((sum, size) => sum + size, 0);
  }
}

let driver: RecordedDriver;
let memory: CachingMemory;
const begin = (limitBytes: number, capBytes = 0) => {
  driver = new RecordedDriver(limitBytes);
  memory = new CachingMemory(driver as unknown as DriverContext, capBytes);
};
beforeEach(() => begin(256 * MIB));

/** Whether no two blocks share a byte, and each lies inside what the driver gave. */
function areApart(blocks: readonly Block[]): boolean {
  const sorted = blocks.toSorted((a, b) => a.address - b.address);
  const isInside = ({ address, sizeBytes }: Block) =>
    [...driver.allocated].some(([start, size]) => address >= start && address + sizeBytes <= start + size);
  return sorted.every((block, i) => {
    const before = sorted[i - 1];
    return isInside(block) && (before === undefined || before.address + before.sizeBytes <= block.address);
  });
}

describe("sizeClass", () => {
  it("is large enough, aligned, and wastes an eighth at most beyond the least size", () => {
    for (let index = 0; index < 2000; index++) {
      const size = Math.ceil(2 ** (new RandomCase("size", index).uniform() * 36));
      const got = sizeClass(size);
      expect(got).toBeGreaterThanOrEqual(size);
      expect(got % 512).toBe(0);
      if (size > 4096) expect(got).toBeLessThanOrEqual(size * 1.125);
      expect(sizeClass(got)).toBe(got);
    }
  });
});

describe("CachingMemory", () => {
  it("gives a freed block to the next tensor of its size, without asking the driver", () => {
    const first = memory.allocate(3 * MIB);
    memory.free(first);
    const calls = driver.calls;
    expect(memory.allocate(3 * MIB)).toBe(first);
    expect(driver.calls).toBe(calls);
  });

  it("lets a block serve a size up to a quarter smaller, and no smaller one", () => {
    const block = memory.allocate(10 * MIB);
    memory.free(block);
    const small = memory.allocate(7 * MIB);
    expect(small).not.toBe(block);
    expect(memory.allocate(9 * MIB)).toBe(block);
  });

  it("keeps all blocks apart while many come and go", () => {
    const random = new RandomCase("blocks", 0);
    const live: Block[] = [];
    for (let step = 0; step < 3000; step++) {
      if (live.length < 20 || random.chance(0.48)) {
        live.push(memory.allocate(Math.ceil(2 ** (random.uniform() * 21))));
      } else {
        memory.free(live.splice(random.between(0, live.length - 1), 1)[0]!);
      }
      if (step % 100 === 0) expect(areApart(live)).toBe(true);
    }
    const inUseBytes = live.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(memory.statistics().inUseBytes).toBe(inUseBytes);
    expect(memory.statistics().inUseBytes + memory.statistics().cachedBytes).toBe(256 * MIB - driver.freeMemoryBytes());
  });

  it("asks the driver for nothing more once a step repeats itself", () => {
    const step = () => {
      const blocks = [1000, 5 * MIB, 40, 300_000, 9 * MIB].map((size) => memory.allocate(size));
      for (const block of blocks) memory.free(block);
    };
    step();
    const { calls } = driver;
    const { peakBytes } = memory.statistics();
    for (let i = 0; i < 10_000; i++) step();
    expect(driver.calls).toBe(calls);
    expect(memory.statistics().peakBytes).toBe(peakBytes);
  });

  it("gives cached blocks back to the driver before it says that memory is full", () => {
    begin(20 * MIB);
    memory.free(memory.allocate(12 * MIB));
    expect(memory.allocate(16 * MIB).sizeBytes).toBe(16 * MIB);
  });

  it("says what is free, cached and in use when nothing helps, and goes on", () => {
    begin(20 * MIB);
    const kept = memory.allocate(12 * MIB);
    const failure = catchError(() => memory.allocate(9 * MIB));
    expect(failure).toBeInstanceOf(CudaOutOfMemoryError);
    expect(failure).toMatchObject({
      requestedBytes: 9 * MIB,
      freeBytes: 8 * MIB,
      cachedBytes: 0,
      inUseBytes: 12 * MIB,
    });
    expect(memory.allocate(8 * MIB).sizeBytes).toBe(8 * MIB);
    memory.free(kept);
    expect(memory.allocate(9 * MIB)).toBeDefined();
  });

  it("keeps to its cap, cached blocks included", () => {
    begin(256 * MIB, 10 * MIB);
    const first = memory.allocate(6 * MIB);
    expect(() => memory.allocate(5 * MIB)).toThrow(CudaOutOfMemoryError);
    memory.free(first);
    memory.allocate(5 * MIB);
    expect(256 * MIB - driver.freeMemoryBytes()).toBeLessThanOrEqual(10 * MIB);
  });

  it("refuses a block that was freed already", () => {
    const block = memory.allocate(100);
    memory.free(block);
    expect(() => memory.free(block)).toThrow(RangeError);
  });

  it("gives everything back in the end", () => {
    const blocks = [10, 5000, 3 * MIB].map((size) => memory.allocate(size));
    memory.free(blocks[1]!);
    memory.dispose();
    expect(driver.allocated.size).toBe(0);
  });

  it("asks nothing of a driver whose context is lost", () => {
    const block = memory.allocate(3 * MIB);
    driver.isLost = true;
    driver.free = () => {
      throw new Error("lost");
    };
    memory.free(block);
    memory.dispose();
    expect(memory.statistics().inUseBytes).toBe(0);
  });
});

describe("a private pool", () => {
  it("shares no memory with other tensors, even after its blocks were freed", () => {
    const cached = memory.allocate(2 * MIB);
    memory.free(cached);
    const pool = memory.createPool();
    memory.allocateFrom(pool);
    const inside = memory.allocate(2 * MIB);
    expect(inside).not.toBe(cached);
    memory.free(inside);
    memory.allocateFrom(undefined);
    expect(memory.allocate(2 * MIB)).toBe(cached);
    expect(memory.allocate(2 * MIB)).not.toBe(inside);
    memory.allocateFrom(pool);
    expect(memory.allocate(2 * MIB)).toBe(inside);
  });

  it("goes with its last block", () => {
    const pool = memory.createPool();
    memory.allocateFrom(pool);
    const block = memory.allocate(2 * MIB);
    memory.allocateFrom(undefined);
    memory.closePool(pool);
    expect(driver.allocated.size).toBe(1);
    memory.free(block);
    expect(driver.allocated.size).toBe(0);
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error, got none");
}
