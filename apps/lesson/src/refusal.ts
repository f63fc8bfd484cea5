import { BackendUnavailableError } from "@camada/tensor";
import { localized, type Localized, type Text } from "./localized.ts";

/** Why a backend does not run here, in words. */
export function refusal(error: unknown): Text {
  if (error instanceof BackendUnavailableError) {
    if (error.cause instanceof AggregateError) return allRefusals(error.cause.errors);
    if (error.cause instanceof Error) return engineRefusal(firstLine(error.cause.message).replace(/^cuda: /, ""));
    return engineRefusal(firstLine(error.message).replace(/^\w+: expected an available backend, got /, ""));
  }
  return engineRefusal(firstLine(error instanceof Error ? error.message : String(error)).replace(/^cuda: /, ""));
}

/** The common reasons of engines, with what stands for their parts. */
const REASONS: readonly { readonly pattern: RegExp; readonly say: (part: string) => Localized }[] = [
  {
    pattern: /^expected native kernels built here or the package (\S+), got neither$/,
    say: (name) => ({
      "pt-BR": `não há kernels nativos: nem compilados aqui (falta um compilador de C++), nem o pacote ${name}`,
      en: `there are no native kernels: neither built here (a C++ compiler is missing), nor the package ${name}`,
    }),
  },
  {
    pattern: /^expected NVIDIA's driver as (\S+), got none on this machine$/,
    say: (file) => ({
      "pt-BR": `não há driver da NVIDIA nesta máquina (${file})`,
      en: `there is no NVIDIA driver on this machine (${file})`,
    }),
  },
  {
    pattern: /^expected the package (@tensorflow\/tfjs-node-gpu), got none/,
    say: (name) => ({
      "pt-BR": `o pacote ${name} não está instalado`,
      en: `the package ${name} is not installed`,
    }),
  },
  {
    pattern: /^expected precision float32 or tf32 for tfjs-node-gpu, got (\S+)$/,
    say: (precision) => ({
      "pt-BR": `tfjs-node-gpu não calcula em ${precision}`,
      en: `tfjs-node-gpu does not compute in ${precision}`,
    }),
  },
  {
    pattern: /^(no WebGPU in this browser)$/,
    say: () => ({ "pt-BR": "este navegador não oferece WebGPU", en: "this browser does not offer WebGPU" }),
  },
  {
    pattern: /^(no adapter): WebGPU is there, and no GPU that it can use$/,
    say: () => ({
      "pt-BR": "há WebGPU, mas nenhuma GPU que ele possa usar",
      en: "WebGPU is there, but no GPU that it can use",
    }),
  },
  {
    pattern:
      /^a software adapter, (.+), which is slower than the CPU's own kernels; allowSoftware uses it all the same$/,
    say: (name) => ({
      "pt-BR": `${name} imita uma GPU no processador, o que é mais lento que WebAssembly; só roda se for escolhido`,
      en: `${name} plays a GPU on the processor, slower than WebAssembly; it runs only when it is chosen`,
    }),
  },
  {
    pattern: /^(no WebGL 2) in this browser$/,
    say: () => ({ "pt-BR": "este navegador não oferece WebGL 2", en: "this browser offers no WebGL 2" }),
  },
  {
    pattern: /^a software renderer, (.+), which is slower/,
    say: (renderer) => ({
      "pt-BR": `aqui é o próprio processador que desenha (${renderer}), mais devagar do que WebAssembly calcula`,
      en: `here the processor itself draws (${renderer}), more slowly than WebAssembly computes`,
    }),
  },
  {
    pattern: /^computes in float32 alone, not in (\S+)$/,
    say: (precision) => ({
      "pt-BR": `só calcula em float32, não em ${precision}`,
      en: `computes in float32 alone, not in ${precision}`,
    }),
  },
];

/** Why an engine does not run here; in every language where the reason is a common one. */
export function engineRefusal(reason: string): Text {
  for (const { pattern, say } of REASONS) {
    const part = pattern.exec(reason)?.[1];
    if (part !== undefined) return say(part);
  }
  return reason;
}

function allRefusals(errors: readonly unknown[]): Text {
  return localized((say) =>
    errors
      .map((error) => (error instanceof BackendUnavailableError ? `${error.backend}: ` : "") + say(refusal(error)))
      .join("; "),
  );
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}
