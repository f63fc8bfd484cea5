import { GATHER_IMAGES, type GatherImagesAttrs, type GatherImagesInputs } from "@camada/tensor";
import { defineKernel, type Kernel } from "../kernel.ts";
import { elementLaunch, sizeOf } from "../kernels/elements.ts";
import { requireCount } from "../matrix/size-error.ts";

/** Blocks along the second axis of a grid. */
const MAX_BLOCKS = 65_535;

const gatherImages = defineKernel(
  GATHER_IMAGES,
  (backend, { images, indices }: GatherImagesInputs, { divisor }: GatherImagesAttrs) => {
    const [count = 0, ...image] = images.shape;
    const batch = sizeOf(indices);
    const [from, picks] = [backend.address(images), backend.address(indices)];
    const y = backend.output([batch, ...image]);
    if (sizeOf(y) === 0) return y;
    const size = sizeOf(y) / batch;
    requireCount(GATHER_IMAGES, "an image", size);
    const args = backend.arguments().address(from).address(picks).address(backend.address(y));
    args.int32(batch, count, size).float64(divisor);
    const { grid, block } = elementLaunch(size);
    const shape = { grid: [grid[0], Math.min(batch, MAX_BLOCKS), 1] as const, block };
    backend.launch({ file: "gather-images.cu", name: "gather_images" }, shape, args);
    return y;
  },
);

/** Batches from sets of images that lie on the device. */
export const gatherImagesKernels: readonly Kernel[] = [gatherImages];
