import { webgl } from "@camada/backend-webgl";
import { useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { expectGaps } from "./known-gaps.ts";

/** Every test file of project `webgl` runs on WebGL, drawn by software where there is no GPU. */
await useBackend(webgl({ allowSoftware: true }));
// Small tensors would be computed on the CPU, or travel in the shaders, and the GPU would go untested.
tf.env().set("WEBGL_CPU_FORWARD", false);
tf.env().set("WEBGL_SIZE_UPLOAD_UNIFORM", 0);

// Of the grids of sizes every seventh row: all kernels, strides, paddings, dilations and groups are among them.
Object.assign(globalThis, { camadaGridStep: 7 });

const LAST_MAXIMUM = "tfjs gives the gradient to the last of equal maxima";
const EMPTY_WINDOW = "tfjs's pooling starts from a number that is larger than the lowest of float32";
const INVERSE = "GLSL's inverse functions are good to four digits, which differences show";
const REVERSE = "tfjs cannot reverse five axes on WebGL";
const emptyWindows = [1, 2, 3].map((axes) => [
  `maxPool > agrees with nested loops over ${axes} axes: { poolSize: 2, strides: 5, padding: 1, ceilMode: true }`,
  EMPTY_WINDOW,
]);

expectGaps({
  "Adamax > gives NaN for a weight without gradient from the first step on, as MXNet 1.4.1 does":
    "tfjs's division gives 1 for 0 / 0",
  "maxPool > gives its gradient to the first of equal maxima": LAST_MAXIMUM,
  "maxPool > gives a volume's gradient to the first of equal maxima": LAST_MAXIMUM,
  ...Object.fromEntries(emptyWindows),
  "the gradient of > 'FloorDiv' equals the numeric one, case +0": "tfjs rounds the quotient before its floor",
  "the gradient of > 'Asin' equals the numeric one, case +0": INVERSE,
  "the gradient of > 'Acos' equals the numeric one, case +0": INVERSE,
  "the gradient of > 'Conv3D' equals the numeric one, case +0": REVERSE,
  "the gradient of > 'Conv3D' equals the numeric one, case 1": REVERSE,
  "the gradient of > 'Dilation2D' equals the numeric one, case +0": "tfjs has no gradient of dilation2d for WebGL",
});
