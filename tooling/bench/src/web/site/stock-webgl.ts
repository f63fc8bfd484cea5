import "@tensorflow/tfjs-backend-webgl";
import * as tf from "@tensorflow/tfjs-core";

/** tfjs's WebGL as it is published, on software too where there is no GPU. */
export async function startStockWebgl(): Promise<string> {
  tf.env().set("SOFTWARE_WEBGL_ENABLED", true);
  if (!(await tf.setBackend("webgl"))) throw new Error("tfjs could not start its WebGL backend");
  return "webgl";
}
