import { Tensor } from "@tensorflow/tfjs-core";

/** Every tensor that a step gives, alone or in arrays and plain objects. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return isContainer(value) ? Object.values(value).flatMap(tensorsIn) : [];
}

/** Why no replay can make a step's results; `undefined` where one can. */
export function unrepeatable(value: unknown): string | undefined {
  if (isContainer(value)) return Object.values(value).map(unrepeatable).find(Boolean);
  if (value instanceof Tensor || value === null) return undefined;
  const isOther = typeof value === "object" || typeof value === "function";
  return isOther ? `it gives ${Object.prototype.toString.call(value)}` : undefined;
}

/** A copy of a step's results with other tensors. */
export function withTensors<R>(value: R, replaced: (tensor: Tensor) => Tensor): R {
  if (value instanceof Tensor) return replaced(value) as R;
  if (Array.isArray(value)) return value.map((item: unknown) => withTensors(item, replaced)) as R;
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTensors(item, replaced)])) as R;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || value instanceof Tensor) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
