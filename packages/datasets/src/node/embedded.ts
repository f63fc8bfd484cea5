import { fileURLToPath } from "node:url";
import type { DatasetDescription } from "../descriptions.ts";
import { FashionMNIST } from "../descriptions.ts";
import { DataAccessError } from "../errors.ts";
import type { DatasetSource } from "../open-dataset.ts";
import { readDatasetFolder } from "./read-files.ts";

/** Sizes and checksums as scripts/make-embedded.ts printed them on Node 20.20.2. */
const FILES: readonly (readonly [name: string, sizeBytes: number, sha256: string])[] = [
  ["train-images-idx3-ubyte", 4704016, "7622bff2c606f18ac6ca40cfcee148c02018ac1e86fbaf6512fb16afe06ce590"],
  ["train-labels-idx1-ubyte", 6008, "ffcf9ded503d348ead50875edced2808cf1deb1f0c807374bd4aca85106753cf"],
  ["t10k-images-idx3-ubyte", 784016, "1024b8776c6510462ed1d7f3ae70c7973e5c8111f25fc9f8867d9b3d6bca5854"],
  ["t10k-labels-idx1-ubyte", 1008, "37fea6880b10aa619e2ec6d036aa4caf9872d58de008ee2647606b2641689f82"],
];

/** Fashion-MNIST with the files of its embedded tenth. */
const FashionMNISTTenth: DatasetDescription = {
  ...FashionMNIST,
  files: FILES.map(([name, sizeBytes, hex]) => ({ name, sizeBytes, digest: { algorithm: "sha256", hex } })),
};

/**
 * The tenth of Fashion-MNIST that comes with this package: 600 training and 100 test pictures of each class, in their
 * published order. The result says `isSubset`.
 */
export function embedded(): DatasetSource {
  return {
    name: "embedded",
    async load(description) {
      if (description.name !== FashionMNIST.name) {
        throw new DataAccessError("embedded data", "Fashion-MNIST to be asked for", description.title);
      }
      const path = fileURLToPath(new URL("../../data/fashion-mnist-tenth", import.meta.url));
      return { ...(await readDatasetFolder(path, FashionMNISTTenth, true)), isSubset: true };
    },
  };
}
