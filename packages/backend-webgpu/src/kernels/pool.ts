import { POOL, POOL_GRADIENT, type PoolAttrs } from "@camada/tensor";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import { read, write, type KernelProgram } from "../kernel-program.ts";
import type { Numbers } from "../kernel-numbers.ts";
import { threeAxes } from "./convolution-geometry.ts";
import { kernel } from "./kernel.ts";

const AXES = ["D", "H", "W"];
const NAMES = ["x", "y", "kernel", "strides", "pad", "padEnd"];
const FIELDS: KernelProgram["numbers"] = {
  ...Object.fromEntries(NAMES.flatMap((name) => AXES.map((axis) => [`${name}${axis}`, "i32" as const]))),
  countsPadding: "i32",
};

/** A window within the input, and how many elements an average is taken over. */
const WINDOW = `
struct Window { plane: i32, z0: i32, z1: i32, r0: i32, r1: i32, c0: i32, c1: i32, elements: i32 };
fn windowOf(place: i32) -> Window {
  let z = place / (n.yW * n.yH) % n.yD * n.stridesD - n.padD;
  let r = place / n.yW % n.yH * n.stridesH - n.padH;
  let c = place % n.yW * n.stridesW - n.padW;
  let z0 = max(z, 0); let z1 = min(z + n.kernelD, n.xD);
  let r0 = max(r, 0); let r1 = min(r + n.kernelH, n.xH);
  let c0 = max(c, 0); let c1 = min(c + n.kernelW, n.xW);
  var elements = max(z1 - z0, 0) * max(r1 - r0, 0) * max(c1 - c0, 0);
  if (n.countsPadding != 0) {
    elements = (min(z + n.kernelD, n.xD + n.padEndD) - z) * (min(r + n.kernelH, n.xH + n.padEndH) - r)
      * (min(c + n.kernelW, n.xW + n.padEndW) - c);
  }
  return Window(place / (n.yW * n.yH * n.yD), z0, z1, r0, r1, c0, c1, elements);
}`;

/** Calls a piece of code for every element of the window `w`, with its place in x as `at`. */
const everyElement = (code: string): string => `
for (var z = w.z0; z < w.z1; z++) {
  for (var r = w.r0; r < w.r1; r++) {
    let row = ((w.plane * n.xD + z) * n.xH + r) * n.xW;
    for (var at = row + w.c0; at < row + w.c1; at++) { ${code} }
  }
}`;

const average: KernelProgram = {
  name: "AveragePool",
  buffers: [read("x"), write("y")],
  numbers: FIELDS,
  groupSize: 64,
  code: `${WINDOW}
fn run(id: i32) {
  let w = windowOf(id);
  var sum = 0.0;
  ${everyElement("sum += x[at];")}
  y[id] = sum / f32(max(w.elements, 1));
}`,
};

const IS_NAN = "fn isNan(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }";

/** The first of equal maxima, in row-major order. What is no number counts as one, so that it is not lost. */
const LARGEST = `
var largest = bitcast<f32>(0xff7fffffu); // the lowest finite number
var place = -1;
${everyElement(`let value = x[at];
      let isNew = place < 0 || value > largest || (isNan(value) && !isNan(largest));
      if (isNew) { largest = value; place = at; }`)}`;

const maximum: KernelProgram = {
  name: "MaxPool",
  buffers: [read("x"), write("y")],
  numbers: FIELDS,
  groupSize: 64,
  code: `${WINDOW}\n${IS_NAN}\nfn run(id: i32) { let w = windowOf(id); ${LARGEST} y[id] = largest; }`,
};

const maximumPlace: KernelProgram = {
  name: "MaxPoolPlace",
  buffers: [read("x"), write("places", "i32")],
  numbers: FIELDS,
  groupSize: 64,
  code: `${WINDOW}\n${IS_NAN}\nfn run(id: i32) { let w = windowOf(id); ${LARGEST} places[id] = place; }`,
};

/** Gathers from the windows in which an element of x is. */
function gradientProgram(kind: PoolAttrs["kind"]): KernelProgram {
  return {
    name: `PoolGradient ${kind}`,
    buffers: [read("dy"), ...(kind === "max" ? [read("places", "i32")] : []), write("dx")],
    numbers: FIELDS,
    groupSize: 64,
    code: `${kind === "avg" ? WINDOW : ""}
/** The first window that reaches a place: the smallest i with i * stride + extent > place. */
fn firstWindow(place: i32, extent: i32, stride: i32) -> i32 { return max((place - extent + stride) / stride, 0); }
fn run(id: i32) {
  let z = id / (n.xW * n.xH) % n.xD + n.padD;
  let r = id / n.xW % n.xH + n.padH;
  let c = id % n.xW + n.padW;
  let plane = id / (n.xW * n.xH * n.xD);
  var sum = 0.0;
  for (var i = firstWindow(z, n.kernelD, n.stridesD); i < n.yD && i * n.stridesD <= z; i++) {
    for (var j = firstWindow(r, n.kernelH, n.stridesH); j < n.yH && j * n.stridesH <= r; j++) {
      for (var k = firstWindow(c, n.kernelW, n.stridesW); k < n.yW && k * n.stridesW <= c; k++) {
        let at = ((plane * n.yD + i) * n.yH + j) * n.yW + k;
        ${kind === "max" ? "if (places[at] == id) { sum += dy[at]; }" : "sum += dy[at] / f32(windowOf(at).elements);"}
      }
    }
  }
  dx[id] = sum;
}`,
  };
}

const maximumGradient = gradientProgram("max");
const averageGradient = gradientProgram("avg");

function poolNumbers(x: readonly number[], attrs: PoolAttrs): Numbers {
  const extents = [
    threeAxes(x.slice(2), 1),
    threeAxes(attrs.outputSize, 1),
    threeAxes(attrs.kernel, 1),
    threeAxes(attrs.strides, 1),
    threeAxes(attrs.padBegin, 0),
    threeAxes(attrs.padEnd, 0),
  ];
  const numbers = NAMES.flatMap((name, i) => AXES.map((axis, j) => [`${name}${axis}`, extents[i]![j]!] as const));
  return { ...Object.fromEntries(numbers), countsPadding: Number(attrs.countIncludePad) };
}

export const poolKernel = kernel(POOL, ({ inputs, attrs, backend }) => {
  const x = inputs["x"]!;
  const pool = attrs as unknown as PoolAttrs;
  const y = backend.output([...x.shape.slice(0, 2), ...pool.outputSize]);
  const numbers = poolNumbers(x.shape, pool);
  const program = pool.kind === "max" ? maximum : average;
  backend.launch({ program, tensors: [x, y], numbers, count: util.sizeFromShape(y.shape) });
  return y;
});

export const poolGradientKernel = kernel(POOL_GRADIENT, ({ inputs, attrs, backend }) => {
  const { dy, x } = inputs as unknown as { dy: TensorInfo; x: TensorInfo };
  const pool = attrs as unknown as PoolAttrs;
  const numbers = poolNumbers(x.shape, pool);
  const dx = backend.output(x.shape);
  const count = util.sizeFromShape(x.shape);
  if (pool.kind === "avg") {
    backend.launch({ program: averageGradient, tensors: [dy, dx], numbers, count });
    return dx;
  }
  const places = backend.output(dy.shape, "int32");
  backend.launch({ program: maximumPlace, tensors: [x, places], numbers, count: util.sizeFromShape(dy.shape) });
  backend.launch({ program: maximumGradient, tensors: [dy, places, dx], numbers, count });
  backend.disposeData(places.dataId);
  return dx;
});
