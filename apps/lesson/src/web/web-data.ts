import { type DatasetSource, type OpenedDataset, FashionMNIST, MNIST, openDataset } from "@camada/datasets";
import { fetchFrom, pickedFiles } from "@camada/datasets/web";
import clothesTrainImages from "@camada/datasets/data/fashion-mnist-tenth/train-images-idx3-ubyte.gz?url&no-inline";
import clothesTrainLabels from "@camada/datasets/data/fashion-mnist-tenth/train-labels-idx1-ubyte.gz?url&no-inline";
import clothesTestImages from "@camada/datasets/data/fashion-mnist-tenth/t10k-images-idx3-ubyte.gz?url&no-inline";
import clothesTestLabels from "@camada/datasets/data/fashion-mnist-tenth/t10k-labels-idx1-ubyte.gz?url&no-inline";
import digitsTrainImages from "../../data/mnist-tenth/train-images-idx3-ubyte.gz?url&no-inline";
import digitsTrainLabels from "../../data/mnist-tenth/train-labels-idx1-ubyte.gz?url&no-inline";
import digitsTestImages from "../../data/mnist-tenth/t10k-images-idx3-ubyte.gz?url&no-inline";
import digitsTestLabels from "../../data/mnist-tenth/t10k-labels-idx1-ubyte.gz?url&no-inline";
import { type DatasetName, PAGE_SOURCE } from "../cell.ts";
import type { DataChoice } from "./training/protocol.ts";

/** Addresses of the tenths that come with the page, by the published names of their files. */
const TENTHS: Readonly<Record<DatasetName, Readonly<Record<string, string>>>> = {
  mnist: {
    "train-images-idx3-ubyte": digitsTrainImages,
    "train-labels-idx1-ubyte": digitsTrainLabels,
    "t10k-images-idx3-ubyte": digitsTestImages,
    "t10k-labels-idx1-ubyte": digitsTestLabels,
  },
  "fashion-mnist": {
    "train-images-idx3-ubyte": clothesTrainImages,
    "train-labels-idx1-ubyte": clothesTrainLabels,
    "t10k-images-idx3-ubyte": clothesTestImages,
    "t10k-labels-idx1-ubyte": clothesTestLabels,
  },
};

/** Opens a dataset from where the reader wants it. */
export function openWebData(name: DatasetName, choice: DataChoice): Promise<OpenedDataset> {
  const description = name === "mnist" ? MNIST : FashionMNIST;
  return openDataset(description, { sources: [sourceOf(name, choice)] });
}

function sourceOf(name: DatasetName, choice: DataChoice): DatasetSource {
  switch (choice.from) {
    case "page":
      return withThePage(TENTHS[name]);
    case "files":
      return pickedFiles(choice.files);
    case "server":
      return fetchFrom(choice.folder);
  }
}

/** A part of a dataset in files whose addresses the bundler knows. */
function withThePage(urls: Readonly<Record<string, string>>): DatasetSource {
  const source = fetchFrom("", { suffix: "", fetch: (name) => fetch(urls[name]!) });
  return {
    name: PAGE_SOURCE,
    load: async (description) => ({ ...(await source.load(description)), location: "this page", isSubset: true }),
  };
}
