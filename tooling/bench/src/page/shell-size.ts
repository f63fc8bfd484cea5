import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/**
 * Bytes of the page's shell, each file gzipped: the page itself, and the scripts and styles that it names, before anything
 * that computes.
 * @param folder of the built site
 */
export async function shellBytes(folder: string): Promise<number> {
  const html = await readFile(join(folder, "index.html"), "utf8");
  const names = new Set([...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(([, name]) => name!));
  const files = await Promise.all([...names].map((name) => readFile(join(folder, name))));
  return [Buffer.from(html), ...files].reduce((bytes, file) => bytes + gzipSync(file, { level: 9 }).length, 0);
}
