import { fileURLToPath } from "node:url";

/** The part of AssemblyScript's compiler that we use. */
interface Compiler {
  main(
    args: readonly string[],
    options: {
      writeFile(name: string, contents: string | Uint8Array): void;
      stderr: { write(text: string | Uint8Array): void };
    },
  ): Promise<{ readonly error: Error | null }>;
}

const ENTRY = "assembly/index.ts";
/** No runtime and no abort handler: the module owns no memory and cannot throw. */
const OPTIONS = [
  "-O3",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--noExportMemory",
  "--enable",
  "simd",
  "--use",
  "abort=",
];
/** Sections that would mean state of the module's own: table, memory, global, start, element, data. */
const FORBIDDEN_SECTIONS = [4, 5, 6, 8, 9, 11];

/** Compiles `assembly/` and refuses a module that has state of its own beside the memory that it imports. */
export async function compileKernels(): Promise<Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  const baseDir = fileURLToPath(new URL("..", import.meta.url));
  // Resolved first: an import that TypeScript follows brings types that redefine `console` for the whole program.
  const compiler = (await import(import.meta.resolve("assemblyscript/asc"))) as Compiler;
  let complaints = "";
  const { error } = await compiler.main([ENTRY, "-o", "kernels.wasm", "--baseDir", baseDir, ...OPTIONS], {
    writeFile: (name: string, contents: string | Uint8Array) => void files.set(name, contents),
    stderr: { write: (text: string | Uint8Array) => void (complaints += String(text)) },
  });
  const bytes = files.get("kernels.wasm");
  if (error !== null || !(bytes instanceof Uint8Array)) {
    throw new Error(`kernels: expected assembly/ to compile, got ${complaints}`, { cause: error });
  }
  const owned = sections(bytes).filter((id) => FORBIDDEN_SECTIONS.includes(id));
  if (owned.length > 0) throw new Error(`kernels: expected a module without state, got sections ${owned.join(", ")}`);
  return bytes;
}

/** Ids of the sections of a WebAssembly module. */
function sections(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length;) {
    ids.push(bytes[at++] ?? 0);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}

/** The generated TypeScript file that holds a module. */
export function generatedSource(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,116}/g) ?? [];
  const text = lines.map((line) => `  "${line}",`).join("\n");
  return [
    "// Compiled from assembly/ by `pnpm --filter @camada/backend-cpu kernels`. Do not edit.",
    `/** Our WebAssembly module, ${bytes.length} bytes in base64. */`,
    `export const KERNELS_BASE64 = [`,
    text,
    `].join("");`,
    "",
  ].join("\n");
}
