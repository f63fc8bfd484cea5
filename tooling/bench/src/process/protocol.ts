import type { NetDescription } from "../net/description.ts";

/** What sets a candidate apart from others in the same framework, e.g. `{ precision: "bf16", layout: "NHWC" }`. */
export type CandidateOptions = Readonly<Record<string, string | number | boolean>>;

/** Training steps of a net on batches that lie in files. */
export interface TrainJob {
  readonly kind: "train";
  readonly net: NetDescription;
  readonly batch: number;
  readonly learningRate: number;
  readonly momentum: number;
  /** Files with `[batches * batch, c, h, w]` float32, `[batches * batch]` int32, and all parameters as float32. */
  readonly files: { readonly images: string; readonly labels: string; readonly weights: string };
  readonly batches: number;
  readonly options: CandidateOptions;
}

/** One operation on random tensors. */
export interface OpJob {
  readonly kind: "op";
  /** Name that the workers know, e.g. `conv2d.forward`. */
  readonly op: string;
  /** Sizes and settings that the operation reads. */
  readonly attrs: Readonly<Record<string, number | string | boolean | readonly number[]>>;
  readonly options: CandidateOptions;
}

/** What a worker can be asked to do. */
export type Job = TrainJob | OpJob;

/** How long a turn lasts: `warmups` runs without a clock, then runs with one until there are `repeats` or time is up. */
export interface TurnLength {
  readonly warmups: number;
  readonly repeats: number;
  /** When it is used up no other run begins; the first always does. Default: no limit. */
  readonly budgetMs?: number;
}

/** A line to a worker. */
export type Request = { readonly command: "open"; readonly job: Job } | ({ readonly command: "turn" } & TurnLength);

/** What `open` tells. */
export interface Opened {
  /** What runs: library and version, instruction set, precision, threads, as far as the worker knows. */
  readonly about: string;
}

/** What `turn` tells. */
export interface TurnResult {
  /** Of each timed run. */
  readonly timesMs: readonly number[];
  /** Of each run, the untimed ones first. An operation gives, once, the mean absolute value of its result. */
  readonly losses: readonly number[];
}

/** A worker's answer that is no answer. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/**
 * Reads a worker's answer to `open`.
 * @throws {ProtocolError} when the line is something else, with the worker's own sentence where it gave one
 */
export function parseOpened(line: string): Opened {
  const { about } = parseReply(line);
  if (typeof about !== "string") throw new ProtocolError(`open: expected a description, got ${line.slice(0, 80)}`);
  return { about };
}

/**
 * Reads a worker's answer to `turn`.
 * @throws {ProtocolError} when the line is something else, with the worker's own sentence where it gave one
 */
export function parseTurn(line: string): TurnResult {
  const { timesMs, losses = [] } = parseReply(line);
  if (!isNumbers(timesMs) || !isNumbers(losses) || timesMs.some((ms) => ms < 0)) {
    throw new ProtocolError(`turn: expected times and losses, got ${line.slice(0, 80)}`);
  }
  return { timesMs, losses };
}

function parseReply(line: string): Record<string, unknown> {
  let reply: unknown;
  try {
    reply = JSON.parse(line);
  } catch (cause) {
    throw new ProtocolError(`worker: expected a line of JSON, got ${line.slice(0, 80)}`, { cause });
  }
  if (typeof reply !== "object" || reply === null) throw new ProtocolError(`worker: expected an object, got ${line}`);
  if ("error" in reply) throw new ProtocolError(String(reply.error));
  return reply as Record<string, unknown>;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "number");
}
