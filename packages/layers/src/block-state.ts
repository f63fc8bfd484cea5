import { shapeText, sizeOf } from "@camada/conv-math";
import { BlockError } from "./errors.ts";
import type { Parameter, ParameterData } from "./parameter.ts";

/** Values of a network's parameters by structural name, e.g. `0.weight`. */
export type BlockState = Readonly<Record<string, ParameterData>>;

/** What loading overlooks. */
export interface LoadOptions {
  /** Leaves parameters without a value as they are; false. */
  readonly allowMissing?: boolean | undefined;
  /** Overlooks values without a parameter; false. */
  readonly ignoreExtra?: boolean | undefined;
}

/** Copies the values of parameters. */
export function readBlockState(params: ReadonlyMap<string, Parameter>): BlockState {
  return Object.fromEntries(
    [...params].map(([path, parameter]) => {
      const variable = parameter.data();
      // Copied: tfjs's JavaScript engine gives out the very array that it computes on.
      return [path, { shape: [...variable.shape], data: variable.dataSync<"float32">().slice() }];
    }),
  );
}

/**
 * Gives parameters their values, after all of them were checked.
 * @throws {BlockError} when a value is missing, has no parameter, or has another shape.
 * @see MXNet 1.4.1, `Block.load_parameters`.
 */
export function loadBlockState(
  params: ReadonlyMap<string, Parameter>,
  state: BlockState,
  { allowMissing = false, ignoreExtra = false }: LoadOptions = {},
): void {
  const op = "loadState";
  if (!ignoreExtra) {
    const extra = Object.keys(state).find((path) => !params.has(path));
    if (extra !== undefined) {
      throw new BlockError(op, "no value without a parameter", `one for ${extra}`, "ignoreExtra overlooks it");
    }
  }
  for (const [path, parameter] of params) {
    const value = Object.hasOwn(state, path) ? state[path] : undefined;
    if (value !== undefined) checkValue(path, parameter, value);
    else if (!allowMissing) throw new BlockError(op, `a value for ${path}`, "none", "allowMissing overlooks it");
  }
  for (const [path, parameter] of params) {
    if (Object.hasOwn(state, path)) parameter.setData(state[path]!);
  }
}

function checkValue(path: string, { shape: known }: Parameter, { shape, data }: ParameterData): void {
  const fits = shape.length === known.length && known.every((size, axis) => size === 0 || size === shape[axis]);
  if (!fits) throw new BlockError("loadState", `${path} of shape ${shapeText(known)}`, shapeText(shape));
  if (data.length !== sizeOf(shape)) {
    throw new BlockError("loadState", `${sizeOf(shape)} values for ${path}`, String(data.length));
  }
}
