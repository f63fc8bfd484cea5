import { createHash } from "node:crypto";
import type { DatasetDescription } from "../../src/index.ts";
import { FashionMNIST } from "../../src/index.ts";
import { encodeIdx } from "../encode-idx.ts";

/** The four files of a dataset of 20 + 10 pictures of 3 × 3 pixels. */
export const tinyFiles: ReadonlyMap<string, Uint8Array> = new Map([
  [
    "train-images-idx3-ubyte",
    encodeIdx(
      [20, 3, 3],
      Uint8Array.from({ length: 180 }, (_, i) => i),
    ),
  ],
  [
    "train-labels-idx1-ubyte",
    encodeIdx(
      [20],
      Uint8Array.from({ length: 20 }, (_, i) => i % 10),
    ),
  ],
  [
    "t10k-images-idx3-ubyte",
    encodeIdx(
      [10, 3, 3],
      Uint8Array.from({ length: 90 }, (_, i) => 255 - i),
    ),
  ],
  [
    "t10k-labels-idx1-ubyte",
    encodeIdx(
      [10],
      Uint8Array.from({ length: 10 }, (_, i) => 9 - i),
    ),
  ],
]);

/** A description of those files. */
export const tiny: DatasetDescription = {
  ...FashionMNIST,
  name: "tiny",
  title: "Tiny",
  baseUrls: [],
  files: [...tinyFiles].map(([name, bytes]) => ({
    name,
    sizeBytes: bytes.length,
    digest: { algorithm: "sha256", hex: createHash("sha256").update(bytes).digest("hex") },
  })),
};
