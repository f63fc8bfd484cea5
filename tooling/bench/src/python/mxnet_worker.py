"""Measures MXNet. Started by the bench, not by hand."""

import mxnet as mx
from mxnet import autograd, gluon
from serve import serve
from training_data import batches, layers


def open_job(job):
    """options: precision (float32, bf16), threads, which OMP_NUM_THREADS has set."""
    options = job["options"]
    if options["precision"] == "bf16":
        from mxnet.contrib import amp

        amp.init(target_dtype="bfloat16")
    net = gluon.nn.HybridSequential()
    values = []
    for layer, before, weight, bias in layers(job):
        net.add(block(layer, before, weight))
        if weight is not None:
            values += [weight, bias]
    net.initialize()
    for parameter, value in zip(net.collect_params().values(), values):
        parameter.set_data(mx.nd.array(value))
    net.hybridize(static_alloc=True, static_shape=True)
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    setting = {"learning_rate": job["learningRate"], "momentum": job["momentum"]}
    trainer = gluon.Trainer(net.collect_params(), "sgd", setting)
    data = batches(job)

    def run():
        images, labels = next(data)
        x, y = mx.nd.array(images), mx.nd.array(labels)
        with autograd.record():
            losses = loss_of(net(x), y)
        losses.backward()
        trainer.step(job["batch"])
        loss = losses.mean().asscalar()
        mx.nd.waitall()
        return loss

    precision = "bf16 by amp" if options["precision"] == "bf16" else "float32"
    return f"MXNet {mx.__version__}, hybridized, NCHW; {precision}, threads: {options['threads']}", run


def block(layer, before, weight):
    nn, kind, activation = gluon.nn, layer["kind"], layer.get("activation")
    if kind == "convolution":
        padding = layer.get("padding", 0)
        return nn.Conv2D(
            layer["channels"], layer["kernelSize"], padding=padding, activation=activation, in_channels=before[0]
        )
    if kind == "maxPool":
        return nn.MaxPool2D(layer["poolSize"])
    if kind == "globalAvgPool":
        return nn.GlobalAvgPool2D()
    if kind == "flatten":
        return nn.Flatten()
    return nn.Dense(layer["units"], activation=activation, in_units=weight.shape[1])


serve(open_job)
