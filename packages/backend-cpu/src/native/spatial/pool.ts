import { POOL, POOL_GRADIENT, type PoolAttrs, type PoolGradientInputs, type PoolInputs } from "@camada/tensor";
import { axes } from "../geometry.ts";
import { defineKernel } from "../kernel.ts";

/** What native pooling of planes takes, `native/src/pool.h`; `x` is `[n, c, ...spatial]`. */
function poolFields([n = 0, channels = 0, ...input]: readonly number[], attrs: PoolAttrs): number[] {
  return [
    n * channels,
    ...axes(input, 1),
    ...axes(attrs.outputSize, 1),
    ...axes(attrs.kernel, 1),
    ...axes(attrs.strides, 1),
    ...axes(attrs.padBegin, 0),
    ...axes(attrs.padEnd, 0),
    attrs.countIncludePad ? 1 : 0,
  ];
}

/** `[n, c, ...outputSize]` */
export const pool = defineKernel(POOL, (backend, { x }: PoolInputs, attrs: PoolAttrs) => {
  const [n = 0, channels = 0] = x.shape;
  const y = backend.output([n, channels, ...attrs.outputSize]);
  const name = attrs.kind === "max" ? "camada_max_pool" : "camada_average_pool";
  backend.library.run(name, poolFields(x.shape, attrs), backend.address(x), backend.address(y));
  return y;
});

/** Shaped as `x`. */
export const poolGradient = defineKernel(POOL_GRADIENT, (backend, { dy, x }: PoolGradientInputs, attrs: PoolAttrs) => {
  const dx = backend.output(x.shape);
  const fields = poolFields(x.shape, attrs);
  if (attrs.kind === "max") {
    const addresses = [dy, x, dx].map((tensor) => backend.address(tensor));
    backend.library.run("camada_max_pool_gradient", fields, ...addresses);
  } else {
    backend.library.run("camada_average_pool_gradient", fields, backend.address(dy), backend.address(dx));
  }
  return dx;
});
