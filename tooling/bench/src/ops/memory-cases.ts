import { poolShape, sizeOf } from "@camada/conv-math";
import { type OpCase, traffic } from "./case.ts";

function pooling(kind: "max" | "avg", size: number, stride: number, padding: number): OpCase[] {
  const input = [8, 64, 112, 112];
  const output = poolShape(input, { poolSize: size, strides: stride, padding });
  const attrs = { kind, input, output, size, stride, padding };
  const [large, small] = [sizeOf(input), sizeOf(output)];
  const name = `${kind} pool ${size}x${size}/${stride} 64 @112`;
  // The largest element is looked for again, or its place was kept: both read about as much as the input.
  const read = kind === "max" ? [large] : [];
  return [
    { name: `${name} forward`, op: "pool.forward", attrs, work: traffic(large, small) },
    { name: `${name} gradient`, op: "pool.gradient", attrs, work: traffic(small, large, ...read) },
  ];
}

/** Elements of the element-wise operations: the lesson's third layer has 6.1 million. */
const ELEMENTS = 6_000_000;

function elementwise(): OpCase[] {
  const unary = ["tanh", "sigmoid", "relu", "exp"].map((kind) => ({
    name: `${kind} of 6 M`,
    op: "unary",
    attrs: { kind, size: ELEMENTS },
    work: traffic(ELEMENTS, ELEMENTS),
  }));
  const binary = ["add", "mul"].map((kind) => ({
    name: `${kind} of 6 M`,
    op: "binary",
    attrs: { kind, a: [ELEMENTS], b: [ELEMENTS] },
    work: traffic(ELEMENTS, ELEMENTS, ELEMENTS),
  }));
  const broadcast = [
    { shape: [8, 64, 112, 112], b: [1, 64, 1, 1] },
    { shape: [8, 112, 112, 64], b: [64] },
    { shape: [2_000, 3_000], b: [2_000, 1] },
  ].map(({ shape, b }) => ({
    name: `broadcast add [${shape.join(", ")}] + [${b.join(", ")}]`,
    op: "binary",
    attrs: { kind: "add", a: shape, b },
    work: traffic(2 * sizeOf(shape), sizeOf(b)),
  }));
  return [...binary, ...unary, ...broadcast];
}

function reductions(): OpCase[] {
  const shape = [128, 256, 192];
  const axes = [[0], [1], [2], [0, 1, 2]];
  return ["sum", "max"].flatMap((kind) =>
    axes.map((over) => {
      const kept = sizeOf(shape.filter((_, axis) => !over.includes(axis)));
      const name = `${kind} of [${shape.join(", ")}] over ${over.length === 3 ? "all" : `axis ${over.join()}`}`;
      return { name, op: "reduce", attrs: { kind, shape, axes: over }, work: traffic(sizeOf(shape), kept) };
    }),
  );
}

function normalization(): OpCase[] {
  const input = [8, 64, 56, 56];
  const size = sizeOf(input);
  return [
    {
      name: "batch norm 64 @56, inference",
      op: "batchNorm",
      attrs: { input, training: false },
      work: traffic(size, size),
    },
    {
      name: "batch norm 64 @56, training",
      op: "batchNorm",
      attrs: { input, training: true },
      work: traffic(size, size, size),
    },
  ];
}

function movement(): OpCase[] {
  const images = [8, 64, 112, 112];
  const size = sizeOf(images);
  const transposes = [
    { shape: images, perm: [0, 2, 3, 1] },
    { shape: [8, 112, 112, 64], perm: [0, 3, 1, 2] },
    { shape: [2_048, 2_048], perm: [1, 0] },
    { shape: [129, 65, 257], perm: [2, 1, 0] },
  ].map(({ shape, perm }) => ({
    name: `transpose [${shape.join(", ")}] to (${perm.join(", ")})`,
    op: "transpose",
    attrs: { shape, perm },
    work: traffic(2 * sizeOf(shape)),
  }));
  return [
    ...transposes,
    {
      name: "pad [8, 64, 112, 112] by 1",
      op: "pad",
      attrs: { shape: images, by: 1 },
      work: traffic(size, 8 * 64 * 114 * 114),
    },
    {
      name: "concat of 2 [8, 64, 112, 112] on axis 1",
      op: "concat",
      attrs: { shape: images, axis: 1 },
      work: traffic(4 * size),
    },
    {
      name: "concat of 2 [8, 64, 112, 112] on axis 3",
      op: "concat",
      attrs: { shape: images, axis: 3 },
      work: traffic(4 * size),
    },
    {
      name: "slice [8, 64, 112, 112], inner half",
      op: "slice",
      attrs: { shape: images, begin: [0, 16, 28, 28], size: [8, 32, 56, 56] },
      work: traffic(size / 4),
    },
    {
      name: "gather 4096 rows of [10000, 512]",
      op: "gather",
      attrs: { shape: [10_000, 512], rows: 4_096 },
      work: traffic(2 * 4_096 * 512),
    },
    {
      name: "resize bilinear 3 @224 to 128",
      op: "resize",
      attrs: { input: [8, 3, 224, 224], to: 128 },
      work: traffic(8 * 3 * 224 * 224, 8 * 3 * 128 * 128),
    },
  ];
}

/** What is bound by memory: pooling, element-wise operations, reductions, normalization, data movement. */
export const memoryCases: readonly OpCase[] = [
  ...pooling("max", 3, 2, 1),
  ...pooling("max", 2, 2, 0),
  ...pooling("avg", 3, 2, 1),
  ...pooling("avg", 2, 2, 0),
  ...elementwise(),
  ...reductions(),
  ...normalization(),
  ...movement(),
];
