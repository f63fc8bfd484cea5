import * as tf from "@tensorflow/tfjs-core";
import { part } from "./pieces.ts";
import { multiOutputRule, rule } from "./rule.ts";

/** Rules of the operations that join tensors and take them apart. */
export const joiningRules: readonly tf.GradConfig[] = [
  rule<tf.Tensor[], tf.ConcatAttrs>(tf.Concat, { inputs: "all" }, (dy, inputs, attrs) => {
    const axis = tf.util.parseAxisParam(attrs.axis, dy.shape)[0]!;
    let end = 0;
    return inputs.map(({ shape }) => {
      const size = shape[axis]!;
      const begin = end;
      end += size;
      return () => part(dy, axis, begin, size);
    });
  }),
  multiOutputRule<[], tf.SplitVAttrs>(tf.SplitV, {}, (dys, _saved, { axis }) => ({
    x: () => tf.concat([...dys], axis),
  })),
  rule<tf.Tensor[], tf.PackAttrs>(tf.Pack, { inputs: "all" }, (dy, inputs, attrs) => {
    const axis = tf.util.parseAxisParam(attrs.axis, dy.shape)[0]!;
    return inputs.map((_, i) => () => tf.squeeze(part(dy, axis, i, 1), [axis]));
  }),
  multiOutputRule<[], tf.UnpackAttrs>(tf.Unpack, {}, (dys, _saved, { axis }) => ({
    value: () => tf.stack([...dys], axis),
  })),
];
