/** What the module gives to `src/wasm/kernels.ts`. Everything works on addresses of the shared memory; nothing is kept. */
export { activate, activationGradient } from "./activation";
export { clip } from "./clip";
export { copyRows, gatherColumns, gatherTaps, scatterColumns, writeChannels } from "./lower";
export { multiply } from "./multiply";
export { pack } from "./pack";
export { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from "./pool";
export { sumChannels } from "./reduce";
export { sgd, sgdMomentum } from "./sgd";
