import type { Kernel } from "./kernel.ts";
import { alongAxisKernels } from "./standard/along-axis.ts";
import { arrangeKernels } from "./standard/arrange.ts";
import { normalizationKernels } from "./standard/batch-norm.ts";
import { binaryKernels } from "./standard/binary.ts";
import { castKernels } from "./standard/cast.ts";
import { fillKernels } from "./standard/fill.ts";
import { gatherKernels } from "./standard/gather.ts";
import { padKernels } from "./standard/pad.ts";
import { reduceKernels } from "./standard/reduce.ts";
import { selectKernels } from "./standard/select.ts";
import { sliceKernels } from "./standard/slice.ts";
import { unaryKernels } from "./standard/unary.ts";

/** tfjs's own kernels that native code runs, but for products and convolutions. */
export const standardKernels: readonly Kernel[] = [
  ...alongAxisKernels,
  ...arrangeKernels,
  ...binaryKernels,
  ...castKernels,
  ...fillKernels,
  ...gatherKernels,
  ...normalizationKernels,
  ...padKernels,
  ...reduceKernels,
  ...selectKernels,
  ...sliceKernels,
  ...unaryKernels,
];
