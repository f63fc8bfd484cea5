import { POOL, POOL_GRADIENT, type PoolAttrs, type PoolGradientInputs, type PoolInputs } from "@camada/tensor";
import { GEOMETRY_BYTES, poolFields, product, writeFields } from "../geometry.ts";
import { defineKernel } from "./define.ts";

export const pool = defineKernel(POOL, (backend, { x }: PoolInputs, attrs: PoolAttrs) => {
  const [n = 0, channels = 0] = x.shape;
  const y = backend.output([n, channels, ...attrs.outputSize]);
  backend.scratch.lend([GEOMETRY_BYTES], (geometry) => {
    writeFields(backend, geometry, poolFields(x.shape, attrs));
    const name = attrs.kind === "max" ? "maxPool" : "averagePool";
    backend.kernels[name](geometry, backend.address(x), n * channels, backend.address(y));
  });
  return y;
});

export const poolGradient = defineKernel(POOL_GRADIENT, (backend, { dy, x }: PoolGradientInputs, attrs: PoolAttrs) => {
  const [n = 0, channels = 0] = x.shape;
  const dx = backend.output(x.shape);
  const address = backend.address(dx);
  backend.floats(address, product(x.shape)).fill(0);
  backend.scratch.lend([GEOMETRY_BYTES], (geometry) => {
    writeFields(backend, geometry, poolFields(x.shape, attrs));
    const planes = n * channels;
    if (attrs.kind === "max") {
      backend.kernels.maxPoolGradient(geometry, backend.address(dy), backend.address(x), planes, address);
    } else {
      backend.kernels.averagePoolGradient(geometry, backend.address(dy), planes, address);
    }
  });
  return dx;
});
