"""Writes what MXNet computes and prints for the layers, losses and initializers of this package.

    python3 -m venv /tmp/mxnet141 && /tmp/mxnet141/bin/pip install 'numpy<1.24' requests
    /tmp/mxnet141/bin/pip install --no-deps mxnet==1.4.1
    /tmp/mxnet141/bin/python golden.py > ../test/mxnet-1.4.1.generated.ts

The same with mxnet==1.9.1 gives ../test/mxnet-1.9.1.generated.ts, for the layers that 1.4.1 does not have.
Made with CPython 3.11.7, NumPy 1.23.5, Linux x86-64.
"""

import json
import sys
import warnings

import numpy as np

np.bool = bool  # MXNet uses the name that NumPy 1.24 dropped
warnings.filterwarnings("ignore")

import mxnet as mx  # noqa: E402
from mxnet import autograd, gluon, init, nd  # noqa: E402
from mxnet.gluon import nn  # noqa: E402

rng = np.random.RandomState(7)


def data(array):
    """Shape and values of an array, each value with the digits that float32 needs."""
    values = array.asnumpy() if isinstance(array, nd.NDArray) else np.asarray(array)
    return {"shape": list(values.shape), "data": [float("%.9g" % v) for v in values.ravel()]}


def draw(shape, low=-2.0, high=2.0):
    """Multiples of 1/64, exact in float32 and in the file."""
    return nd.array(np.round(rng.uniform(low, high, shape) * 64) / 64)


def layer(name, args, block, x_shape, train=False, distinct=False):
    """Output, gradients and parameters after the backward pass of one layer; weights are drawn here."""
    x = draw(x_shape)
    if distinct:
        size = int(np.prod(x_shape))
        x = nd.array((rng.permutation(size) - size // 2).reshape(x_shape) / 64.0)
    block.initialize()
    block(x)
    params = block._collect_params_with_prefix()
    before = {}
    for key, parameter in params.items():
        positive = key in ("running_var", "gamma")
        parameter.set_data(draw(parameter.shape, 0.5 if positive else -1.0, 1.5 if positive else 1.0))
        before[key] = data(parameter.data())
    x.attach_grad()
    with autograd.record(train_mode=train):
        y = block(x)
    head = draw(y.shape)
    y.backward(head, train_mode=train)
    grads = {k: data(p.grad()) for k, p in params.items() if p.grad_req != "null"}
    after = {k: data(p.data()) for k, p in params.items() if k.startswith("running")}
    return {
        "layer": name, "args": args, "train": train, "x": data(x), "params": before, "y": data(y),
        "head": data(head), "dx": data(x.grad), "grads": grads, "after": after,
    }


def loss(name, options, block, *inputs, differentiate=True):
    """One value per sample, and the gradient of their sum with respect to the first input."""
    inputs = list(inputs)
    case = {"loss": name, "options": options, "inputs": [data(i) for i in inputs]}
    if not differentiate:
        return {**case, "y": data(block(*inputs))}
    inputs[0].attach_grad()
    with autograd.record():
        y = block(*inputs)
    y.backward()
    return {**case, "y": data(y), "dx": data(inputs[0].grad)}


def layers_141():
    yield layer("Conv1D", [4, {"kernelSize": 3, "padding": 1, "strides": 2}], nn.Conv1D(4, 3, 2, 1), (2, 3, 7))
    yield layer("Conv2D", [4, {"kernelSize": [3, 2], "strides": [2, 1], "padding": [1, 0], "groups": 2, "activation": "tanh"}],
                nn.Conv2D(4, (3, 2), (2, 1), (1, 0), groups=2, activation="tanh"), (2, 4, 5, 4))
    yield layer("Conv2D", [3, {"kernelSize": 3, "dilation": 2, "useBias": False, "activation": "relu"}],
                nn.Conv2D(3, 3, dilation=2, use_bias=False, activation="relu"), (1, 2, 6, 6))
    yield layer("Conv3D", [2, {"kernelSize": 2, "padding": 1}], nn.Conv3D(2, 2, padding=1), (1, 2, 3, 2, 3))
    yield layer("Conv1DTranspose", [3, {"kernelSize": 3, "strides": 2, "padding": 1, "outputPadding": 1}],
                nn.Conv1DTranspose(3, 3, 2, 1, 1), (2, 2, 4))
    yield layer("Conv2DTranspose", [4, {"kernelSize": 3, "strides": [2, 1], "padding": [1, 0], "outputPadding": [1, 0], "groups": 2, "activation": "sigmoid"}],
                nn.Conv2DTranspose(4, 3, (2, 1), (1, 0), (1, 0), groups=2, activation="sigmoid"), (1, 2, 3, 3))
    for ceil in (False, True):
        yield layer("MaxPool1D", [{"poolSize": 3, "strides": 2, "ceilMode": ceil}], nn.MaxPool1D(3, 2, ceil_mode=ceil), (2, 2, 8), distinct=True)
        yield layer("MaxPool2D", [{"poolSize": [3, 2], "strides": 2, "padding": 1, "ceilMode": ceil}],
                    nn.MaxPool2D((3, 2), 2, 1, ceil_mode=ceil), (1, 2, 5, 6), distinct=True)
        yield layer("MaxPool3D", [{"poolSize": 2, "ceilMode": ceil}], nn.MaxPool3D(2, ceil_mode=ceil), (1, 1, 3, 4, 5), distinct=True)
        for pad in (True, False):
            yield layer("AvgPool1D", [{"poolSize": 3, "strides": 2, "padding": 1, "ceilMode": ceil, "countIncludePad": pad}],
                        nn.AvgPool1D(3, 2, 1, ceil_mode=ceil, count_include_pad=pad), (2, 2, 6))
            yield layer("AvgPool2D", [{"poolSize": 3, "strides": 2, "padding": [1, 0], "ceilMode": ceil, "countIncludePad": pad}],
                        nn.AvgPool2D(3, 2, (1, 0), ceil_mode=ceil, count_include_pad=pad), (1, 2, 6, 6))
            # Sizes for which no window misses the input: its average without padding is 0/0 in MXNet.
            yield layer("AvgPool3D", [{"poolSize": 3, "strides": 2, "padding": 1, "ceilMode": ceil, "countIncludePad": pad}],
                        nn.AvgPool3D(3, 2, 1, ceil_mode=ceil, count_include_pad=pad), (1, 1, 4, 3, 4))
    for axes, shape in ((1, (2, 2, 5)), (2, (2, 2, 3, 4)), (3, (1, 2, 2, 3, 2))):
        for kind in ("Max", "Avg"):
            name = "Global%sPool%dD" % (kind, axes)
            yield layer(name, [], getattr(nn, name)(), shape, distinct=True)
    yield layer("ReflectionPad2D", [2], nn.ReflectionPad2D(2), (1, 2, 3, 4))
    yield layer("Dense", [3, {"activation": "tanh"}], nn.Dense(3, activation="tanh"), (2, 2, 3))
    yield layer("Dense", [3, {"flatten": False, "useBias": False}], nn.Dense(3, flatten=False, use_bias=False), (2, 2, 3))
    yield layer("Flatten", [], nn.Flatten(), (2, 2, 3, 2))
    for kind in ("relu", "sigmoid", "tanh", "softrelu", "softsign"):
        yield layer("Activation", [kind], nn.Activation(kind), (2, 9))
    yield layer("LeakyReLU", [0.1], nn.LeakyReLU(0.1), (2, 9))
    yield layer("PReLU", [], nn.PReLU(), (2, 9))
    yield layer("ELU", [1.5], nn.ELU(1.5), (2, 9))
    # MXNet's gradient of SELU is wrong below zero: it has λ(α + y) where the derivative is λα + y.
    yield {**layer("SELU", [], nn.SELU(), (2, 9)), "dx": None}
    yield layer("Swish", [2], nn.Swish(2.0), (2, 9))
    for train in (True, False):
        yield layer("BatchNorm", [{}], nn.BatchNorm(), (3, 2, 4), train)
        yield layer("BatchNorm", [{"axis": 2, "epsilon": 0.01, "momentum": 0.8, "scale": False, "center": False}],
                    nn.BatchNorm(axis=2, epsilon=0.01, momentum=0.8, scale=False, center=False), (3, 2, 3), train)
        yield layer("BatchNorm", [{"useGlobalStats": True}], nn.BatchNorm(use_global_stats=True), (3, 2), train)
    yield layer("LayerNorm", [{}], nn.LayerNorm(), (2, 3, 5))
    yield layer("LayerNorm", [{"axis": 1, "epsilon": 0.1}], nn.LayerNorm(axis=1, epsilon=0.1), (2, 4, 3))
    yield layer("InstanceNorm", [{}], nn.InstanceNorm(), (2, 3, 5))
    yield layer("InstanceNorm", [{"axis": 2, "scale": True, "epsilon": 0.1}], nn.InstanceNorm(axis=2, scale=True, epsilon=0.1), (2, 4, 3, 2))


def layers_191():
    yield layer("Conv3DTranspose", [2, {"kernelSize": 2, "strides": 2}], nn.Conv3DTranspose(2, 2, 2), (1, 2, 2, 2, 2))
    yield layer("GELU", [], nn.GELU(), (2, 9))
    yield layer("GroupNorm", [{"numGroups": 2}], nn.GroupNorm(2), (2, 4, 3))
    yield layer("GroupNorm", [{"numGroups": 3, "epsilon": 0.1}], nn.GroupNorm(3, epsilon=0.1), (2, 6, 2, 2))


def losses():
    g = gluon.loss
    p = lambda *shape: draw(shape)  # noqa: E731
    positive = lambda *shape: draw(shape, 0.1, 0.9)  # noqa: E731
    signs = lambda *shape: nd.array(rng.choice([-1.0, 1.0], shape))  # noqa: E731
    classes = lambda n, *shape: nd.array(rng.randint(0, n, shape))  # noqa: E731
    out_of_range = nd.array([-1, 7, 2])

    name = "SoftmaxCrossEntropyLoss"
    yield loss(name, {}, g.SoftmaxCELoss(), p(3, 4), classes(4, 3))
    yield loss(name, {}, g.SoftmaxCELoss(), p(3, 4), out_of_range)
    yield loss(name, {"weight": 0.5}, g.SoftmaxCELoss(weight=0.5), p(3, 4), classes(4, 3), positive(3, 1))
    yield loss(name, {"axis": 1}, g.SoftmaxCELoss(axis=1), p(2, 4, 3), classes(4, 2, 3), positive(2, 1, 3))
    yield loss(name, {"sparseLabel": False}, g.SoftmaxCELoss(sparse_label=False), p(3, 4), positive(3, 4))
    yield loss(name, {"sparseLabel": False, "axis": 1}, g.SoftmaxCELoss(sparse_label=False, axis=1), p(2, 4, 3), positive(2, 4, 3))
    yield loss(name, {"fromLogits": True}, g.SoftmaxCELoss(from_logits=True), p(3, 4), classes(4, 3))
    yield loss(name, {"fromLogits": True, "sparseLabel": False}, g.SoftmaxCELoss(from_logits=True, sparse_label=False), p(3, 4), positive(3, 4))
    yield loss(name, {"batchAxis": 1, "axis": 2}, g.SoftmaxCELoss(batch_axis=1, axis=2), p(2, 3, 4), classes(4, 2, 3))
    yield loss("L2Loss", {}, g.L2Loss(), p(3, 4), p(3, 4))
    yield loss("L2Loss", {"weight": 3}, g.L2Loss(3.0), p(3, 4), p(12), positive(3, 1))
    yield loss("L1Loss", {}, g.L1Loss(), p(3, 4), p(3, 4))
    yield loss("L1Loss", {"batchAxis": 1, "weight": 2}, g.L1Loss(2.0, 1), p(3, 4), p(3, 4), positive(1, 4))
    name = "SigmoidBinaryCrossEntropyLoss"
    yield loss(name, {}, g.SigmoidBCELoss(), p(3, 4), positive(3, 4))
    yield loss(name, {"weight": 2}, g.SigmoidBCELoss(weight=2.0), p(3), classes(2, 3))
    yield loss(name, {"fromSigmoid": True}, g.SigmoidBCELoss(from_sigmoid=True), positive(3, 4), positive(3, 4), positive(3, 1))
    yield loss("KLDivLoss", {}, g.KLDivLoss(), p(3, 4), positive(3, 4))
    yield loss("KLDivLoss", {"fromLogits": False}, g.KLDivLoss(False), p(3, 4), positive(3, 4), positive(3, 1))
    yield loss("KLDivLoss", {"fromLogits": False, "axis": 1, "weight": 2}, g.KLDivLoss(False, 1, 2.0), p(2, 4, 3), positive(2, 4, 3))
    yield loss("HuberLoss", {}, g.HuberLoss(), p(3, 4), p(3, 4))
    yield loss("HuberLoss", {"rho": 0.5, "weight": 2}, g.HuberLoss(0.5, 2.0), p(3, 4), p(3, 4), positive(3, 1))
    yield loss("HingeLoss", {}, g.HingeLoss(), p(3, 4), signs(3, 4))
    yield loss("HingeLoss", {"margin": 0.5}, g.HingeLoss(0.5), p(3), signs(3), positive(3))
    yield loss("SquaredHingeLoss", {"margin": 2}, g.SquaredHingeLoss(2), p(3, 4), signs(3, 4))
    yield loss("LogisticLoss", {}, g.LogisticLoss(), p(3, 4), signs(3, 4))
    yield loss("LogisticLoss", {"labelFormat": "binary", "weight": 2}, g.LogisticLoss(2.0, label_format="binary"), p(3, 4), classes(2, 3, 4))
    yield loss("TripletLoss", {}, g.TripletLoss(), p(3, 4), p(3, 4), p(3, 4))
    yield loss("TripletLoss", {"margin": 8, "weight": 2}, g.TripletLoss(8, 2.0), p(3, 2, 2), p(3, 4), p(3, 4))
    yield loss("PoissonNLLLoss", {}, g.PoissonNLLLoss(), p(3, 4), classes(5, 3, 4))
    yield loss("PoissonNLLLoss", {"fromLogits": False, "weight": 2}, g.PoissonNLLLoss(2.0, False), positive(3, 4), classes(5, 3, 4), positive(3, 1))
    # MXNet cannot record this one: it changes an array in place.
    yield loss("PoissonNLLLoss", {"computeFull": True}, g.PoissonNLLLoss(compute_full=True), p(3, 4), classes(5, 3, 4) + 1, differentiate=False)
    yield loss("CosineEmbeddingLoss", {}, g.CosineEmbeddingLoss(), p(4, 3), p(4, 3), nd.array([1, -1, 1, -1]))
    yield loss("CosineEmbeddingLoss", {"margin": -0.5, "weight": 2}, g.CosineEmbeddingLoss(2.0, margin=-0.5), p(4, 3), p(4, 3), nd.array([1, -1, -1, 1]), positive(4, 1))


def initializers():
    for name, options, initializer in (
        ("Uniform", [], init.Uniform()), ("Normal", [0.5], init.Normal(0.5)),
        ("Constant", [3], init.Constant(3)), ("One", [], init.One()), ("Zero", [], init.Zero()),
        ("Xavier", [], init.Xavier()),
        ("Xavier", [{"rndType": "gaussian", "factorType": "in", "magnitude": 2}], init.Xavier("gaussian", "in", 2)),
        ("Xavier", [{"factorType": "out"}], init.Xavier(factor_type="out")),
        ("MSRAPrelu", [], init.MSRAPrelu()),
        ("MSRAPrelu", [{"factorType": "in", "slope": 0}], init.MSRAPrelu("in", 0)),
    ):
        mx.random.seed(0)
        parameter = gluon.Parameter("weight", shape=(4, 3, 2, 3))
        parameter.initialize(initializer)
        yield {"initializer": name, "args": options, "values": data(parameter.data())}


def dropout():
    for args, block, shape in (([0.3], nn.Dropout(0.3), (2, 3, 4, 5)), ([0.5, {"axes": [1, 3]}], nn.Dropout(0.5, axes=(1, 3)), (3, 2, 4, 2))):
        mx.random.seed(0)
        with autograd.record():
            y = block(nd.ones(shape))
        yield {"args": args, "y": data(y)}


def lesson_net():
    net = nn.Sequential(prefix="net_")
    net.add(nn.Conv2D(6, 5, activation="tanh", prefix="conv0_"), nn.Conv2D(16, 5, activation="tanh", prefix="conv1_"),
            nn.Conv2D(120, 5, activation="tanh", prefix="conv2_"), nn.Flatten(),
            nn.Dense(84, activation="tanh", prefix="dense0_"), nn.Dense(10, prefix="dense1_"))
    return net


def captured(action):
    """What an action prints."""
    from io import StringIO

    stdout, sys.stdout = sys.stdout, StringIO()
    try:
        action()
        return sys.stdout.getvalue()
    finally:
        sys.stdout = stdout


def texts():
    net = lesson_net()
    x = nd.zeros((2, 1, 32, 32))
    yield "lesson net before", str(net)
    yield "lesson parameters before", str(net.collect_params())
    net.initialize(init.Normal(0.01))
    net(x)
    yield "lesson net after", str(net)
    yield "lesson parameters after", str(net.collect_params())
    yield "lesson summary", captured(lambda: net.summary(x)).rstrip("\n")
    shared = nn.HybridSequential()
    first = nn.Dense(3, in_units=3)
    shared.add(first, nn.BatchNorm(), nn.Dense(3, in_units=3, params=first.params), nn.Dropout(0.5))
    shared.initialize()
    shared(nd.ones((2, 3)))
    yield "shared summary", captured(lambda: shared.summary(nd.ones((2, 3)))).rstrip("\n")
    outer = nn.Sequential()
    inner = nn.Sequential()
    inner.add(nn.Dense(2), nn.Flatten())
    outer.add(inner, nn.Sequential())
    yield "nested", str(outer)
    for name, block in (
        ("Conv1D", nn.Conv1D(3, 2)),
        ("Conv2D", nn.Conv2D(4, (3, 2), (2, 1), (1, 0), (2, 1), 2, activation="tanh", use_bias=False)),
        ("Conv3D", nn.Conv3D(3, 2, padding=1, groups=3)),
        ("Conv1DTranspose", nn.Conv1DTranspose(4, 3)),
        ("Conv2DTranspose", nn.Conv2DTranspose(4, 3, 2, output_padding=1)),
        ("MaxPool1D", nn.MaxPool1D()), ("MaxPool2D", nn.MaxPool2D((3, 2), 2, 1)), ("MaxPool3D", nn.MaxPool3D(ceil_mode=True)),
        ("AvgPool1D", nn.AvgPool1D(padding=1)), ("AvgPool2D", nn.AvgPool2D(count_include_pad=False)), ("AvgPool3D", nn.AvgPool3D(3)),
        ("GlobalMaxPool1D", nn.GlobalMaxPool1D()), ("GlobalMaxPool2D", nn.GlobalMaxPool2D()), ("GlobalMaxPool3D", nn.GlobalMaxPool3D()),
        ("GlobalAvgPool1D", nn.GlobalAvgPool1D()), ("GlobalAvgPool2D", nn.GlobalAvgPool2D()), ("GlobalAvgPool3D", nn.GlobalAvgPool3D()),
        ("ReflectionPad2D", nn.ReflectionPad2D(1)),
        ("Dense", nn.Dense(3)), ("Flatten", nn.Flatten()), ("Activation", nn.Activation("softsign")),
        ("LeakyReLU", nn.LeakyReLU(0.1)), ("PReLU", nn.PReLU()), ("ELU", nn.ELU()), ("SELU", nn.SELU()), ("Swish", nn.Swish()),
        ("Dropout", nn.Dropout(0.25, axes=(1,))), ("BatchNorm", nn.BatchNorm()), ("LayerNorm", nn.LayerNorm()), ("InstanceNorm", nn.InstanceNorm()),
        ("Sequential", nn.Sequential()), ("HybridSequential", nn.HybridSequential()),
        ("SoftmaxCrossEntropyLoss", gluon.loss.SoftmaxCELoss()), ("L2Loss", gluon.loss.L2Loss()), ("L1Loss", gluon.loss.L1Loss(0.5, 1)),
        ("SigmoidBinaryCrossEntropyLoss", gluon.loss.SigmoidBCELoss()), ("KLDivLoss", gluon.loss.KLDivLoss()),
        ("HuberLoss", gluon.loss.HuberLoss()), ("HingeLoss", gluon.loss.HingeLoss()), ("SquaredHingeLoss", gluon.loss.SquaredHingeLoss()),
        ("LogisticLoss", gluon.loss.LogisticLoss()), ("TripletLoss", gluon.loss.TripletLoss()),
        ("PoissonNLLLoss", gluon.loss.PoissonNLLLoss()), ("CosineEmbeddingLoss", gluon.loss.CosineEmbeddingLoss()),
    ):
        yield name, str(block)


def texts_191():
    yield "GELU", str(nn.GELU())
    yield "GroupNorm", str(nn.GroupNorm(2))
    yield "Conv3DTranspose", str(nn.Conv3DTranspose(4, 2, use_bias=False, activation="tanh"))


if mx.__version__ == "1.4.1":
    golden = {
        "layers": list(layers_141()), "losses": list(losses()), "initializers": list(initializers()),
        "dropout": list(dropout()), "texts": dict(texts()),
    }
else:
    golden = {
        "layers": list(layers_191()), "losses": [], "initializers": [], "dropout": [], "texts": dict(texts_191()),
    }
# One case a line keeps the file small and its changes readable.
parts = []
for key, value in golden.items():
    if isinstance(value, list):
        body = "[\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in value) + "\n]"
    else:
        body = json.dumps(value, indent=1)
    parts.append(key + ": " + body)
name = "mxnet" + mx.__version__.replace(".", "")
print("// Written by scripts/golden.py with MXNet " + mx.__version__ + ", NumPy " + np.__version__ + ".")
print('import type { Golden } from "./golden.ts";\n')
print("export const " + name + ": Golden = {\n" + ",\n".join(parts) + "\n};")
