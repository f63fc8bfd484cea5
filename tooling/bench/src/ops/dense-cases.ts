import { type OpCase, products, traffic } from "./case.ts";

function dense(n: number, inUnits: number, units: number): OpCase[] {
  const attrs = { n, inUnits, units };
  const work = products(n * inUnits * units);
  const name = `dense ${n}x${inUnits}x${units}`;
  return [
    { name: `${name} forward+tanh`, op: "dense.forward", attrs, work },
    { name: `${name} input gradient`, op: "dense.inputGradient", attrs, work },
    { name: `${name} weight gradient`, op: "dense.weightGradient", attrs, work },
  ];
}

function matMul(m: number, k: number, n: number): OpCase[] {
  return [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      name: `matmul ${transposeA ? "Aᵀ" : "A"} ${transposeB ? "Bᵀ" : "B"} ${m}x${k}x${n}`,
      op: "matMul",
      attrs: { m, k, n, transposeA, transposeB },
      work: products(m * k * n),
    })),
  );
}

function rows(n: number, classes: number): OpCase[] {
  const attrs = { n, classes };
  return [
    { name: `softmax ${n}x${classes}`, op: "softmax", attrs, work: traffic(n * classes, n * classes) },
    { name: `softmax cross-entropy ${n}x${classes}`, op: "softmaxCrossEntropy", attrs, work: traffic(n * classes) },
  ];
}

/** Weights of the update: as many as the lesson's dense layer has, about. */
const PARAMETERS = 4_000_000;

/** Dense layers, matrix products, what stands at the end of a classifier, and the optimizer. */
export const denseCases: readonly OpCase[] = [
  ...dense(128, 48_000, 84),
  ...matMul(512, 512, 512),
  ...matMul(129, 257, 65),
  {
    name: "matmul batched 32 of 128x64x128",
    op: "batchMatMul",
    attrs: { batch: 32, m: 128, k: 64, n: 128 },
    work: products(32 * 128 * 64 * 128),
  },
  ...rows(128, 10),
  ...rows(4096, 1000),
  {
    name: "SGD momentum of 4 M",
    op: "sgdUpdate",
    attrs: { size: PARAMETERS },
    work: traffic(...Array<number>(5).fill(PARAMETERS)),
  },
];
