/** Names under which drivers report that the CPU draws. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;

/** The GPU's name as far as the browser tells it, e.g. `ANGLE (NVIDIA, …)`. */
export function rendererOf(context: WebGL2RenderingContext): string {
  const details = context.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = context.getParameter(details?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  return typeof name === "string" && name !== "" ? name : "a GPU that the browser does not name";
}

/** Whether the CPU draws in place of a GPU. */
export function isSoftwareRenderer(renderer: string): boolean {
  return SOFTWARE.test(renderer);
}
