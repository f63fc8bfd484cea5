/**
 * Makes data/fashion-mnist-tenth from Debian's package dataset-fashion-mnist (0.0~git20200523.55506a9-1):
 *
 *     npx tsx scripts/make-embedded.ts
 *
 * Of each class a tenth is drawn with seed 0, and the published order is kept. Prints the sizes and checksums for
 * src/node/embedded.ts. The decompressed bytes are the same on every machine; the gzip bytes depend on zlib.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { decodeIdxImages, decodeIdxLabels, seededRandom } from "../src/index.ts";
import { shuffledIndices } from "../src/random.ts";

const from = "/usr/share/datasets/fashion-mnist";
const to = fileURLToPath(new URL("../data/fashion-mnist-tenth", import.meta.url));

mkdirSync(to, { recursive: true });
for (const [stream, split] of ["train", "t10k"].entries()) {
  const imagesName = `${split}-images-idx3-ubyte`;
  const labelsName = `${split}-labels-idx1-ubyte`;
  const images = decodeIdxImages(read(imagesName), imagesName);
  const labels = decodeIdxLabels(read(labelsName), labelsName, 10);
  const rows = drawTenth(labels, stream);
  const [, h, w] = images.shape;
  const pixels = new Uint8Array(rows.length * h * w);
  rows.forEach((row, i) => pixels.set(images.data.subarray(row * h * w, (row + 1) * h * w), i * h * w));
  write(imagesName, [rows.length, h, w], pixels);
  write(
    labelsName,
    [rows.length],
    Uint8Array.from(rows, (row) => labels[row] ?? 0),
  );
}

function drawTenth(labels: Int32Array, stream: number): number[] {
  const chosen: number[] = [];
  for (let label = 0; label < 10; label++) {
    const rows = [...labels.keys()].filter((row) => labels[row] === label);
    const order = shuffledIndices(rows.length, seededRandom(0, stream, label));
    for (const place of order.subarray(0, rows.length / 10)) chosen.push(rows[place] ?? -1);
  }
  return chosen.sort((a, b) => a - b);
}

function read(name: string): Uint8Array {
  return gunzipSync(readFileSync(`${from}/${name}.gz`));
}

function write(name: string, shape: readonly number[], data: Uint8Array): void {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(data, 4 + 4 * shape.length);
  writeFileSync(`${to}/${name}.gz`, gzipSync(bytes, { level: 9 }));
  console.log(`["${name}", ${bytes.length}, "${createHash("sha256").update(bytes).digest("hex")}"],`);
}
