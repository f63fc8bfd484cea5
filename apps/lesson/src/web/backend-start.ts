// What starts a backend: the library and tfjs, without the cells, which take longer to load and wait for it.
import { firstAvailable, type Backend, type ChosenBackend } from "@camada/tensor";

export { refusal } from "../refusal.ts";
export { deviceLost } from "./device-lost.ts";

/** Activates the first backend that runs. */
export function start(backends: readonly Backend[]): Promise<ChosenBackend> {
  return firstAvailable(backends);
}
