import { Conv2D, Dense, Flatten, Normal, Sequential } from "@camada/layers";

/**
 * The lesson's network: LeNet without pooling, for `[n, 1, 32, 32]`. Its 4,083,626 initial weights are those that MXNet
 * draws in a fresh process with Normal(0.01).
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
  net.initialize(new Normal(0.01));
  return net;
}
