import { BackendUnavailableError } from "@camada/tensor";

/** What is drawn are numbers: nothing of it is shown, blended or kept by the canvas. */
const ATTRIBUTES: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  premultipliedAlpha: false,
  preserveDrawingBuffer: false,
  depth: false,
  stencil: false,
  powerPreference: "high-performance",
  // Software renderers are refused by their names, so that the refusal can name them and be overruled.
  failIfMajorPerformanceCaveat: false,
};

let context: WebGL2RenderingContext | undefined;

/**
 * The context that this thread computes in: browsers allow few, and take the oldest away.
 * @throws {BackendUnavailableError} where there is no WebGL 2.
 */
export function openContext(): WebGL2RenderingContext {
  if (context === undefined || context.isContextLost()) context = newContext();
  return context;
}

function newContext(): WebGL2RenderingContext {
  const canvas = newCanvas();
  const made = canvas.getContext("webgl2", ATTRIBUTES) as WebGL2RenderingContext | null;
  if (made === null) throw new BackendUnavailableError("webgl", "no WebGL 2 in this browser");
  return made;
}

function newCanvas(): HTMLCanvasElement | OffscreenCanvas {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(1, 1);
  if (typeof document !== "undefined") return document.createElement("canvas");
  throw new BackendUnavailableError("webgl", "no canvas: this is not a browser");
}
