"""Measures TensorFlow. Started by the bench, not by hand."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from serve import serve
from training_data import batches, layers


def open_job(job):
    """options: precision (float32, bf16 by casts, bf16-auto by oneDNN's graph rewriter), threads."""
    options = job["options"]
    tf.config.threading.set_intra_op_parallelism_threads(int(options["threads"]))
    tf.config.threading.set_inter_op_parallelism_threads(int(options["threads"]))
    if options["precision"] == "bf16-auto":
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    dtype = tf.bfloat16 if options["precision"] == "bf16" else tf.float32
    net = [(layer, *variables(layer, before, weight, bias)) for layer, before, weight, bias in layers(job)]
    parameters = [variable for _, *pair in net for variable in pair if variable is not None]
    momenta = [tf.Variable(tf.zeros_like(parameter)) for parameter in parameters]

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            h = tf.cast(x, dtype)
            for layer, weight, bias in net:
                h = forward(layer, h, weight, bias, dtype)
            scores = tf.cast(h, tf.float32)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, scores))
        gradients = tape.gradient(loss, parameters)
        for variable, momentum, gradient in zip(parameters, momenta, gradients):
            tf.raw_ops.ResourceApplyMomentum(
                var=variable.handle,
                accum=momentum.handle,
                lr=job["learningRate"],
                grad=gradient,
                momentum=job["momentum"],
            )
        return loss

    data = batches(job)
    c, h, w = job["net"]["inputShape"]

    def run():
        images, labels = next(data)
        if c > 1:
            images = np.ascontiguousarray(images.transpose(0, 2, 3, 1))
        x = tf.constant(images.reshape(-1, h, w, c))
        return step(x, tf.constant(labels)).numpy()

    precision = {"bf16": "bf16 by casts", "bf16-auto": "bf16 by oneDNN's rewriter"}.get(options["precision"], "float32")
    about = f"TensorFlow {tf.__version__}, tf.function, NHWC; {precision}, threads: {options['threads']}"
    return about, run


def variables(layer, before, weight, bias):
    """TensorFlow's shapes: [k, k, cIn, cOut], and [inUnits, units] with the channels of a flattened input last."""
    if weight is None:
        return None, None
    if layer["kind"] == "convolution":
        weight = weight.transpose(2, 3, 1, 0)
    else:
        if len(before) == 3:
            weight = weight.reshape(-1, *before).transpose(0, 2, 3, 1).reshape(len(weight), -1)
        weight = weight.T
    return tf.Variable(np.ascontiguousarray(weight)), tf.Variable(bias)


def forward(layer, h, weight, bias, dtype):
    kind = layer["kind"]
    if kind == "convolution":
        # By name: oneDNN's bf16 kernels, twenty times as fast, are not chosen for padding that is given in numbers.
        padding = "SAME" if 2 * layer.get("padding", 0) == layer["kernelSize"] - 1 else "VALID"
        h = tf.nn.bias_add(tf.nn.conv2d(h, tf.cast(weight, dtype), 1, padding), tf.cast(bias, dtype))
    elif kind == "maxPool":
        h = tf.nn.max_pool2d(h, layer["poolSize"], layer["poolSize"], "VALID")
    elif kind == "globalAvgPool":
        h = tf.reduce_mean(h, (1, 2), keepdims=True)
    elif kind == "flatten":
        h = tf.reshape(h, (h.shape[0], -1))
    else:
        h = tf.nn.bias_add(tf.matmul(h, tf.cast(weight, dtype)), tf.cast(bias, dtype))
    activation = {"tanh": tf.tanh, "relu": tf.nn.relu}.get(layer.get("activation"))
    return h if activation is None else activation(h)


serve(open_job)
