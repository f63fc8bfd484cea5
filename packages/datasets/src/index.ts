export { applyTransform } from "./apply-transform.ts";
export type { ArrayBatch, Column, Field, Fields, NumberArray, NumericArray } from "./array-dataset.ts";
export { ArrayDataset } from "./array-dataset.ts";
export type { LastBatch } from "./batch-order.ts";
export type { RunningWorkers, BatchWorkers } from "./batch-workers.ts";
export { decodeCifar10 } from "./cifar.ts";
export type { DataLoaderOptions, IterateOptions, LoaderState } from "./data-loader.ts";
export { DataLoader } from "./data-loader.ts";
export type { Draw, SampleBatch } from "./dataset.ts";
export { Dataset, SimpleDataset } from "./dataset.ts";
export type { DatasetDescription, DatasetFile, TrainAndTest } from "./descriptions.ts";
export { CIFAR10, FashionMNIST, MNIST } from "./descriptions.ts";
export type { RejectedSource } from "./errors.ts";
export { DataAccessError, DataFormatError, DataOptionError, DataUnavailableError } from "./errors.ts";
export type { IdxArray } from "./idx.ts";
export { decodeIdx, decodeIdxImages, decodeIdxLabels } from "./idx.ts";
export type { Encoding, Image, ImageArray, ImageBatch, ImageSample, ImageSource, Normalization } from "./image.ts";
export { image, toFloat32 } from "./image.ts";
export type { ImageDatasetOptions } from "./image-dataset.ts";
export { ImageDataset } from "./image-dataset.ts";
export type { DatasetSource, LoadedFiles, OpenedDataset } from "./open-dataset.ts";
export { openDataset } from "./open-dataset.ts";
export type { Random } from "./random.ts";
export { seededRandom } from "./random.ts";
export type { ImageJob, ImageRequest } from "./render-images.ts";
export { resizeBilinear } from "./resize.ts";
export type { Size, Transform } from "./transforms.ts";
export {
  CenterCrop,
  Cast,
  Compose,
  Normalize,
  RandomCrop,
  RandomFlipLeftRight,
  RandomFlipTopBottom,
  RandomResizedCrop,
  Resize,
  ToTensor,
} from "./transforms.ts";
