import { lessonOutputSize } from "@camada/conv-math";
import { Conv2D, type ConvolutionLayerOptions } from "@camada/layers";
import { random, setDefaultRandom } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { type CellRun, output } from "../cell.ts";
import type { Localized } from "../localized.ts";
import type { TraceOutput } from "../output.ts";
import { shapeText } from "../shape-text.ts";
import { compareTexts, notComparable, verdictOf } from "../verdict.ts";
import { checkAgainstLoop } from "./stepper.ts";

/** A convolution with rectangular options, as the shape cells of the lesson set them. */
export interface Setting {
  readonly kernelSize: readonly [number, number];
  /** On each side. */
  readonly padding: readonly [number, number];
  readonly strides: readonly [number, number];
}

/** Side of the square picture in these cells. */
const SIDE = 8;
/** Sums of up to 49 products in another order. */
const TOLERANCE = 1e-6;

/**
 * Convolves one random picture of 8 × 8 with a layer for each setting and compares the shapes.
 * @param recorded what the notebook printed, one shape for each setting; undefined when the settings were changed.
 */
export async function* runShapes(
  name: string,
  settings: readonly Setting[],
  recorded: readonly string[] | undefined,
): CellRun {
  const traces: TraceOutput[] = [];
  const source = random.mxnet(0);
  const x = { shape: [1, 1, SIDE, SIDE], data: source.uniform(SIDE * SIDE) };
  for (const [i, setting] of settings.entries()) traces.push(await convolve(`${name}-${i + 1}`, setting, x, source));
  const shapes = traces.map((trace) => trace.output.shape.slice(2));
  yield output({
    kind: "shapes",
    name: `${name}-shapes`,
    rows: settings.map((setting, i) => ({ call: callText(setting), input: [SIDE, SIDE], output: shapes[i]! })),
    ...(recorded === undefined ? {} : { recorded: { text: recorded.join("\n") } }),
  });
  for (const trace of traces) yield output(trace);
  const what: Localized = { "pt-BR": "formas das saídas", en: "output shapes" };
  const live = shapes.map(shapeText);
  const names = settings.map(callText);
  const byFormula = settings.map(({ kernelSize, padding, strides }) => {
    const padTotal = padding.map((side) => 2 * side);
    return shapeText(lessonOutputSize([SIDE, SIDE], { kernelSize, padTotal, strides }));
  });
  const changed = { "pt-BR": "os valores foram alterados", en: "the values were changed" };
  return verdictOf([
    recorded === undefined
      ? notComparable(what, changed)
      : compareTexts({ what, against: "notebook", live, expected: recorded, names }),
    compareTexts({ what, against: "formula", live, expected: byFormula, names }),
    ...traces.map((trace) => {
      const { caption } = trace;
      const values = { "pt-BR": `valores de ${caption as string}`, en: `values of ${caption as string}` };
      return checkAgainstLoop(trace, values, TOLERANCE);
    }),
  ]);
}

async function convolve(
  name: string,
  setting: Setting,
  x: { readonly shape: readonly number[]; readonly data: Float32Array },
  source: ReturnType<typeof random.mxnet>,
): Promise<TraceOutput> {
  const conv = withSource(source, () => initialized(setting));
  const y = tf.tidy(() => conv.forward(tf.tensor4d(x.data, [1, 1, SIDE, SIDE])));
  try {
    const weight = { shape: conv.weight.shape, data: await conv.weight.data().data() };
    const result = { shape: y.shape, data: await y.data() };
    const { padding, strides } = setting;
    const options = { padding, strides };
    return { kind: "trace", name, caption: callText(setting), x, weight, options, output: result, steps: [[0, 0]] };
  } finally {
    y.dispose();
    conv.dispose();
  }
}

function initialized(setting: Setting): Conv2D {
  const conv = new Conv2D(1, { ...(setting satisfies ConvolutionLayerOptions), inChannels: 1 });
  conv.initialize();
  return conv;
}

/** Runs a body with the default random source replaced, and puts the old one back. */
export function withSource<T>(source: ReturnType<typeof random.mxnet>, body: () => T): T {
  const before = setDefaultRandom(source);
  try {
    return body();
  } finally {
    setDefaultRandom(before);
  }
}

/** `k 3, p 1, s 1`; rectangular as `k (5, 3), p (2, 1), s 1`. */
function callText({ kernelSize, padding, strides }: Setting): string {
  const pair = ([a, b]: readonly [number, number]): string => (a === b ? `${a}` : `(${a}, ${b})`);
  return `k ${pair(kernelSize)}, p ${pair(padding)}, s ${pair(strides)}`;
}
