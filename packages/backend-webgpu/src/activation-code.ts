/**
 * Activations in WGSL. WGSL's own `tanh` may lose digits near zero, where a net with small weights lives, and its `exp`
 * is let off infinite and missing numbers, so those are kept out of it.
 */
import type { Activation } from "@camada/tensor";
import { LOG1P } from "./log1p-code.ts";

/**
 * On |x| below 0.65 `s + s³ P(s²)`, where P interpolates `(tanh(s)/s - 1)/s²` at Chebyshev's points and rounds to less than
 * a unit in the last place; beyond, `1 - 2 / (e^2s + 1)`, which loses nothing there and is one from 10 on. The sign is put
 * back at the end: the function is odd to the bit.
 */
export const TANH = `
fn tanhOfSize(size: f32) -> f32 {
  if (size >= 0.65) { return 1.0 - 2.0 / (exp(2.0 * min(size, 10.0)) + 1.0); }
  let z = size * size;
  let p = ((((0.0022149028 * z - 0.008272457) * z + 0.021746187) * z - 0.05395635) * z + 0.13333291) * z - 0.33333334;
  return size + size * (z * p);
}`;

/** Beyond this e^-x is below the normal numbers, which a device may flush to 0. */
const SMALLEST_EXPONENT = 87;

const BODIES: Readonly<Record<Activation, string>> = {
  linear: "return x;",
  relu: "return max(x, 0.0);",
  sigmoid: `let e = exp(-min(abs(x), ${SMALLEST_EXPONENT}.0)); return select(1.0, e, x < 0.0) / (1.0 + e);`,
  tanh: "return bitcast<f32>(bitcast<u32>(tanhOfSize(abs(x))) | (bitcast<u32>(x) & 0x80000000u));",
  softrelu: `return max(x, 0.0) + log1p(exp(-min(abs(x), ${SMALLEST_EXPONENT}.0)));`,
  softsign: "return x / (1.0 + abs(x));",
};

const HELPERS: Partial<Record<Activation, string>> = { tanh: TANH, softrelu: LOG1P };

/** Slopes through the activated value `y`. */
const SLOPES: Readonly<Record<Activation, string>> = {
  linear: "return 1.0;",
  relu: "return select(0.0, 1.0, y > 0.0);",
  sigmoid: "return y * (1.0 - y);",
  tanh: "return 1.0 - y * y;",
  // 1 - e^-y, which for a small y is y, has to be had without the subtraction: 2 t / (1 + t) with t = tanh(y / 2).
  softrelu: "let t = tanhOfSize(0.5 * y); return 2.0 * t / (1.0 + t);",
  softsign: "let rest = 1.0 - abs(y); return rest * rest;",
};

/** The function `missing`, which gives what is no number: WGSL has no such literal. */
export const MISSING = `
fn missing() -> f32 { var bits = 0x7fc00000u; return bitcast<f32>(bits); }`;

/** The function `infinity`, likewise. */
export const INFINITY = `
fn infinity() -> f32 { var bits = 0x7f800000u; return bitcast<f32>(bits); }`;

/** The function `activate` with a body in which `x` is a number; what is none stays as it is. */
export function guarded(body: string): string {
  return `fn activate(x: f32) -> f32 {
  if ((bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u) { return x; }
  ${body}
}`;
}

/** The function `activate` of a kind, and what it calls. */
export function activationCode(kind: Activation): string {
  return `${HELPERS[kind] ?? ""}\n${guarded(BODIES[kind])}`;
}

/** The function `slope` of a kind: its derivative, told from the activated value. */
export function slopeCode(kind: Activation): string {
  return `${kind === "softrelu" ? TANH : ""}\nfn slope(y: f32) -> f32 { ${SLOPES[kind]} }`;
}
