import { activations, DENSE, DENSE_INPUT_GRADIENT, DENSE_WEIGHT_GRADIENT } from "@camada/tensor";
import { ACTIVATIONS, activatedValues, emptySums, RandomCase, SLOPES, WorstError } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { runTwice } from "./run-twice.ts";

/** Few tiles and many terms, which groups share; many tiles; edges of tiles. */
const SIZES = [
  { n: 3, inUnits: 1000, units: 5 },
  { n: 1, inUnits: 1, units: 1 },
  { n: 8, inUnits: 300, units: 84 },
  { n: 130, inUnits: 9, units: 521 },
];
/** Roundings of an activation, and between `dy`, `y` and `dy * activation'`. */
const ROUNDINGS = 6;

describe.each(activations)("a dense layer through %s", (activation) => {
  it.each(SIZES)("agrees with float64, as its gradients do: $n x $inUnits -> $units", async ({ n, inUnits, units }) => {
    let worst = new WorstError();
    await runTwice((run) => {
      worst = new WorstError();
      const random = new RandomCase(`dense ${activation}`, n);
      const [x, weight] = [random.floats(n * inUnits), random.floats(units * inUnits)];
      const [bias, dy] = [random.floats(units), random.floats(n * units)];
      const y = activatedValues(random, activation, n * units);
      const inputs = {
        x: { shape: [n, inUnits], data: x },
        weight: { shape: [units, inUnits], data: weight },
        bias: { shape: [units], data: bias },
        dy: { shape: [n, units], data: dy },
        y: activation === "linear" ? undefined : { shape: [n, units], data: y },
      };
      const [forward] = run(DENSE, { x: inputs.x, weight: inputs.weight, bias: inputs.bias }, { activation });
      const gradient = { dy: inputs.dy, y: inputs.y };
      const [dx] = run(DENSE_INPUT_GRADIENT, { ...gradient, weight: inputs.weight }, { activation });
      const [dw, db] = run(DENSE_WEIGHT_GRADIENT, { ...gradient, x: inputs.x }, { activation, withBias: true });

      const [ofX, ofWeight, ofBias] = [emptySums(x.length), emptySums(weight.length), emptySums(units)];
      for (let row = 0; row < n; row++) {
        for (let unit = 0; unit < units; unit++) {
          const at = row * units + unit;
          const dz = dy[at]! * SLOPES[activation](y[at]!);
          const z = emptySums(1);
          add(z, 0, bias[unit]!, 1);
          add(ofBias, unit, dz, 1, dy[at]!);
          for (let i = 0; i < inUnits; i++) {
            const [left, right] = [row * inUnits + i, unit * inUnits + i];
            add(z, 0, x[left]!, weight[right]!);
            add(ofX, left, dz, weight[right]!, dy[at]!);
            add(ofWeight, right, dz, x[left]!, dy[at]!);
          }
          const exact = ACTIVATIONS[activation](z.data[0]!);
          const bound = (inUnits + 2) * 2 ** -24 * z.magnitude[0]! + ROUNDINGS * 2 ** -24 * Math.abs(exact) + 2 ** -126;
          worst.addValue("forward", forward!.data[at]!, exact, bound, z.magnitude[0]!);
        }
      }
      worst.addSums("input gradient", dx!.data, ofX, ROUNDINGS);
      worst.addSums("weight gradient", dw!.data, ofWeight, ROUNDINGS);
      worst.addSums("bias gradient", db!.data, ofBias, ROUNDINGS);
    });
    expect(worst.overBound, worst.where).toBeLessThan(1);
  });
});

/** Adds a product; its magnitude may be that of what a factor was computed from. */
function add(sums: ReturnType<typeof emptySums>, at: number, left: number, right: number, size = left): void {
  sums.data[at]! += left * right;
  sums.magnitude[at]! += Math.abs(size * right);
  sums.terms[at]! += 1;
}
