import { CheckpointFormatError } from "./errors.ts";

/** Kinds of typed arrays that are kept, by their name in the file. */
const ARRAY_KINDS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const;

/** Name of a kind of typed array. */
export type ArrayKind = keyof typeof ARRAY_KINDS;

/** A typed array of one of the kinds that are kept. */
export type PackedArray = InstanceType<(typeof ARRAY_KINDS)[ArrayKind]>;

/** Where a typed array stands in the file. */
export interface ArrayEntry {
  readonly kind: ArrayKind;
  readonly length: number;
}

/** Kind of a typed array; `undefined` for one that is not kept. */
export function kindOf(array: ArrayBufferView): ArrayKind | undefined {
  return (Object.keys(ARRAY_KINDS) as ArrayKind[]).find((kind) => array.constructor === ARRAY_KINDS[kind]);
}

/** Bytes of an array of that kind. */
export function sizeBytes({ kind, length }: ArrayEntry): number {
  return length * ARRAY_KINDS[kind].BYTES_PER_ELEMENT;
}

/** The array in `bytes`, copied. */
export function arrayAt({ kind, length }: ArrayEntry, bytes: Uint8Array, offset: number): PackedArray {
  // Not `bytes.slice`: that of Node's Buffer copies nothing.
  const copy = new Uint8Array(bytes.subarray(offset, offset + sizeBytes({ kind, length })));
  return new ARRAY_KINDS[kind](copy.buffer, 0, length);
}

/** Whether that is an entry of a known kind. */
export function isArrayEntry(value: unknown): value is ArrayEntry {
  const { kind, length } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof kind === "string" && Object.hasOwn(ARRAY_KINDS, kind) && Number.isInteger(length) && Number(length) >= 0
  );
}

/**
 * Plain data as JSON can hold it. What JSON cannot hold becomes an object with one key: a typed array
 * `{"$array": <number>}`, one of NaN, the infinities and −0 `{"$number": "NaN"}`, a bigint `{"$bigint": "12"}`.
 * @param arrays takes the typed arrays met on the way.
 * @throws {TypeError} for what is not plain data.
 */
export function toJson(value: unknown, arrays: PackedArray[]): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (typeof value === "number") {
    if (Object.is(value, -0)) return { $number: "-0" };
    return Number.isFinite(value) ? value : { $number: String(value) };
  }
  if (typeof value !== "object") throw new TypeError(`encodeCheckpoint: expected plain data, got a ${typeof value}`);
  if (Array.isArray(value)) return value.map((item) => toJson(item, arrays));
  if (ArrayBuffer.isView(value)) {
    if (kindOf(value) === undefined) {
      throw new TypeError(`encodeCheckpoint: expected ${Object.keys(ARRAY_KINDS).join(", ")}, got another array`);
    }
    return { $array: arrays.push(value as PackedArray) - 1 };
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`encodeCheckpoint: expected plain data, got a ${value.constructor.name}`);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const reserved = entries.find(([key]) => key.startsWith("$"));
  if (reserved !== undefined) throw new TypeError(`encodeCheckpoint: expected keys without $, got ${reserved[0]}`);
  return Object.fromEntries(entries.map(([key, item]) => [key, toJson(item, arrays)]));
}

/**
 * The data that {@link toJson} took.
 * @throws {CheckpointFormatError} for an array or number that is none.
 */
export function fromJson(value: unknown, arrays: readonly PackedArray[], source: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fromJson(item, arrays, source));
  const entries = Object.entries(value);
  const [key, item] = entries[0] ?? ["", undefined];
  if (!key.startsWith("$")) {
    return Object.fromEntries(entries.map(([name, part]) => [name, fromJson(part, arrays, source)]));
  }
  if (key === "$array" && typeof item === "number" && arrays[item] !== undefined) return arrays[item];
  if (key === "$number" && ["NaN", "Infinity", "-Infinity", "-0"].includes(String(item))) return Number(item);
  if (key === "$bigint" && /^-?\d+$/.test(String(item))) return BigInt(String(item));
  throw new CheckpointFormatError(source, "data that this version can read", `${key} ${String(item)}`);
}
