import { describe, expect, it } from "vitest";
import { CosineScheduler, FactorScheduler, MultiFactorScheduler, Trainer, type LrScheduler } from "../src/index.ts";
import { FakeParameter } from "./fake-parameter.ts";
import { expectGolden } from "./golden.ts";
import later from "./golden/mxnet-1.9.1.json" with { type: "json" };
import reference from "./golden/mxnet-1.4.1.json" with { type: "json" };

/** One run of MXNet's Trainer, as `scripts/golden.py` recorded it. */
interface UpdateCase {
  readonly optimizer: string;
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly batchSize: number;
  readonly lrMult: readonly number[];
  readonly wdMult: readonly number[];
  /** Pairs of step and parameter without a backward pass. */
  readonly stale: readonly (readonly [number, number])[];
  /** Learning rates set before a step. */
  readonly rates: Readonly<Record<string, number>>;
  readonly schedule?: { readonly kind: string; readonly arguments: Readonly<Record<string, unknown>> };
  /** By step, then by parameter. */
  readonly weights: readonly (readonly (readonly number[])[])[];
  readonly learningRates: readonly number[];
}

function makeSchedule({ kind, arguments: given }: NonNullable<UpdateCase["schedule"]>): LrScheduler {
  const { step, maxUpdate, ...options } = given;
  if (kind === "factor") return new FactorScheduler(step as number, options);
  if (kind === "multiFactor") return new MultiFactorScheduler(step as number[], options);
  return new CosineScheduler(maxUpdate as number, options);
}

for (const golden of [reference, later]) {
  describe(`updates as MXNet ${golden.versions.mxnet}`, () => {
    for (const run of golden.updates as unknown as UpdateCase[]) {
      const { optimizer, options, batchSize, lrMult, wdMult, stale, rates, schedule, weights, learningRates } = run;
      const extra = { schedule: schedule?.kind, stale: stale.length || undefined, rates: Object.values(rates)[0] };
      it(`${optimizer} ${JSON.stringify({ ...options, ...extra })}`, () => {
        const params = golden.shapes.map((shape, i) => new FakeParameter(`p${i}`, shape, golden.initial[i]!));
        params.forEach((param, i) => Object.assign(param, { lrMult: lrMult[i], wdMult: wdMult[i] }));
        const lrScheduler = schedule && makeSchedule(schedule);
        const trainer = new Trainer(
          params,
          optimizer,
          lrScheduler === undefined ? options : { ...options, lrScheduler },
        );
        weights.forEach((expected, step) => {
          if (rates[step] !== undefined) trainer.setLearningRate(rates[step]);
          params.forEach((param, i) => {
            const isStale = stale.some(([staleStep, index]) => staleStep === step && index === i);
            if (!isStale) param.backward(golden.gradients[step]![i]!);
          });
          trainer.step(batchSize, { ignoreStaleGrad: stale.length > 0 });
          params.forEach((param, i) => expectGolden(param.values(), expected[i]!));
          expect(trainer.learningRate).toBeCloseTo(learningRates[step]!, 15);
        });
        trainer.dispose();
        for (const param of params) param.dispose();
      });
    }
  });
}
