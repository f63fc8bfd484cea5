/** A training cell as one would write it with the library; what differs between the two cells is passed in. */
export function trainingCode(open: "openMNIST" | "openFashionMNIST", optimizerOptions: string): string {
  return `import { Compose, DataLoader, type ImageDataset, Resize, ToTensor } from "@camada/datasets";
import { ${open} } from "@camada/datasets/node";
import { Conv2D, Dense, Flatten, Normal, Sequential, SoftmaxCrossEntropyLoss } from "@camada/layers";
import { Trainer } from "@camada/optimizers";
import { train } from "@camada/training";

const data = await ${open}();
const prepared = (pictures: ImageDataset) =>
  pictures.transformFirst(new Compose([new Resize(32), new ToTensor()])).materialize();
const trainLoader = new DataLoader(prepared(data.train), { batchSize: 128, shuffle: true });
const testLoader = new DataLoader(prepared(data.test), { batchSize: 128 });

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

const trainer = new Trainer(net.structuralParams(), "sgd", ${optimizerOptions});
const loss = new SoftmaxCrossEntropyLoss();
for await (const record of train({ net, loss, trainer, trainLoader, testLoader, epochs: 10 })) {
  if (record.type === "epoch") console.log(record.epoch, record.train, record.test);
}`;
}
