/** Outside Node there is only the browser's own WebGPU. */
export function loadDawn(): Promise<GPU> {
  return Promise.reject(new Error("no WebGPU in this browser"));
}
