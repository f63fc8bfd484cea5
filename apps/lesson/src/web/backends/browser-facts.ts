import type { Localized } from "../../localized.ts";

/** Something that this browser has or lacks. */
export interface BrowserFact {
  readonly name: string;
  readonly has: boolean;
  readonly detail: Localized | string;
}

/** What this browser offers to computations. */
export async function browserFacts(): Promise<readonly BrowserFact[]> {
  return [await webgpu(), webgl(), webAssembly(), threads()];
}

async function webgpu(): Promise<BrowserFact> {
  const name = "WebGPU";
  const { gpu } = navigator as unknown as { readonly gpu?: GpuLike };
  if (gpu === undefined) return { name, has: false, detail: NOT_OFFERED };
  try {
    const adapter = await gpu.requestAdapter();
    if (adapter === null) return { name, has: false, detail: NO_ADAPTER };
    const { vendor, architecture, description } = adapter.info;
    return { name, has: true, detail: [vendor, architecture, description].filter((part) => part !== "").join(", ") };
  } catch (error) {
    return { name, has: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function webgl(): BrowserFact {
  const name = "WebGL 2";
  const gl = document.createElement("canvas").getContext("webgl2");
  if (gl === null) return { name, has: false, detail: NOT_OFFERED };
  const details = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(details === null ? gl.RENDERER : details.UNMASKED_RENDERER_WEBGL));
  // Contexts are few: this one is not needed any more.
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return { name, has: true, detail: renderer };
}

function webAssembly(): BrowserFact {
  const has = WebAssembly.validate(SIMD_MODULE);
  return { name: "WebAssembly SIMD", has, detail: has ? "128 bit" : NOT_OFFERED };
}

function threads(): BrowserFact {
  const has = globalThis.crossOriginIsolated;
  const cores = navigator.hardwareConcurrency;
  const detail = {
    "pt-BR": `${cores} núcleos; a página ${has ? "está" : "não está"} isolada de outras origens`,
    en: `${cores} cores; the page is ${has ? "" : "not "}isolated from other origins`,
  };
  return { name: "SharedArrayBuffer", has, detail };
}

/** The part of WebGPU that is asked for its name. */
interface GpuLike {
  requestAdapter(): Promise<{
    readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
  } | null>;
}

const NOT_OFFERED = { "pt-BR": "este navegador não oferece", en: "this browser does not offer it" };
const NO_ADAPTER = {
  "pt-BR": "o navegador oferece, mas não encontra uma GPU",
  en: "the browser offers it, but finds no GPU",
};

/** A module whose only function makes a vector: `(func (result v128) i32.const 0 i8x16.splat)`. */
const SIMD_MODULE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7b],
  ...[3, 2, 1, 0],
  ...[10, 8, 1, 6, 0, 0x41, 0, 0xfd, 15, 0x0b],
);
