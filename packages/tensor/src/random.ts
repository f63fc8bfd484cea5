export { seed } from "./random/default.ts";
export { mxnet, type MxnetRandom } from "./random/mxnet.ts";
export { seeded } from "./random/seeded.ts";
