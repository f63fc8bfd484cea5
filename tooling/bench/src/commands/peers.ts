import type { CandidateOptions } from "../process/protocol.ts";
import { type Framework, frameworksOf, startPython } from "../process/start-worker.ts";
import type { TurnTaker } from "../process/turns.ts";

/** A way to do the same work in another framework. */
export interface Peer {
  readonly name: string;
  readonly precision: "float32" | "bf16";
  readonly options: CandidateOptions;
  readonly start: () => TurnTaker;
}

interface Variant {
  readonly suffix: string;
  readonly precision: "float32" | "bf16";
  readonly options: CandidateOptions;
}

/** The settings that could be the fastest of each framework. */
const VARIANTS: Readonly<Record<Framework, readonly Variant[]>> = {
  torch: (["float32", "bf16"] as const).flatMap((precision) => [
    { suffix: "", precision, options: { precision, layout: "NCHW" } },
    { suffix: " channels-last", precision, options: { precision, layout: "NHWC" } },
    { suffix: " channels-last compiled", precision, options: { precision, layout: "NHWC", compile: true } },
  ]),
  tensorflow: [
    { suffix: "", precision: "float32", options: { precision: "float32" } },
    { suffix: "", precision: "bf16", options: { precision: "bf16" } },
    { suffix: " rewritten", precision: "bf16", options: { precision: "bf16-auto" } },
  ],
  mxnet: [
    { suffix: "", precision: "float32", options: { precision: "float32" } },
    { suffix: " amp", precision: "bf16", options: { precision: "bf16" } },
  ],
};

const TITLES: Readonly<Record<Framework, string>> = { torch: "PyTorch", tensorflow: "TensorFlow", mxnet: "MXNet" };

/**
 * Every way that the given interpreters offer.
 * @param pythons paths of interpreters
 * @param threads of each candidate
 * @throws {UsageError} when a path is no interpreter
 */
export async function pythonPeers(pythons: readonly string[], threads: number): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const python of pythons) {
    for (const framework of await frameworksOf(python)) {
      for (const { suffix, precision, options } of VARIANTS[framework]) {
        peers.push({
          name: `${TITLES[framework]} ${precision}${suffix}`,
          precision,
          options: { ...options, threads },
          start: () => startPython(python, framework, threads),
        });
      }
    }
  }
  return peers;
}
