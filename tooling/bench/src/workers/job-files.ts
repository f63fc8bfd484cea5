import { readFile } from "node:fs/promises";

/** A file in memory of its own: Node's buffers may begin anywhere. */
export async function bytesOf(path: string): Promise<ArrayBuffer> {
  const file = await readFile(path);
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
}
