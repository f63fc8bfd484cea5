import { activeBackend, type Backend } from "./backend.ts";

/** A step that a backend may replay without JavaScript: what {@link compile} gives. */
export interface CompiledStep<A extends unknown[], R> {
  (...args: A): R;
  /** Why it runs as it is, for good; `undefined` while it is replayed, or may be yet. */
  readonly refusal: string | undefined;
  /** Frees what is kept on the device for replays. A later call begins anew, unless there is a refusal. */
  dispose(): void;
}

/**
 * Turns a step of fixed shapes into what the active backend can replay without JavaScript (a CUDA graph, say). On a
 * backend that cannot, or with a step that cannot be replayed, the function itself runs: results are the same.
 *
 * A replay reads its tensor arguments and all variables as they are by then, draws the numbers of {@link drawnTensor} anew,
 * assigns variables and leaves gradients as the step did. What else JavaScript computes in the step is not computed again:
 * numbers, and tensors outside that are neither arguments nor variables, must stay as they were. The first calls run as
 * they are, and a step that is seen to do otherwise, to read values back or to draw random numbers in other ways is never
 * replayed: `refusal` says which. So is one that updates parameters; its numbers change. Tensors that it makes and does
 * not return end with it.
 * @param step a function whose tensors keep their shapes from call to call; a call with others runs as it is. It gives
 *   tensors, alone or in arrays and plain objects.
 */
export function compile<A extends unknown[], R>(step: (...args: A) => R): CompiledStep<A, R> {
  let compiledFor: Backend | undefined;
  let compiled = asItIs(step);
  const call = (...args: A): R => {
    const backend = activeBackend()?.backend;
    if (backend !== compiledFor) {
      compiled.dispose();
      compiledFor = backend;
      compiled = backend?.compile?.(step) ?? asItIs(step, backend);
    }
    return compiled(...args);
  };
  return compiledStep(call, { refusal: () => compiled.refusal, dispose: () => compiled.dispose() });
}

/** A function with what else a {@link CompiledStep} has: for backends. */
export function compiledStep<A extends unknown[], R>(
  call: (...args: A) => R,
  { refusal, dispose }: { readonly refusal: () => string | undefined; readonly dispose: () => void },
): CompiledStep<A, R> {
  return Object.defineProperties(call, { refusal: { get: refusal }, dispose: { value: dispose } }) as CompiledStep<
    A,
    R
  >;
}

function asItIs<A extends unknown[], R>(step: (...args: A) => R, backend?: Backend): CompiledStep<A, R> {
  const refusal = backend && `backend ${backend.name} replays no steps`;
  return compiledStep((...args: A) => step(...args), { refusal: () => refusal, dispose: () => undefined });
}
