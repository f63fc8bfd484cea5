import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../gpu-backend.ts";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import { threeAxes, type Extents } from "./convolution-geometry.ts";

const AXES = ["D", "H", "W"];
const FIELDS = ["x", "y", "before", "gaps"].flatMap((name) => AXES.map((axis) => `${name}${axis}`));

const program: KernelProgram = {
  name: "Spread",
  buffers: [read("x"), write("y")],
  numbers: Object.fromEntries(FIELDS.map((name) => [name, "i32"])),
  groupSize: 64,
  code: `
fn run(id: i32) {
  let c = id % n.yW - n.beforeW;
  let r = id / n.yW % n.yH - n.beforeH;
  let z = id / (n.yW * n.yH) % n.yD - n.beforeD;
  let plane = id / (n.yW * n.yH * n.yD);
  let isOn = c >= 0 && r >= 0 && z >= 0 && c % n.gapsW == 0 && r % n.gapsH == 0 && z % n.gapsD == 0
    && c / n.gapsW < n.xW && r / n.gapsH < n.xH && z / n.gapsD < n.xD;
  if (!isOn) { y[id] = 0.0; return; }
  y[id] = x[((plane * n.xD + z / n.gapsD) * n.xH + r / n.gapsH) * n.xW + c / n.gapsW];
}`,
};

/** Where the elements of a batch go among zeros. */
export interface Spreading {
  /** Extents of the result. */
  readonly extents: readonly number[];
  /** Zeros before the first element; below 0 that many elements are left out. */
  readonly before: readonly number[];
  /** From one element to the next; 1 leaves no zeros between them. */
  readonly gaps: readonly number[];
}

/**
 * Runs `body` on a batch `[n, channels, ...spatial]` with zeros around and between its elements, so that kernels of
 * convolution need not ask where a window ends; on the batch itself where there are none.
 */
export function withSpread<T>(backend: GpuBackend, x: TensorInfo, spreading: Spreading, body: (x: TensorInfo) => T): T {
  const spatial = x.shape.slice(2);
  if (util.arraysEqual(spatial, [...spreading.extents]) && spreading.before.every((zeros) => zeros === 0))
    return body(x);
  const y = backend.output([...x.shape.slice(0, 2), ...spreading.extents]);
  const values: Extents[] = [
    threeAxes(spatial, 1),
    threeAxes(spreading.extents, 1),
    threeAxes(spreading.before, 0),
    threeAxes(spreading.gaps, 1),
  ];
  const numbers = Object.fromEntries(FIELDS.map((name, i) => [name, values.flat()[i]!]));
  backend.launch({ program, tensors: [x, y], numbers, count: util.sizeFromShape(y.shape) });
  try {
    return body(y);
  } finally {
    backend.disposeData(y.dataId);
  }
}
