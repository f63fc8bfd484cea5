import type { Initializer, Sequential } from "@camada/layers";
import { random } from "@camada/tensor";
import { lenet } from "../cells/lenet.ts";

/** Standard deviation of the initial weights. */
const SIGMA = 0.01;

/**
 * The lesson's network with its first weights: those that MXNet draws in a fresh process with Normal(0.01), whatever
 * was drawn before in this one.
 */
export function lessonNet(): Sequential {
  const net = lenet();
  net.initialize(freshNormal());
  return net;
}

/** Gluon's `Normal`, from a generator of its own. */
function freshNormal(): Initializer {
  const source = random.mxnet(0);
  return {
    values: (shape) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      return source.normal(size, 0, SIGMA);
    },
  };
}
