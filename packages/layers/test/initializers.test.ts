import { ShapeError } from "@camada/conv-math";
import { defaultRandom, random } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import * as api from "../src/index.ts";
import { BlockError, Orthogonal, Parameter, Xavier, type Initializer, type InitializerName } from "../src/index.ts";
import { mxnet141 } from "./mxnet-1.4.1.generated.ts";

/** An initializer by the name of its class. */
function constructInitializer(name: string, args: readonly unknown[]): Initializer {
  const Class = (api as unknown as Record<string, new (...args: readonly unknown[]) => Initializer>)[name]!;
  return new Class(...args);
}

describe("initializers", () => {
  it.each(mxnet141.initializers.map((golden) => [golden.initializer, JSON.stringify(golden.args), golden] as const))(
    "%s%s gives MXNet's numbers after seed 0",
    (name, _, golden) => {
      random.seed(0);
      const values = constructInitializer(name, golden.args).values(golden.values.shape, "weight");
      // The last bit of a normal number rests on the C library's logarithm.
      expectClose(values, Float32Array.from(golden.values.data), { relative: 1.2e-7 });
    },
  );

  it("go by their names", () => {
    const names: InitializerName[] = ["zeros", "ones", "uniform", "normal", "xavier", "msraprelu", "orthogonal"];
    for (const name of names) {
      const parameter = new Parameter("weight", { shape: [2, 3] });
      parameter.initialize(name);
      expect(parameter.data().shape).toEqual([2, 3]);
      parameter.dispose();
    }
    const parameter = new Parameter("weight", { shape: [1] });
    expect(() => parameter.initialize("zero" as never)).toThrow(BlockError);
    expect(() => parameter.initialize("toString" as never)).toThrow(BlockError);
  });

  it("refuse vectors where a fan-in is needed", () => {
    for (const initializer of [new Xavier(), new Orthogonal()]) {
      expect(() => initializer.values([3], "dense0_bias")).toThrow(ShapeError);
      expect(() => initializer.values([3], "dense0_bias")).toThrow("dense0_bias of rank at least 2, got [3]");
    }
  });
});

describe("Orthogonal", () => {
  it.each([
    { shape: [4, 3, 2, 2], randType: "uniform" },
    { shape: [4, 4], randType: "normal" },
    { shape: [9, 2, 2], randType: "normal" },
  ] as const)("gives orthogonal vectors for %o", ({ shape, randType }) => {
    random.seed(3);
    const scale = 1.5;
    const values = new Orthogonal({ scale, randType }).values(shape, "weight");
    const rows = shape[0];
    const columns = values.length / rows;
    const entry = (i: number, j: number): number =>
      rows <= columns ? values[i * columns + j]! : values[j * columns + i]!;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let product = 0;
        for (let j = 0; j < length; j++) product += entry(a, j) * entry(b, j);
        expect(Math.abs(product / scale ** 2 - (a === b ? 1 : 0))).toBeLessThan(1e-6);
      }
    }
  });

  it("keeps the first drawn direction", () => {
    random.seed(0);
    const drawn = defaultRandom().uniform(6, -1, 1);
    random.seed(0);
    const values = new Orthogonal({ scale: 1 }).values([2, 3], "weight");
    const norm = Math.hypot(drawn[0]!, drawn[1]!, drawn[2]!);
    expectClose(
      values.slice(0, 3),
      drawn.slice(0, 3).map((value) => value / norm),
    );
  });
});
