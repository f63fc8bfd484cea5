import { RandomCase, sizeOf } from "@camada/test-kit";
import {
  describeMovements,
  differencesOf,
  freeing,
  MOVEMENTS,
  type KernelValues,
} from "@camada/test-kit/kernel-suites";
import { describe, expect, it } from "vitest";
import { native, setThreads, THREADS } from "./native-run.ts";

describeMovements(native);

describe.each(Object.entries(MOVEMENTS))("%s of a large tensor on the native engine", (name, make) => {
  it.each([[[7, 300, 130]], [[64, 3, 5, 113]]])("is the same at any number of threads: [%s]", (shape) => {
    const random = new RandomCase(`large ${name}`, 0);
    const x: KernelValues = { shape, data: random.floats(sizeOf(shape)) };
    const movement = make(random, shape);
    for (const count of THREADS) {
      setThreads(count);
      expect(freeing(() => differencesOf(movement, x))).toEqual([]);
    }
    setThreads(2);
  });
});
