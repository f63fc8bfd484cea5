/** What a layer applies to its result. */
type NetActivation = "tanh" | "relu";

/** A layer of a benchmark's net, in words that every worker understands: each builds it in its own framework. */
export type NetLayer =
  | {
      readonly kind: "convolution";
      readonly channels: number;
      readonly kernelSize: number;
      readonly padding?: number;
      readonly activation?: NetActivation;
    }
  | { readonly kind: "maxPool"; readonly poolSize: number }
  | { readonly kind: "globalAvgPool" }
  | { readonly kind: "flatten" }
  | { readonly kind: "dense"; readonly units: number; readonly activation?: NetActivation };

/** A classifier of images. */
export interface NetDescription {
  readonly name: string;
  /** `[c, h, w]` */
  readonly inputShape: readonly [number, number, number];
  readonly layers: readonly NetLayer[];
}

/** The lesson's network, LeNet-5 without its subsampling, on one grey picture of 32 × 32. */
export const lessonNet: NetDescription = {
  name: "lesson",
  inputShape: [1, 32, 32],
  layers: [
    { kind: "convolution", channels: 6, kernelSize: 5, activation: "tanh" },
    { kind: "convolution", channels: 16, kernelSize: 5, activation: "tanh" },
    { kind: "convolution", channels: 120, kernelSize: 5, activation: "tanh" },
    { kind: "flatten" },
    { kind: "dense", units: 84, activation: "tanh" },
    { kind: "dense", units: 10 },
  ],
};

/**
 * A net whose cost grows with the picture alone: three 3 × 3 convolutions with pooling between them and a global mean
 * before the classifier. The lesson's own has a dense layer of 84 weights per pixel and channel of 120: 453 million at 224.
 * @param size height and width of the picture
 */
export function pooledNet(size: number): NetDescription {
  return {
    name: `pooled ${size}`,
    inputShape: [1, size, size],
    layers: [
      { kind: "convolution", channels: 32, kernelSize: 3, padding: 1, activation: "relu" },
      { kind: "maxPool", poolSize: 2 },
      { kind: "convolution", channels: 64, kernelSize: 3, padding: 1, activation: "relu" },
      { kind: "maxPool", poolSize: 2 },
      { kind: "convolution", channels: 128, kernelSize: 3, padding: 1, activation: "relu" },
      { kind: "globalAvgPool" },
      { kind: "flatten" },
      { kind: "dense", units: 10 },
    ],
  };
}
