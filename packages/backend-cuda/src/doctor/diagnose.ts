import type { DeviceDescription } from "../driver/driver.ts";
import { CudaError } from "../driver/errors.ts";
import type { CudaDiagnosis, CudaProblem, DriverFacts } from "./diagnosis.ts";
import type { Machine } from "./machine.ts";
import { OPTIONAL_LIBRARIES, type FoundLibrary, type OptionalLibrary } from "./optional-libraries.ts";
import { CONTAINER_COMMAND, driverCommand, nvrtcCommand, RESTART_COMMAND, SEE_CARDS_COMMAND } from "./remedies.ts";

const OLDEST_CUDA = 12;
const OLDEST_CAPABILITY = 7;
/** Any NVRTC at all, where no driver says which. */
const NEWEST_CUDA = [99, 0] as const;

/** `CUresult`s. */
const NO_DEVICE = 100;
const VERSION_MISMATCH = 803;

/** Where a diagnosis looks: this machine, or a test's. Each function may throw, which says that there is nothing. */
export interface Surroundings {
  machine(): Machine;
  /** @throws {CudaDriverError} when there is no driver, or it does not start. */
  driver(): DriverFacts;
  /** The NVRTC for a driver of this CUDA. */
  nvrtc(cudaVersion: readonly [number, number]): FoundLibrary;
  library(name: OptionalLibrary): FoundLibrary | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** Looks for all that the backend needs and for what it does without; nothing is started on a card. */
export function diagnose(surroundings: Surroundings): CudaDiagnosis {
  const machine = surroundings.machine();
  const driver = attempt(() => surroundings.driver());
  const facts = driver.value;
  const nvrtc = attempt(() => surroundings.nvrtc(facts?.cudaVersion ?? NEWEST_CUDA));
  const cards = facts?.devices ?? [];
  const problems = [
    driver.error === undefined
      ? cardProblem(facts!, machine, surroundings.environment)
      : driverProblem(driver.error, machine, surroundings.environment),
    nvrtc.error === undefined ? undefined : nvrtcProblem(nvrtc.error, facts, surroundings),
  ].filter((problem) => problem !== undefined);
  return {
    driver: driverPart(facts, machine),
    nvrtc: nvrtc.value,
    optional: OPTIONAL_LIBRARIES.map((name) => ({ name, found: surroundings.library(name) })),
    cards,
    // Without a card to drive, what else is missing is of no interest.
    problems: problems.some(({ kind }) => kind === "no-card" || kind === "no-platform")
      ? problems.slice(0, 1)
      : problems,
  };
}

function driverPart(facts: DriverFacts | undefined, { kernelModule }: Machine): CudaDiagnosis["driver"] {
  if (facts === undefined && kernelModule === undefined) return undefined;
  return { file: facts?.file, version: kernelModule, cudaVersion: facts?.cudaVersion.join(".") };
}

function driverProblem(error: unknown, machine: Machine, environment: NodeJS.ProcessEnv): CudaProblem {
  const details = sentenceOf(error);
  if (machine.platform !== "linux" && machine.platform !== "win32") return { kind: "no-platform", details };
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof CudaError) {
    if (cause.code === VERSION_MISMATCH) return { kind: "restart-needed", details, command: RESTART_COMMAND };
    return cause.code === NO_DEVICE ? unseenProblem(details, machine, environment) : { kind: "driver-fails", details };
  }
  const isThere = !(cause instanceof AggregateError);
  if (isThere) return withCommand({ kind: "old-driver", details }, driverCommand(machine));
  if (machine.kernelModule !== undefined) return { kind: "no-driver-library", details, command: CONTAINER_COMMAND };
  if (machine.pluggedCards === 0) return { kind: "no-card", details };
  return withCommand({ kind: "no-driver", details }, driverCommand(machine));
}

function cardProblem(
  { cudaVersion, devices, file }: DriverFacts,
  machine: Machine,
  environment: NodeJS.ProcessEnv,
): CudaProblem | undefined {
  if (cudaVersion[0] < OLDEST_CUDA) {
    const details = `cuda: expected a driver of CUDA ${OLDEST_CUDA} or newer, got ${cudaVersion.join(".")} in ${file}`;
    return withCommand({ kind: "old-driver", details }, driverCommand(machine));
  }
  if (devices.length === 0) {
    return unseenProblem("cuda: expected a device, got none from the driver", machine, environment);
  }
  if (devices.some(isSupported)) return undefined;
  const names = devices.map(({ name, computeCapability }) => `${name} of ${computeCapability.join(".")}`).join(", ");
  return {
    kind: "old-cards",
    details: `cuda: expected a card of compute capability ${OLDEST_CAPABILITY}.0 or more, got ${names}`,
  };
}

/** Of a driver that starts and has no card. */
function unseenProblem(details: string, { pluggedCards }: Machine, environment: NodeJS.ProcessEnv): CudaProblem {
  if (pluggedCards === 0) return { kind: "no-card", details };
  const hidden = environment["CUDA_VISIBLE_DEVICES"];
  if (hidden === undefined) return { kind: "driver-fails", details };
  const visible = `${details} with CUDA_VISIBLE_DEVICES=${hidden}`;
  return { kind: "no-visible-card", details: visible, command: SEE_CARDS_COMMAND };
}

function isSupported({ computeCapability: [major] }: DeviceDescription): boolean {
  return major >= OLDEST_CAPABILITY;
}

function nvrtcProblem(error: unknown, facts: DriverFacts | undefined, surroundings: Surroundings): CudaProblem {
  const isThere = attempt(() => surroundings.nvrtc(NEWEST_CUDA)).error === undefined;
  const command = nvrtcCommand(facts?.cudaVersion[0] ?? NEWEST_CUDA[0]);
  return { kind: isThere ? "new-nvrtc" : "no-nvrtc", details: sentenceOf(error), command };
}

function withCommand(problem: CudaProblem, command: string | undefined): CudaProblem {
  return command === undefined ? problem : { ...problem, command };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Attempt<Value> =
  { readonly value: Value; readonly error?: undefined } | { readonly value?: undefined; readonly error: unknown };

function attempt<Value>(run: () => Value): Attempt<Value> {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}
