"""What all frameworks train on: the batches and first weights that the bench wrote into files."""

import numpy as np


def batches(job):
    """An endless stream of pairs: images [batch, c, h, w] float32 and labels [batch] int32, views of one array."""
    shape = (-1, job["batch"], *job["net"]["inputShape"])
    images = np.fromfile(job["files"]["images"], np.float32).reshape(shape)
    labels = np.fromfile(job["files"]["labels"], np.int32).reshape(-1, job["batch"])
    step = 0
    while True:
        yield images[step % len(images)], labels[step % len(labels)]
        step += 1


def layers(job):
    """The net's layers with their first values.

    Yields for each layer its description, the shape [c, h, w] or [units] of what goes in, weight and bias. Convolutions
    have weight [cOut, cIn, k, k], dense layers [units, inUnits] with the channels of a flattened input first; other layers
    have None.
    """
    values = np.fromfile(job["files"]["weights"], np.float32)
    shape = tuple(job["net"]["inputShape"])
    spatial = shape  # of the last layer that had pictures
    at = 0

    def take(size):
        nonlocal at
        at += size
        return values[at - size : at]

    for layer in job["net"]["layers"]:
        weight = bias = None
        before = spatial if layer["kind"] == "dense" and len(shape) == 1 else shape
        if layer["kind"] == "convolution":
            kernel, channels = layer["kernelSize"], layer["channels"]
            weight = take(channels * shape[0] * kernel * kernel).reshape(channels, shape[0], kernel, kernel)
            bias = take(channels)
            extent = [size + 2 * layer.get("padding", 0) - kernel + 1 for size in shape[1:]]
            shape = spatial = (channels, *extent)
        elif layer["kind"] == "maxPool":
            shape = spatial = (shape[0], *(size // layer["poolSize"] for size in shape[1:]))
        elif layer["kind"] == "globalAvgPool":
            shape = spatial = (shape[0], 1, 1)
        elif layer["kind"] == "flatten":
            shape = (int(np.prod(shape)),)
        elif layer["kind"] == "dense":
            weight = take(layer["units"] * int(np.prod(shape))).reshape(layer["units"], -1)
            bias = take(layer["units"])
            shape = spatial = (layer["units"],)
        else:
            raise ValueError(f"expected a layer that benchmarks have, got {layer['kind']}")
        yield layer, before, weight, bias
