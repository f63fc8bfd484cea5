import type { DatasetSource, OpenedDataset } from "@camada/datasets";
import {
  cache,
  debian,
  download,
  type DownloadProgress,
  embedded,
  npmPackage,
  openFashionMNIST,
  openMNIST,
} from "@camada/datasets/node";
import type { DatasetName } from "../cell.ts";

/** Whether missing data may be downloaded, and who hears of it. */
export interface OpeningOptions {
  readonly mayDownload: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (name: DatasetName, progress: DownloadProgress) => void;
}

/** Opens a dataset of the lesson from this machine's disk, or downloads it. */
export function openLessonData(name: DatasetName, options: OpeningOptions): Promise<OpenedDataset> {
  const { mayDownload, signal, onProgress } = options;
  const online: DatasetSource[] = mayDownload
    ? [download({ signal, onProgress: (progress) => onProgress(name, progress) })]
    : [];
  if (name === "mnist") return openMNIST({ sources: [cache(), npmPackage({ from: import.meta.url }), ...online] });
  return openFashionMNIST({ sources: [cache(), debian(), ...online, embedded()] });
}

/** Opens each dataset once. */
export function openingOnce(options: OpeningOptions): (name: DatasetName) => Promise<OpenedDataset> {
  const opened = new Map<DatasetName, Promise<OpenedDataset>>();
  return (name) => {
    const known = opened.get(name) ?? openLessonData(name, options);
    opened.set(name, known);
    return known;
  };
}
