import { describe, expect, it } from "vitest";
import { activatedValues, ACTIVATION_NAMES, SLOPES } from "../exact-activations.ts";
import { RandomCase } from "../random-case.ts";
import { UNIT, WorstError } from "../worst-error.ts";
import { runSingle, type KernelEngine, type KernelValues } from "./kernel-engine.ts";

/**
 * Gradients of activations from their results must agree with float64.
 * @param kernel name of the kernel, which takes `dy`, `y` and the attribute `activation`.
 */
export function describeActivationGradient(engine: KernelEngine, kernel: string): void {
  const { name: engineName, cases } = engine;
  describe(`gradient of an activation on ${engineName}`, () => {
    it.each(ACTIVATION_NAMES)(`agrees with float64 for %s over ${cases} random tensors`, (activation) => {
      const worst = new WorstError();
      // Tails of every length, and now and then more than one block's worth.
      const tails = Math.min(70, cases / 2);
      for (let index = 0; index < cases; index++) {
        const random = new RandomCase(`gradient of ${activation}`, index);
        const count = index < tails ? index + 1 : random.extent(index % 4 === 0 ? 2000 : 70);
        const dy: KernelValues = { shape: [count], data: random.floats(count) };
        const y: KernelValues = { shape: [count], data: activatedValues(random, activation, count) };
        const dz = runSingle(engine, kernel, { dy, y }, { activation });
        for (let i = 0; i < count; i++) {
          const exact = dy.data[i]! * SLOPES[activation](y.data[i]!);
          const size = Math.abs(dy.data[i]!);
          // As within convolutions: six roundings relative to dy.
          worst.addValue(`${count} elements`, dz.data[i]!, exact, 6 * UNIT * size, size);
        }
      }
      expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
    });
  });
}
