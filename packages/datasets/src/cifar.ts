import { DataFormatError } from "./errors.ts";
import { checkedLabels } from "./idx.ts";
import type { ImageArray } from "./image.ts";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD_BYTES = 1 + 3 * PLANE;

/**
 * Decodes CIFAR-10's binary form: records of one label byte and 3,072 bytes of pixels, a plane per colour.
 *
 * @param files the binary files in order, already decompressed.
 * @param sources their paths or names, for errors.
 * @returns pictures [n, 32, 32, 3] in RGB and class numbers [n].
 * @throws DataFormatError on a size that is not a whole number of records, or a label above 9.
 * @see Krizhevsky, "The CIFAR-10 dataset", section "Binary version".
 */
export function decodeCifar10(
  files: readonly Uint8Array[],
  sources: readonly string[],
): { readonly images: ImageArray; readonly labels: Int32Array } {
  const counts = files.map((bytes, i) => recordCount(bytes, sources[i] ?? "CIFAR-10"));
  const n = counts.reduce((sum, count) => sum + count, 0);
  const data = new Uint8Array(n * 3 * PLANE);
  const labels = new Int32Array(n);
  let row = 0;
  files.forEach((bytes, i) => {
    const first = row;
    for (let start = 0; start < bytes.length; start += RECORD_BYTES, row++) {
      labels[row] = bytes[start] ?? 0;
      const to = row * 3 * PLANE;
      for (let c = 0; c < 3; c++) {
        const from = start + 1 + c * PLANE;
        for (let p = 0; p < PLANE; p++) data[to + 3 * p + c] = bytes[from + p] ?? 0;
      }
    }
    checkedLabels(labels.subarray(first, row), sources[i] ?? "CIFAR-10", 10);
  });
  return { images: { data, shape: [n, SIDE, SIDE, 3], layout: "NHWC", divisor: 1 }, labels };
}

function recordCount(bytes: Uint8Array, source: string): number {
  if (bytes.length > 0 && bytes.length % RECORD_BYTES === 0) return bytes.length / RECORD_BYTES;
  throw new DataFormatError(source, `a whole number of records of ${RECORD_BYTES} bytes`, `${bytes.length} bytes`);
}
