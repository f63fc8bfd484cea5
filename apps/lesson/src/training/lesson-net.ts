import { Conv2D, Dense, Flatten, type Initializer, Sequential } from "@camada/layers";
import { random } from "@camada/tensor";

/** Standard deviation of the initial weights. */
const SIGMA = 0.01;

/**
 * The lesson's network: LeNet without pooling, for `[n, 1, 32, 32]`. Its 4,083,626 initial weights are those that MXNet
 * draws in a fresh process with Normal(0.01), whatever was drawn before in this one.
 */
export function lessonNet(): Sequential {
  const net = new Sequential();
  net.add(
    new Conv2D(6, { kernelSize: 5, activation: "tanh" }),
    new Conv2D(16, { kernelSize: 5, activation: "tanh" }),
    new Conv2D(120, { kernelSize: 5, activation: "tanh" }),
    new Flatten(),
    new Dense(84, { activation: "tanh" }),
    new Dense(10),
  );
  net.initialize(freshNormal());
  return net;
}

/** Gluon's `Normal`, from a generator of its own. */
function freshNormal(): Initializer {
  const source = random.mxnet(0);
  return {
    values: (shape) =>
      source.normal(
        shape.reduce((size, axis) => size * axis, 1),
        0,
        SIGMA,
      ),
  };
}
