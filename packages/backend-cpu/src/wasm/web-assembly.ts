/**
 * The part of the WebAssembly interface that we use. TypeScript has its types in the browser's library alone, which a
 * package for Node and browsers alike does without.
 */
export interface WebAssemblyMemory {
  /** Replaced by a larger one whenever the memory grows, so nobody may keep it. Of a shared memory, one that is shared. */
  readonly buffer: ArrayBuffer;
}

interface WebAssemblyApi {
  instantiate(
    bytes: Uint8Array,
    imports: { readonly env: { readonly memory: WebAssemblyMemory } },
  ): Promise<{ readonly instance: { readonly exports: object } }>;
}

/** Compiles a module, links it to a memory and gives its exports. */
export async function instantiate<Exports>(bytes: Uint8Array, memory: WebAssemblyMemory): Promise<Exports> {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as Exports;
}
