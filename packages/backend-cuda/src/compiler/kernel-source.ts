import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Names and values for the preprocessor: what makes a kernel special. */
export type Defines = Readonly<Record<string, string | number>>;

const INCLUDE = /^[ \t]*#include[ \t]+"([^"]+)"[^\n]*$/gm;

/**
 * What stands above every kernel: the things that differ between a device and the simulation of one. A device's blocks
 * share one array of dynamic shared memory, whatever a kernel takes it for.
 */
const PRELUDE = `#ifndef CAMADA_SIMULATED
#define CAMADA_DYNAMIC_SHARED(type, name) \\
  extern __shared__ __align__(16) unsigned char camada_dynamic_shared[]; \\
  type* name = reinterpret_cast<type*>(camada_dynamic_shared)
#endif
`;

/**
 * A kernel's whole source: `defines`, the prelude, and the file with every `#include "x.cuh"` replaced by that file, each
 * once. The compiler of a card has no headers and no file system.
 * @param folder of the sources.
 */
export function kernelSource(folder: string, file: string, defines: Defines = {}): string {
  const seen = new Set<string>();
  const resolve = (name: string): string => {
    if (seen.has(name)) return "";
    seen.add(name);
    const text = readFileSync(join(folder, name), "utf8");
    // A line number that fits the file makes the compiler's log of use.
    let line = 1;
    let at = 0;
    let resolved = `#line 1 "${name}"\n`;
    for (const match of text.matchAll(INCLUDE)) {
      const before = text.slice(at, match.index);
      line += before.split("\n").length - 1;
      resolved += `${before}${resolve(match[1]!)}\n#line ${line + 1} "${name}"`;
      at = match.index + match[0].length;
    }
    return resolved + text.slice(at);
  };
  const lines = Object.entries(defines).map(([name, value]) => `#define ${name} ${value}\n`);
  return `${lines.join("")}${PRELUDE}${resolve(file)}`;
}
