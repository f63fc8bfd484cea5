import { Conv2D, type Sequential } from "@camada/layers";
import { imageTensor } from "@camada/tensor";
import type { ImageBatch } from "@camada/datasets";
import * as tf from "@tensorflow/tfjs-core";
import { divergingPixels } from "../figures/diverging-colors.ts";
import { type Localized, localized } from "../localized.ts";
import type { Picture, PicturesOutput } from "../output.ts";

/** Feature maps that are shown of one layer: the first ones. */
const MOST_MAPS = 24;

/** The filters of the first convolution: what it has learned to look for. */
export async function filterPictures(name: string, net: Sequential): Promise<PicturesOutput> {
  const weight = convolutions(net)[0]!.weight.data();
  const caption = { "pt-BR": "Os filtros da primeira camada", en: "The filters of the first layer" };
  return planes(`${name}-filters`, caption, weight.shape, await weight.data());
}

/** What each convolution makes of one picture: the first channels of its output, once per layer. */
export async function featureMapPictures(name: string, net: Sequential, sample: ImageBatch): Promise<PicturesOutput[]> {
  const outputs = new Map<Conv2D, tf.Tensor>();
  const layers = convolutions(net);
  const hooks = layers.map((layer) =>
    layer.registerForwardHook((_, __, y) => outputs.set(layer, tf.keep(tf.clone(y)))),
  );
  try {
    tf.dispose(tf.tidy(() => net.forward(imageTensor(sample.images))));
    return await Promise.all(
      layers.map(async (layer, i) => {
        const y = outputs.get(layer)!;
        const [, channels, h, w] = y.shape as [number, number, number, number];
        const shown = Math.min(channels, MOST_MAPS);
        const values = (await y.data()).subarray(0, shown * h * w);
        const caption = localized((_say, language) =>
          language === "pt-BR"
            ? `A saída da convolução ${i + 1} para uma imagem: ${shown} de ${channels} canais`
            : `The output of convolution ${i + 1} for one picture: ${shown} of ${channels} channels`,
        );
        return planes(`${name}-maps-${i + 1}`, caption, [shown, 1, h, w], values);
      }),
    );
  } finally {
    for (const remove of hooks) remove();
    tf.dispose([...outputs.values()]);
  }
}

function convolutions(net: Sequential): Conv2D[] {
  return [...net].filter((block): block is Conv2D & typeof block => block instanceof Conv2D);
}

function planes(
  name: string,
  caption: Localized,
  [count, , height, width]: readonly number[],
  values: ArrayLike<number>,
): PicturesOutput {
  const [n, h, w] = [count!, height!, width!];
  const all = Array.from(values);
  const limit = Math.max(...all.map(Math.abs));
  const pictures = Array.from({ length: n }, (_, i): Picture => {
    const pixels = divergingPixels(all.slice(i * h * w, (i + 1) * h * w), limit);
    return { label: String(i), width: w, height: h, channels: 3, pixels };
  });
  const alt = localized((say, language) => {
    const range = `−${limit.toPrecision(2)} … ${limit.toPrecision(2)}`;
    return language === "pt-BR"
      ? `${say(caption)}, ${h} × ${w}; azul é negativo, branco é zero, laranja é positivo, de ${range}`
      : `${say(caption)}, ${h} × ${w}; blue is negative, white is zero, orange is positive, from ${range}`;
  });
  return { kind: "pictures", name, caption, columns: Math.min(n, 8), pictures, scale: { limit }, alt };
}
