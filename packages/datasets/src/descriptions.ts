import { decodeCifar10 } from "./cifar.ts";
import { DataFormatError } from "./errors.ts";
import { decodeIdxImages, decodeIdxLabels } from "./idx.ts";
import { ImageDataset } from "./image-dataset.ts";

/** One file of a published dataset. */
export interface DatasetFile {
  /** Its name when decompressed; a compressed copy is called `<name>.gz`. */
  readonly name: string;
  /** Size when decompressed. */
  readonly sizeBytes: number;
  /** Checksum of the decompressed bytes: gzip copies of the same data differ. */
  readonly digest: { readonly algorithm: "sha256" | "sha1"; readonly hex: string };
}

/** Training and test samples. */
export interface TrainAndTest {
  readonly train: ImageDataset;
  readonly test: ImageDataset;
}

/** Everything needed to find, check and decode a published dataset. */
export interface DatasetDescription {
  /** Folder name, e.g. `fashion-mnist`. */
  readonly name: string;
  /** Name for people, e.g. `Fashion-MNIST`. */
  readonly title: string;
  readonly classNames: readonly string[];
  readonly files: readonly DatasetFile[];
  /** Where the files, or the archive, can be downloaded; each ends in a slash. */
  readonly baseUrls: readonly string[];
  /** A .tar.gz that holds the files in a folder. */
  readonly archive?: { readonly name: string; readonly folder: string };
  /**
   * @param files decompressed bytes by file name.
   * @param location where they come from, for errors.
   * @throws DataFormatError
   */
  decode(files: ReadonlyMap<string, Uint8Array>, location: string): TrainAndTest;
}

const IDX_NAMES = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
} as const;

/** Handwritten digits: 60,000 training and 10,000 test pictures, 28 × 28, grey. */
export const MNIST: DatasetDescription = {
  name: "mnist",
  title: "MNIST",
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  files: idxFiles(
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  ),
  baseUrls: [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/gluon/dataset/mnist/",
  ],
  decode(files, location) {
    return decodeIdxDataset(this.classNames, files, location);
  },
};

/** Articles of clothing: 60,000 training and 10,000 test pictures, 28 × 28, grey. MIT licence, Zalando SE. */
export const FashionMNIST: DatasetDescription = {
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  files: idxFiles(
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
  ),
  baseUrls: [
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/gluon/dataset/fashion-mnist/",
  ],
  decode(files, location) {
    return decodeIdxDataset(this.classNames, files, location);
  },
};

const CIFAR10_SIZE_BYTES = 30_730_000;

/** Photographs: 50,000 training and 10,000 test pictures, 32 × 32, RGB. */
export const CIFAR10: DatasetDescription = {
  name: "cifar10",
  title: "CIFAR-10",
  classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  files: [
    ["data_batch_1.bin", "aadd24acce27caa71bf4b10992e9e7b2d74c2540"],
    ["data_batch_2.bin", "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795"],
    ["data_batch_3.bin", "1dd00a74ab1d17a6e7d73e185b69dbf31242f295"],
    ["data_batch_4.bin", "aab85764eb3584312d3c7f65fd2fd016e36a258e"],
    ["data_batch_5.bin", "26e2849e66a845b7f1e4614ae70f4889ae604628"],
    ["test_batch.bin", "67eb016db431130d61cd03c7ad570b013799c88c"],
  ].map(([name = "", hex = ""]) => ({ name, sizeBytes: CIFAR10_SIZE_BYTES, digest: { algorithm: "sha1", hex } })),
  baseUrls: ["https://www.cs.toronto.edu/~kriz/"],
  archive: { name: "cifar-10-binary.tar.gz", folder: "cifar-10-batches-bin" },
  decode(files, location) {
    const split = (names: readonly string[]): ImageDataset => {
      const sources = names.map((name) => `${location}/${name}`);
      const { images, labels } = decodeCifar10(
        names.map((name) => required(files, name, location)),
        sources,
      );
      return new ImageDataset(images, labels, { classNames: this.classNames });
    };
    const names = this.files.map(({ name }) => name);
    return { train: split(names.slice(0, 5)), test: split(names.slice(5)) };
  },
};

function idxFiles(
  trainImages: string,
  trainLabels: string,
  testImages: string,
  testLabels: string,
): readonly DatasetFile[] {
  const file = (name: string, sizeBytes: number, hex: string): DatasetFile => ({
    name,
    sizeBytes,
    digest: { algorithm: "sha256", hex },
  });
  return [
    file(IDX_NAMES.trainImages, 16 + 60_000 * 784, trainImages),
    file(IDX_NAMES.trainLabels, 8 + 60_000, trainLabels),
    file(IDX_NAMES.testImages, 16 + 10_000 * 784, testImages),
    file(IDX_NAMES.testLabels, 8 + 10_000, testLabels),
  ];
}

function decodeIdxDataset(
  classNames: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
  location: string,
): TrainAndTest {
  const split = (imagesName: string, labelsName: string): ImageDataset => {
    const images = decodeIdxImages(required(files, imagesName, location), `${location}/${imagesName}`);
    const labelsSource = `${location}/${labelsName}`;
    const labels = decodeIdxLabels(required(files, labelsName, location), labelsSource, classNames.length);
    if (labels.length !== images.shape[0]) {
      const expected = `${images.shape[0]} labels, one for each picture of ${imagesName}`;
      throw new DataFormatError(labelsSource, expected, `${labels.length}`);
    }
    return new ImageDataset(images, labels, { classNames });
  };
  return {
    train: split(IDX_NAMES.trainImages, IDX_NAMES.trainLabels),
    test: split(IDX_NAMES.testImages, IDX_NAMES.testLabels),
  };
}

function required(files: ReadonlyMap<string, Uint8Array>, name: string, location: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes === undefined) throw new DataFormatError(location, `a file ${name} or ${name}.gz`, "none");
  return bytes;
}
