export {
  activeBackend,
  firstAvailable,
  preferredLayout,
  useBackend,
  type ActiveBackend,
  type Backend,
  type BackendInfo,
  type ChosenBackend,
  type Layout,
} from "./backend.ts";
export { BackendUnavailableError } from "./errors.ts";
export * from "./kernels.ts";
