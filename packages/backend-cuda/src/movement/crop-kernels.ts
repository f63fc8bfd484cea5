import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, elementLaunch, sizeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";

const cropAndResize = defineKernel(
  tf.CropAndResize,
  (backend, inputs: Present<tf.CropAndResizeInputs>, attrs: tf.CropAndResizeAttrs) => {
    const { image, boxes, boxInd } = inputs;
    const isKnown = areOf(["float32"], image, boxes) && areOf(["int32"], boxInd);
    // tfjs takes indices of any type; these it makes itself.
    if (!isKnown) return backend.scripts.run(tf.CropAndResize, { ...inputs }, attrs);
    const [images = 0, height = 0, width = 0, channels = 0] = image.shape;
    const [from, of, imageOf] = [backend.address(image), backend.address(boxes), backend.address(boxInd)];
    const y = backend.output([boxes.shape[0] ?? 0, ...attrs.cropSize, channels]);
    requireCountable(tf.CropAndResize, image, y);
    const count = sizeOf(y);
    if (count === 0) return y;
    const args = backend.arguments().address(from).address(of).address(imageOf).address(backend.address(y));
    args.int32(count, channels, images, height, width, ...attrs.cropSize).float32(attrs.extrapolationValue);
    const name = attrs.method === "bilinear" ? "crop_bilinear" : "crop_nearest";
    backend.launch({ file: "crop.cu", name }, elementLaunch(count, 1), args);
    return y;
  },
);

/** Boxes of images `[n, height, width, c]`. */
export const cropKernels: readonly Kernel[] = [cropAndResize];
