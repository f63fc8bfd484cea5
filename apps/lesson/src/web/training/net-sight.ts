import { type ImageDataset, ToTensor, Resize, Compose, ImageDataset as Images } from "@camada/datasets";
import { type AnyBlock, Conv2D, type Sequential } from "@camada/layers";
import { imageTensor, predictMode } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { PICTURE_SIDE } from "./centred-picture.ts";
import type { LayerValues, Sight } from "./protocol.ts";

/**
 * What each layer of the net makes of one picture, and what the net takes it for.
 * @param picture a drawn one, `[28, 28]` grey, or the number of one of `testPictures`.
 */
export async function lookAt(
  net: Sequential,
  testPictures: ImageDataset,
  picture: Uint8Array | number,
): Promise<Sight> {
  const { classNames } = testPictures;
  const pictures = typeof picture === "number" ? testPictures : drawn(picture, classNames);
  const index = typeof picture === "number" ? picture % testPictures.length : 0;
  const batch = pictures.transformFirst(new Compose([new Resize(32), new ToTensor()])).batch(Int32Array.of(index));
  const outputs = new Map<AnyBlock, tf.Tensor>();
  const hooks = [...net].map((layer) =>
    layer.registerForwardHook((_, __, y) => void outputs.set(layer, tf.keep(tf.clone(y)))),
  );
  const kept: tf.Tensor[] = [];
  try {
    const [input, chances] = tf.tidy(() => {
      const x = imageTensor(batch.images);
      const y = predictMode(() => net.forward(x));
      return [tf.keep(tf.reshape(x, [-1])), tf.keep(tf.reshape(tf.softmax(y as tf.Tensor2D), [-1]))] as const;
    });
    kept.push(input, chances);
    const shown = [...net].filter((layer) => layer.typeName !== "Flatten");
    const first = shown.find((layer): layer is Conv2D & typeof layer => layer instanceof Conv2D)!;
    const weight = first.weight.data();
    const [count, , kh, kw] = weight.shape as [number, number, number, number];
    return {
      input: await values(input),
      layers: await Promise.all(shown.map((layer) => layerValues(layer, outputs.get(layer)!))),
      probabilities: [...(await chances.data())],
      filters: { printed: String(first), shape: [count, kh, kw], values: await values(weight) },
      classNames,
      label: typeof picture === "number" ? testPictures.labels[index] : undefined,
    };
  } finally {
    for (const remove of hooks) remove();
    tf.dispose([...outputs.values(), ...kept]);
  }
}

/** The arrays of a sight, to be handed to the page instead of copied. */
export function buffersOf({ input, layers, filters }: Sight): ArrayBuffer[] {
  return [input, filters.values, ...layers.map((layer) => layer.values)].map(({ buffer }) => buffer);
}

function drawn(picture: Uint8Array, classNames: readonly string[]): Images {
  const images = { data: picture, shape: [1, PICTURE_SIDE, PICTURE_SIDE, 1], layout: "NHWC", divisor: 1 } as const;
  return new Images(images, [0], { classNames });
}

async function layerValues(layer: AnyBlock, y: tf.Tensor): Promise<LayerValues> {
  return { printed: String(layer), shape: y.shape.slice(1), values: await values(y) };
}

/** A copy: what tfjs gives may be its own memory. */
async function values(tensor: tf.Tensor): Promise<Float32Array<ArrayBuffer>> {
  return Float32Array.from(await tensor.data<"float32">());
}
