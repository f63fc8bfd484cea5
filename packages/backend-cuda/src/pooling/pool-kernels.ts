import { POOL, POOL_GRADIENT, type PoolAttrs, type PoolGradientInputs, type PoolInputs } from "@camada/tensor";
import { defineKernel, type Kernel } from "../kernel.ts";
import { windowAxes, type Pool } from "./geometry.ts";
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from "./pool.ts";

/** Every channel of every image counts as an image of one channel. */
function poolOf([n = 0, channels = 0, ...input]: readonly number[], attrs: PoolAttrs): Pool {
  return {
    images: n * channels,
    channels: 1,
    ...windowAxes({ input, output: attrs.outputSize, ...attrs }),
    countsPadding: attrs.countIncludePad,
    leastCount: 1,
    keepsNan: true,
    takesLast: false,
    countsBatch: false,
  };
}

const pool = defineKernel(POOL, (backend, { x }: PoolInputs, attrs: PoolAttrs) => {
  backend.address(x);
  const y = backend.output([...x.shape.slice(0, 2), ...attrs.outputSize]);
  if (attrs.kind === "max") maxPool(backend, POOL, poolOf(x.shape, attrs), x, { y });
  else averagePool(backend, POOL, poolOf(x.shape, attrs), x, y);
  return y;
});

const poolGradient = defineKernel(POOL_GRADIENT, (backend, { dy, x }: PoolGradientInputs, attrs: PoolAttrs) => {
  backend.address(dy);
  const dx = backend.output(x.shape);
  const geometry = poolOf(x.shape, attrs);
  if (attrs.kind === "max") maxPoolGradient(backend, POOL_GRADIENT, geometry, dy, x, dx);
  else averagePoolGradient(backend, POOL_GRADIENT, geometry, dy, dx, false);
  return dx;
});

/** Camada's pooling, channels first. */
export const poolKernels: readonly Kernel[] = [pool, poolGradient];
