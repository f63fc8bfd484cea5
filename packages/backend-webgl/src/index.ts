export { webgl, type WebglOptions } from "./webgl.ts";
