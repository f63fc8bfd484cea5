import { AdaDelta, type AdaDeltaOptions } from "./adadelta.ts";
import { AdaGrad, type AdaGradOptions } from "./adagrad.ts";
import { Adam, type AdamOptions } from "./adam.ts";
import { Adamax, type AdamaxOptions } from "./adamax.ts";
import { AdamW, type AdamWOptions } from "./adamw.ts";
import { OptimizerError, shown } from "./errors.ts";
import { NAG, type NAGOptions } from "./nag.ts";
import { Nadam, type NadamOptions } from "./nadam.ts";
import { Optimizer } from "./optimizer.ts";
import { RMSProp, type RMSPropOptions } from "./rmsprop.ts";
import { SGD, type SGDOptions } from "./sgd.ts";

/** Options of each optimizer that can be made by name. */
export interface OptimizerOptionsByName {
  sgd: SGDOptions;
  nag: NAGOptions;
  adam: AdamOptions;
  adamw: AdamWOptions;
  adagrad: AdaGradOptions;
  rmsprop: RMSPropOptions;
  adadelta: AdaDeltaOptions;
  adamax: AdamaxOptions;
  nadam: NadamOptions;
}

/** Names of the optimizers, in lower case. */
export type OptimizerName = keyof OptimizerOptionsByName;

/** Options of the optimizer called `N`, in any case; of any optimizer where the name is known at run time only. */
export type OptionsOf<N extends string> =
  Lowercase<N> extends OptimizerName
    ? OptimizerOptionsByName[Lowercase<N>]
    : string extends N
      ? OptimizerOptionsByName[OptimizerName]
      : never;

const makers: { readonly [N in OptimizerName]: (options: OptimizerOptionsByName[N]) => Optimizer } = {
  sgd: (options) => new SGD(options),
  nag: (options) => new NAG(options),
  adam: (options) => new Adam(options),
  adamw: (options) => new AdamW(options),
  adagrad: (options) => new AdaGrad(options),
  rmsprop: (options) => new RMSProp(options),
  adadelta: (options) => new AdaDelta(options),
  adamax: (options) => new Adamax(options),
  nadam: (options) => new Nadam(options),
};

/**
 * Makes an optimizer by name, or gives back the one passed in.
 * @param optimizer a name of {@link OptimizerName} in any case, or an optimizer.
 * @param options the optimizer's own; none beside an instance, which has its own already.
 * @throws {OptimizerError} on an unknown name, an unknown option, a value out of range, options beside an instance.
 * @see MXNet 1.4.1, `mxnet.optimizer.create`.
 */
export function createOptimizer<N extends string>(optimizer: N | Optimizer, options?: OptionsOf<N>): Optimizer {
  if (optimizer instanceof Optimizer) {
    if (options === undefined) return optimizer;
    throw new OptimizerError("createOptimizer", "no options beside an optimizer", Object.keys(options).join(", "));
  }
  const name = typeof optimizer === "string" ? optimizer.toLowerCase() : "";
  if (!Object.hasOwn(makers, name)) {
    throw new OptimizerError("createOptimizer", `one of ${Object.keys(makers).join(", ")}`, shown(optimizer));
  }
  return makers[name as OptimizerName](options ?? {});
}
