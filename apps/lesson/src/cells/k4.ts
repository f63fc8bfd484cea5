import { traceConvolution } from "@camada/conv-math";
import { Conv2D } from "@camada/layers";
import { formatArray, pad, random } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { defineCell, output, paragraph, remark } from "../cell.ts";
import type { Localized } from "../localized.ts";
import type { ArrayOutput } from "../output.ts";
import { areDefaults } from "../parameters.ts";
import { numbersIn, recordedPadding } from "../recorded/padding-cell.ts";
import { type Check, compareNumbers, compareTexts, verdictOf } from "../verdict.ts";
import { withSource } from "./layer-shapes.ts";

/** What the arrays are called: in files and in checks. */
const PARTS = ["input", "padded", "output", "paddedOutput"] as const;
type Part = (typeof PARTS)[number];

const SYMBOLS = { input: "X", padded: "X_pad", output: "Y", paddedOutput: "Y_pad" } as const;

const CAPTIONS: Readonly<Record<Part, Localized>> = {
  input: { "pt-BR": "Entrada", en: "Input" },
  padded: { "pt-BR": "Entrada com padding", en: "Input with padding" },
  output: { "pt-BR": "Saída sem padding", en: "Output without padding" },
  paddedOutput: { "pt-BR": "Saída com padding", en: "Output with padding" },
};

/** Other devices, and engines that keep float64 sums, may differ in the last digit. */
const LAST_DIGIT = 1e-7;

const parameters = {
  seed: { kind: "integer", label: { "pt-BR": "semente", en: "seed" }, default: 0, min: 0, max: 2 ** 32 - 1 },
  discarded: {
    kind: "integer",
    label: { "pt-BR": "palavras descartadas", en: "words discarded" },
    default: 126,
    min: 0,
    max: 10_000,
  },
} as const;

export const k4 = defineCell({
  id: "K4",
  kind: "code",
  title: { "pt-BR": "Padding, dígito por dígito", en: "Padding, digit for digit" },
  prose: [
    paragraph(
      "Uma entrada aleatória 3 × 3 passa por um filtro 2 × 2 duas vezes: como está, e com uma moldura de zeros. A saída cresce de 2 × 2 para 4 × 4, e o miolo da segunda é a primeira.",
      "A random 3 × 3 input goes through a 2 × 2 kernel twice: as it is, and with a frame of zeros. The output grows from 2 × 2 to 4 × 4, and the middle of the second is the first.",
    ),
    paragraph(
      "Os números são os do próprio notebook. O MXNet começa sempre da semente 0, e nosso gerador produz a mesma sequência, bit por bit; o notebook já tinha gastado 126 palavras dela, que aqui são descartadas. Nove números normais formam a entrada; quatro uniformes, o filtro.",
      "The numbers are the notebook's own. MXNet always starts from seed 0, and our generator gives the same sequence, bit for bit; the notebook had used up 126 words of it, which are discarded here. Nine normal numbers make the input, four uniform ones the kernel.",
    ),
    remark(
      "O notebook nunca fixa uma semente, e suas células não foram executadas na ordem em que aparecem: uma célula de treino antes desta teria gastado 10.578 palavras.",
      "The notebook never sets a seed, and its cells were not run in the order in which they stand: one training cell before this one would have used up 10,578 words.",
    ),
  ],
  code: `import { Conv2D } from "@camada/layers";
import { format, pad, random, setDefaultRandom } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

const source = random.mxnet(0);
source.discard(126);
setDefaultRandom(source);

const x = tf.tensor4d(source.normal(9), [1, 1, 3, 3]);
const xPad = pad(x, [0, 0, 0, 0, 1, 1, 1, 1]);
const conv = new Conv2D(1, { kernelSize: 2 });
conv.initialize();

console.log(format(tf.squeeze(x)), format(tf.squeeze(xPad)));
console.log(format(conv.forward(x)), format(conv.forward(xPad)));`,
  recorded: PARTS.map((part) => recordedPadding[part]),
  parameters,
  async *run({ backend: { backend }, seed }, values) {
    const tolerance = backend.name === "cpu" ? 0 : LAST_DIGIT;
    const isRecorded = areDefaults(parameters, values);
    const { arrays, loop } = await draw("K4", values.seed, values.discarded, backend.device);
    for (const part of PARTS) {
      yield output(isRecorded ? { ...arrays[part], recorded: recordedPadding[part] } : arrays[part]);
    }
    const checks: Check[] = isRecorded ? checksAgainstNotebook(arrays, tolerance) : [];
    checks.push(loop());
    if (isRecorded && seed !== undefined) {
      const again = await draw("K4-again", seed, 0, backend.device);
      for (const part of PARTS) yield output(again.arrays[part]);
      checks.push(again.loop());
    }
    return verdictOf(checks);
  },
});

type Arrays = Readonly<Record<Part, ArrayOutput>>;

/** Draws input and kernel, convolves without and with padding. */
async function draw(name: string, seed: number, discarded: number, device: string) {
  const source = random.mxnet(seed);
  source.discard(discarded);
  const conv = new Conv2D(1, { kernelSize: 2 });
  const tensors = tf.tidy(() => {
    const x = tf.tensor4d(source.normal(9), [1, 1, 3, 3]);
    const padded = pad(x, [0, 0, 0, 0, 1, 1, 1, 1]);
    // The kernel is drawn in the first forward pass.
    return withSource(source, () => {
      conv.initialize();
      return {
        input: tf.squeeze(x),
        padded: tf.squeeze(padded),
        output: conv.forward(x),
        paddedOutput: conv.forward(padded),
      };
    });
  });
  const weight = { shape: conv.weight.shape, data: await conv.weight.data().data() };
  const entries = await Promise.all(
    PARTS.map(async (part): Promise<[Part, ArrayOutput]> => {
      const { shape } = tensors[part];
      const values = Array.from(await tensors[part].data());
      const printed = `${formatArray(values, shape)}\n<NDArray ${shape.join("x")} @${device}>`;
      return [part, { kind: "array", name: `${name}-${part}`, caption: CAPTIONS[part], shape, values, printed }];
    }),
  );
  tf.dispose(tensors);
  conv.dispose();
  const arrays = Object.fromEntries(entries) as Arrays;
  const x = { shape: [1, 1, 3, 3], data: arrays.input.values };
  const loop = (): Check => {
    const cells = [0, 1].flatMap((padding) => [
      ...traceConvolution(x, weight, { padding, precision: "float32" }).cells(),
    ]);
    return compareNumbers({
      what: { "pt-BR": `saídas, semente ${seed}`, en: `outputs, seed ${seed}` },
      against: "loop",
      live: [...arrays.output.values, ...arrays.paddedOutput.values],
      expected: cells.map((cell) => cell.output),
      names: [...namesOf("output", arrays.output), ...namesOf("paddedOutput", arrays.paddedOutput)],
      tolerance: LAST_DIGIT,
    });
  };
  return { arrays, loop };
}

function checksAgainstNotebook(arrays: Arrays, tolerance: number): Check[] {
  const numbers = compareNumbers({
    what: { "pt-BR": "números impressos", en: "printed numbers" },
    against: "notebook",
    // The notebook shows eight decimals; where we must be identical, ours are cut in the same way.
    live: PARTS.flatMap((part) => (tolerance > 0 ? arrays[part].values : numbersIn(arrays[part].printed))),
    expected: PARTS.flatMap((part) => numbersIn(recordedPadding[part].text)),
    names: PARTS.flatMap((part) => namesOf(part, arrays[part])),
    tolerance,
  });
  if (tolerance > 0) return [numbers];
  const texts = compareTexts({
    what: { "pt-BR": "textos impressos, caractere por caractere", en: "printed texts, character for character" },
    against: "notebook",
    live: PARTS.map((part) => arrays[part].printed),
    expected: PARTS.map((part) => recordedPadding[part].text),
    names: PARTS.map((part) => SYMBOLS[part]),
  });
  return [numbers, texts];
}

/** `X[0, 0]`, `X[0, 1]`, … */
function namesOf(part: Part, { shape, values }: ArrayOutput): string[] {
  const columns = shape.at(-1)!;
  return values.map((_, i) => `${SYMBOLS[part]}[${Math.floor(i / columns)}, ${i % columns}]`);
}
