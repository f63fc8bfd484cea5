let loaded: Promise<GPU> | undefined;

/**
 * Dawn, Chromium's WebGPU, from the optional package `webgpu`. It is loaded once: adapters must outlive their devices.
 *
 * The classes and constants that a browser has as globals become globals here too, since tfjs expects them there.
 * @throws {Error} when the package is not installed, or has no build for this platform.
 */
export function loadDawn(): Promise<GPU> {
  return (loaded ??= load());
}

async function load(): Promise<GPU> {
  try {
    const { create, globals } = await import("webgpu");
    for (const [name, value] of Object.entries(globals)) {
      if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    return create([]);
  } catch (error) {
    loaded = undefined;
    throw new Error("no WebGPU in this Node; npm install webgpu", { cause: error });
  }
}
