import type { Bench } from "./bench.ts";

/** Everything that `pnpm bench` knows, by name. */
export const benches: readonly Bench[] = [
  {
    name: "mat-mul",
    about: "product of two float32 matrices, 256 × 256 each, on our CPU engines and on tfjs's",
    work: { amount: (2 * 256 ** 3) / 1e9, unit: "GFLOP" },
    rounds: 30,
    warmups: 5,
    candidates: async () => (await import("./mat-mul.ts")).matMulCandidates(),
  },
];
