import { BackendUnavailableError, type Backend, type BackendInfo } from "@camada/tensor";
import { openContext } from "./context.ts";
import { isSoftwareRenderer, rendererOf } from "./renderer.ts";

/** Options of {@link webgl}. */
export interface WebglOptions {
  /**
   * Whether to run where the CPU draws in place of a GPU, which is slower than the CPU's own kernels. Default: false;
   * `activate()` then names the renderer in its refusal.
   */
  readonly allowSoftware?: boolean | undefined;
  /**
   * Whether nets may be trained where textures hold half floats, whose 11 significant bits and narrow range make most
   * training fail. Default: false; `record` then throws `TrainingRefusedError`.
   */
  readonly allowHalfFloatTraining?: boolean | undefined;
}

/**
 * A browser's GPU through WebGL 2, on a page and in a worker. Nothing is loaded or registered before `activate()`.
 *
 * `activate()` rejects with `BackendUnavailableError` where there is no WebGL 2, and where the CPU would draw. Called again
 * after the context was lost, it makes a new one; tensors of the old one are gone.
 * @example await useBackend(webgl());
 */
export function webgl(options: WebglOptions = {}): Backend {
  return { name: "webgl", device: "gpu(0)", activate: () => activate(options) };
}

async function activate({ allowSoftware = false, allowHalfFloatTraining = false }: WebglOptions): Promise<BackendInfo> {
  const context = openContext();
  const renderer = rendererOf(context);
  if (!allowSoftware && isSoftwareRenderer(renderer)) {
    throw new BackendUnavailableError(
      "webgl",
      `a software renderer, ${renderer}, which is slower than the CPU's own kernels; allowSoftware uses it all the same`,
    );
  }
  try {
    const { startEngine } = await import("./engine.ts");
    return await startEngine(context, renderer, allowHalfFloatTraining);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackendUnavailableError("webgl", reason, { cause: error });
  }
}
