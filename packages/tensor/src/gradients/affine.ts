import * as tf from "@tensorflow/tfjs-core";
import { AutogradError } from "../errors.ts";
import { invoke, invokeAll } from "../invoke.ts";
import * as k from "../kernels.ts";
import { undoesActivationsOnce } from "../undone-once.ts";
import { outliving } from "./outliving.ts";
import { rule } from "./rule.ts";

/** The three kernels of `y = activation(weight x + bias)`, a map that is linear in `x` and in `weight`. */
interface Passes {
  readonly forward: string;
  readonly inputGradient: string;
  readonly weightGradient: string;
  /** Attributes that all three take, beside the activation. */
  readonly shared: (attrs: k.ConvolutionAttrs) => object;
  /** Attributes of the gradient of `x` alone. */
  readonly ofInput: (x: tf.Tensor) => object;
  /** Attributes of the gradient of `weight` alone. */
  readonly ofWeight: (weight: tf.Tensor) => object;
}

const convolution: Passes = {
  forward: k.CONVOLUTION,
  inputGradient: k.CONVOLUTION_INPUT_GRADIENT,
  weightGradient: k.CONVOLUTION_WEIGHT_GRADIENT,
  shared: ({ strides, padBegin, padEnd, dilations, groups }) => ({ strides, padBegin, padEnd, dilations, groups }),
  ofInput: (x) => ({ inputShape: x.shape }),
  ofWeight: (weight) => ({ weightShape: weight.shape }),
};

const dense: Passes = {
  forward: k.DENSE,
  inputGradient: k.DENSE_INPUT_GRADIENT,
  weightGradient: k.DENSE_WEIGHT_GRADIENT,
  shared: () => ({}),
  ofInput: () => ({}),
  ofWeight: () => ({}),
};

type Attrs = k.ConvolutionAttrs & k.DenseAttrs & { readonly withBias?: boolean };

/** A backend sees `y` where it has an activation to undo. */
const throughActivation = (y: tf.Tensor, activation: k.Activation) => (activation === "linear" ? {} : { y });

/**
 * The gradients of the forward pass. The activation is undone inside the kernels, and the bias' gradient comes with the
 * weight's, whose function tfjs calls first. A bias without its weight has a way of its own.
 */
function forwardRule({ forward, inputGradient, weightGradient, shared, ofInput, ofWeight }: Passes): tf.GradConfig {
  return rule<[x: tf.Tensor, weight: tf.Tensor, y: tf.Tensor], Attrs>(
    forward,
    { inputs: ["x", "weight"], outputs: [true] },
    (dy, [x, weight, saved], attrs) => {
      const { activation, withBias = false } = attrs;
      const y = throughActivation(saved, activation);
      const isUndoneOnce = activation !== "linear" && undoesActivationsOnce();
      const common = { ...shared(attrs), activation: isUndoneOnce ? "linear" : activation };
      const outlive = outliving();
      let dz: tf.Tensor | undefined;
      const gradient = () => {
        if (!isUndoneOnce) return { dy, ...y };
        dz ??= outlive(invoke(k.ACTIVATION_GRADIENT, { dy, ...y }, { activation }));
        return { dy: dz };
      };
      let db: tf.Tensor | undefined;
      return {
        x: () => invoke(inputGradient, { ...gradient(), weight }, { ...common, ...ofInput(x) }),
        weight: () => {
          const [dw, sums] = invokeAll(
            weightGradient,
            { x, ...gradient() },
            { ...common, ...ofWeight(weight), withBias },
          );
          if (sums !== undefined) db = outlive(sums);
          return dw!;
        },
        bias: () => {
          if (db !== undefined) return db;
          const undone =
            dz ?? (activation === "linear" ? dy : invoke(k.ACTIVATION_GRADIENT, { dy, ...y }, { activation }));
          return invoke(k.BIAS_GRADIENT, { dy: undone });
        },
      };
    },
  );
}

/** The gradients are linear in both their inputs too, and their adjoints are the other two passes. */
function inputGradientRule({ forward, inputGradient, weightGradient, shared, ofWeight }: Passes): tf.GradConfig {
  return rule<[dy: tf.Tensor, weight: tf.Tensor], Attrs>(
    inputGradient,
    { inputs: ["dy", "weight"] },
    (g, [dy, weight], attrs) => {
      const common = { ...shared(attrs), activation: linearOf(inputGradient, attrs) };
      return {
        dy: () => invoke(forward, { x: g, weight }, common),
        weight: () => invoke(weightGradient, { x: g, dy }, { ...common, ...ofWeight(weight), withBias: false }),
      };
    },
  );
}

function weightGradientRule({ forward, inputGradient, weightGradient, shared, ofInput }: Passes): tf.GradConfig {
  return rule<[x: tf.Tensor, dy: tf.Tensor], Attrs>(weightGradient, { inputs: ["x", "dy"] }, (g, [x, dy], attrs) => {
    const common = { ...shared(attrs), activation: linearOf(weightGradient, attrs) };
    return {
      x: () => invoke(inputGradient, { dy, weight: g }, { ...common, ...ofInput(x) }),
      dy: () => invoke(forward, { x, weight: g }, common),
    };
  });
}

/**
 * Operations under a second tape are composed, so a fused gradient is differentiated only where a program runs the
 * kernel itself. It may not: the tape does not know that `y` came from `x` and `weight`.
 */
function linearOf(kernelName: string, { activation, withBias = false }: Attrs): k.Activation {
  if (activation === "linear" && !withBias) return activation;
  const got = activation === "linear" ? "withBias" : `activation ${activation}`;
  throw new AutogradError(kernelName, "neither activation nor withBias in a gradient that is differentiated", got);
}

/** Rules of convolution and dense layer, first and higher order. */
export const affineRules: readonly tf.GradConfig[] = [convolution, dense].flatMap((passes) => [
  forwardRule(passes),
  inputGradientRule(passes),
  weightGradientRule(passes),
]);
