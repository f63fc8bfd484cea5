import type { DatasetDescription, TrainAndTest } from "./descriptions.ts";
import type { RejectedSource } from "./errors.ts";
import { DataUnavailableError } from "./errors.ts";

/** The decompressed files of a dataset, as a source gives them. */
export interface LoadedFiles {
  /** Bytes by file name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Path or address. */
  readonly location: string;
  /** Whether all bytes have the recorded checksums. */
  readonly isVerified: boolean;
  /** Whether this is a part of the published dataset. */
  readonly isSubset: boolean;
}

/** A place that may hold a dataset. */
export interface DatasetSource {
  /** A short name, e.g. `cache`. */
  readonly name: string;
  /** The files of a dataset; rejects, with one sentence, when it has not all of them. */
  load(description: DatasetDescription): Promise<LoadedFiles>;
}

/** A dataset and where it came from. */
export interface OpenedDataset extends TrainAndTest {
  readonly source: {
    readonly name: string;
    /** Path or address. */
    readonly location: string;
    readonly isVerified: boolean;
    readonly isSubset: boolean;
  };
  /** The sources tried before, and why each was refused. */
  readonly rejected: readonly RejectedSource[];
  /** One line for people: dataset, source, number of samples. */
  readonly announcement: string;
}

/**
 * Opens a dataset from the first source that has it.
 *
 * @param description MNIST, FashionMNIST, CIFAR10 or one of your own.
 * @param options.sources tried in order.
 * @throws DataUnavailableError when no source has it; `rejected` says why.
 * @throws AbortError when a source was stopped by its signal.
 */
export async function openDataset(
  description: DatasetDescription,
  options: { readonly sources: readonly DatasetSource[] },
): Promise<OpenedDataset> {
  const rejected: RejectedSource[] = [];
  for (const source of options.sources) {
    try {
      const { files, location, isVerified, isSubset } = await source.load(description);
      const { train, test } = description.decode(files, location);
      const counts = `${grouped(train.length)} training and ${grouped(test.length)} test images`;
      const part = isSubset ? ", a part of the whole" : "";
      return {
        train,
        test,
        source: { name: source.name, location, isVerified, isSubset },
        rejected,
        announcement: `${description.title} from ${location} (${source.name}): ${counts}${part}`,
      };
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") throw error; // stopping is no reason to go on
      rejected.push({ source: source.name, reason: error instanceof Error ? error.message : String(error), error });
    }
  }
  throw new DataUnavailableError(description.title, rejected);
}

/** 60000 as 60,000. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
