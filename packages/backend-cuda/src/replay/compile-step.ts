import { compiledStep, type CompiledStep } from "@camada/tensor";
import { backend as activeTfBackend, Tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import { CudaBackend } from "../cuda-backend.ts";
import { Capture, CaptureFailure } from "./capture.ts";
import { Observation } from "./observation.ts";
import { unrepeatable } from "./outputs.ts";
import { RecordedStep } from "./recorded-step.ts";
import { areSameSets } from "./sameness.ts";
import { isSameSignature, refusalOf, signatureOf, type Signature } from "./signature.ts";
import { areSameGradients, wantedGradients, type WantedGradient } from "./wanted-gradients.ts";

/** How often in a row a step is recorded anew, without a replay in between, before it runs as it is for good. */
const MOST_RECORDINGS = 3;

/**
 * A step as a CUDA graph: the first call runs as it is and is watched, the second is recorded, later ones replay. What
 * cannot be replayed runs as it is.
 */
export function compileStep<A extends unknown[], R>(step: (...args: A) => R): CompiledStep<A, R> {
  const states = new Replays(step);
  return compiledStep((...args: A) => states.call(args), {
    refusal: () => states.refusal,
    dispose: () => states.dispose(),
  });
}

/** What the next call is compared with. */
interface Watched {
  readonly signature: Signature;
  readonly observation: Observation;
  readonly outsiders: ReadonlySet<object>;
  readonly wanted: readonly WantedGradient[];
}

/** What later calls replay. */
interface Recorded<R> {
  readonly signature: Signature;
  readonly step: RecordedStep<R>;
  readonly wanted: readonly WantedGradient[];
}

/** Where a step stands between its first call and its replays. */
class Replays<A extends unknown[], R> {
  refusal: string | undefined;
  readonly #step: (...args: A) => R;
  #backend: CudaBackend | undefined;
  /** The last call that was watched. */
  #watched: Watched | undefined;
  #recorded: Recorded<R> | undefined;
  #recordings = 0;

  constructor(step: (...args: A) => R) {
    this.#step = step;
  }

  call(args: A): R {
    const backend = activeTfBackend();
    // A step inside another is a part of it.
    if (!(backend instanceof CudaBackend) || backend.observer !== undefined) return this.#step(...args);
    if (backend !== this.#backend) {
      this.dispose();
      this.refusal = undefined;
      this.#backend = backend;
    }
    if (this.refusal !== undefined) return this.#step(...args);
    const signature = signatureOf(args);
    const wanted = wantedGradients();
    if (this.#recorded !== undefined) {
      if (!isSameSignature(signature, this.#recorded.signature)) return this.#step(...args);
      const isAsWanted = areSameGradients(wanted, this.#recorded.wanted);
      const staleness = isAsWanted ? this.#recorded.step.staleness() : "other gradients are wanted";
      if (staleness === undefined) {
        this.#recordings = 0;
        return this.#recorded.step.replay(args.filter((arg) => arg instanceof Tensor));
      }
      this.#forget();
      if (this.#recordings >= MOST_RECORDINGS) {
        this.refusal = `${staleness} from call to call`;
        return this.#step(...args);
      }
    }
    const watched = this.#watched;
    const isSame = watched !== undefined && isSameSignature(signature, watched.signature);
    if (isSame && areSameGradients(wanted, watched.wanted) && areThere(watched.observation.assigned)) {
      return this.#record(backend, args, watched);
    }
    return this.#watch(backend, args, signature, wanted);
  }

  dispose(): void {
    this.#forget();
    this.#watched = undefined;
    this.#recordings = 0;
  }

  #forget(): void {
    this.#recorded?.step.dispose();
    this.#recorded = undefined;
  }

  #watch(backend: CudaBackend, args: A, signature: Signature, wanted: readonly WantedGradient[]): R {
    this.#watched = undefined;
    const observation = new Observation(backend);
    const value = observation.run(() => this.#step(...args));
    if (observation.isPreparation) return value;
    this.refusal = observation.refusal ?? refusalOf(args) ?? unrepeatable(value);
    this.#watched = { signature, wanted, observation, outsiders: observation.outsiders(args) };
    return value;
  }

  #record(backend: CudaBackend, args: A, { signature, wanted, observation, outsiders }: Watched): R {
    this.#recordings++;
    const capture = new Capture(backend, observation);
    let value: R;
    try {
      value = tidy(() => capture.record(this.#step, args) as never);
    } catch (error) {
      capture.dispose();
      if (!(error instanceof CaptureFailure)) throw error;
      this.refusal = `the device would not record it: ${error.message}`;
      return this.#step(...args);
    }
    this.refusal = capture.refusal ?? observation.trace.differenceTo(capture.trace);
    if (!areSameSets(capture.outsiders([]), outsiders)) this.refusal ??= "it did not read the same tensors twice";
    if (capture.isPreparation) this.refusal ??= "it makes or frees variables";
    const recorded = this.refusal ?? RecordedStep.of(backend, capture, value);
    if (typeof recorded === "string") {
      this.refusal = recorded;
      capture.dispose();
    } else {
      this.#recorded = { signature, wanted, step: recorded };
    }
    return value;
  }
}

function areThere(variables: Iterable<Variable>): boolean {
  return [...variables].every(({ isDisposed }) => !isDisposed);
}
