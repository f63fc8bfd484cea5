import { isRecording, isTraining } from "@camada/tensor";
import { Tensor } from "@tensorflow/tfjs-core";
import { isDeviceType } from "../memory/storage.ts";

/** What calls of a step must have in common for one of them to stand for the others. */
export interface Signature {
  /** Types and shapes of the tensors, and the modes that layers ask for. */
  readonly key: string;
  /** All other arguments. */
  readonly values: readonly unknown[];
}

/** The signature of a call. */
export function signatureOf(args: readonly unknown[]): Signature {
  const parts = args.map((arg) => (arg instanceof Tensor ? `${arg.dtype}[${arg.shape.join()}]` : "value"));
  return {
    key: [isTraining(), isRecording(), ...parts].join(),
    values: args.filter((arg) => !(arg instanceof Tensor)),
  };
}

/** Whether one call can stand for the other. */
export function isSameSignature(a: Signature, b: Signature): boolean {
  return (
    a.key === b.key &&
    a.values.length === b.values.length &&
    a.values.every((value, i) => Object.is(value, b.values[i]))
  );
}

/** Why calls with such arguments cannot be replayed, if they cannot. */
export function refusalOf(args: readonly unknown[]): string | undefined {
  const wrong = args.find((arg): arg is Tensor => arg instanceof Tensor && !isDeviceType(arg.dtype));
  return wrong === undefined ? undefined : `it takes a tensor of type ${wrong.dtype}`;
}
