"""Operations in PyTorch on the numbers that all workers compute from place and seed."""

import numpy as np
import torch
from torch.nn import functional as F

UNARY = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "exp": torch.exp}
BINARY = {"add": torch.add, "mul": torch.mul}
REDUCE = {"sum": torch.sum, "max": torch.amax}


def open_op(job):
    """Returns what one run does; the first run gives the mean absolute value of the result."""
    operation = operation_of(job)
    is_first = True

    def run():
        nonlocal is_first
        with torch.no_grad():
            result = operation()
        if is_first and result is not None:
            is_first = False
            return result.double().abs().mean().item()
        is_first = False
        return None

    return run


def operation_of(job):
    """Makes an operation's inputs on the default device and returns what one call does."""
    layout = job["options"]["layout"]
    memory = torch.channels_last if layout == "NHWC" else torch.contiguous_format
    return PREPARE[job["op"]](job["attrs"], memory)


def tensor(shape, seed):
    index = np.arange(1, int(np.prod(shape)) + 1, dtype=np.uint32) + np.uint32(seed * 40503)
    word = index * np.uint32(2654435761)
    word = (word ^ (word >> np.uint32(15))) * np.uint32(2246822519)
    word ^= word >> np.uint32(13)
    values = torch.from_numpy((word / 2.0**32 - 0.5).astype(np.float32).reshape(shape))
    return values.to(torch.get_default_device())


def images(shape, seed, memory):
    return tensor(shape, seed).to(memory_format=memory)


def conv_forward(a, memory):
    x, weight = images(a["input"], 1, memory), images(a["weight"], 2, memory)
    bias = tensor(a["weight"][:1], 3)
    finish = {"linear": lambda y: y, "relu": torch.relu_, "tanh": torch.tanh_}[a["activation"]]
    return lambda: finish(F.conv2d(x, weight, bias, a["stride"], a["padding"], a["dilation"], a["groups"]))


def conv_backward(a, x, weight, dy, wanted):
    stride, dilation = [a["stride"]] * 2, [a["dilation"]] * 2
    result = torch.ops.aten.convolution_backward(
        dy, x, weight, None, stride, a["padding"], dilation, False, [0, 0], a["groups"], wanted
    )
    return result[0] if wanted[0] else result[1]


def conv_input_gradient(a, memory):
    dy, weight = images(a["output"], 1, memory), images(a["weight"], 2, memory)
    x = images(a["input"], 3, memory)
    return lambda: conv_backward(a, x, weight, dy, [True, False, False])


def conv_weight_gradient(a, memory):
    x, dy = images(a["input"], 1, memory), images(a["output"], 2, memory)
    weight = images(a["weight"], 3, memory)
    return lambda: conv_backward(a, x, weight, dy, [False, True, False])


def pool_forward(a, memory):
    x = images(a["input"], 1, memory)
    pool = F.max_pool2d if a["kind"] == "max" else F.avg_pool2d
    return lambda: pool(x, a["size"], a["stride"], a["padding"])


def pool_gradient(a, memory):
    dy, x = images(a["output"], 1, memory), images(a["input"], 2, memory)
    size, stride, padding = ([a[name]] * 2 for name in ("size", "stride", "padding"))
    if a["kind"] == "avg":
        backward = torch.ops.aten.avg_pool2d_backward
        return lambda: backward(dy, x, size, stride, padding, False, True, None)
    backward = torch.ops.aten.max_pool2d_with_indices_backward
    # As autograd does it: the forward pass has kept the places of the largest elements.
    _, places = F.max_pool2d(x, size, stride, padding, return_indices=True)
    return lambda: backward(dy, x, size, stride, padding, [1, 1], False, places)


def dense_forward(a, memory):
    x, weight = tensor((a["n"], a["inUnits"]), 1), tensor((a["units"], a["inUnits"]), 2)
    bias = tensor((a["units"],), 3)
    return lambda: torch.tanh_(F.linear(x, weight, bias))


def dense_input_gradient(a, memory):
    dy, weight = tensor((a["n"], a["units"]), 1), tensor((a["units"], a["inUnits"]), 2)
    return lambda: dy @ weight


def dense_weight_gradient(a, memory):
    x, dy = tensor((a["n"], a["inUnits"]), 1), tensor((a["n"], a["units"]), 2)
    return lambda: dy.t() @ x


def mat_mul(a, memory):
    left = tensor((a["k"], a["m"]), 1).t() if a["transposeA"] else tensor((a["m"], a["k"]), 1)
    right = tensor((a["n"], a["k"]), 2).t() if a["transposeB"] else tensor((a["k"], a["n"]), 2)
    return lambda: left @ right


def batch_mat_mul(a, memory):
    left, right = tensor((a["batch"], a["m"], a["k"]), 1), tensor((a["batch"], a["k"], a["n"]), 2)
    return lambda: left @ right


def softmax(a, memory):
    x = tensor((a["n"], a["classes"]), 1)
    return lambda: torch.softmax(x, -1)


def softmax_cross_entropy(a, memory):
    logits = tensor((a["n"], a["classes"]), 1)
    labels = torch.arange(a["n"]) % a["classes"]
    return lambda: F.cross_entropy(logits, labels, reduction="none")


def sgd_update(a, memory):
    weight = torch.nn.Parameter(tensor((a["size"],), 1))
    weight.grad = tensor((a["size"],), 2)
    return torch.optim.SGD([weight], lr=0.01, momentum=0.9, fused=True).step


def unary(a, memory):
    x, run = tensor((a["size"],), 1), UNARY[a["kind"]]
    return lambda: run(x)


def binary(a, memory):
    left, right, run = tensor(a["a"], 1), tensor(a["b"], 2), BINARY[a["kind"]]
    return lambda: run(left, right)


def reduce(a, memory):
    x, run = tensor(a["shape"], 1), REDUCE[a["kind"]]
    return lambda: run(x, a["axes"])


def batch_norm(a, memory):
    x, channels = images(a["input"], 1, memory), a["input"][1]
    mean, variance = torch.zeros(channels), torch.ones(channels)
    weight, bias = torch.ones(channels), torch.zeros(channels)
    if a["training"]:
        return lambda: F.batch_norm(x, None, None, weight, bias, True)
    return lambda: F.batch_norm(x, mean, variance, weight, bias)


def transpose(a, memory):
    x = tensor(a["shape"], 1)
    return lambda: x.permute(a["perm"]).contiguous()


def pad(a, memory):
    x = tensor(a["shape"], 1)
    return lambda: F.pad(x, [a["by"]] * 4)


def concat(a, memory):
    parts = [tensor(a["shape"], 1), tensor(a["shape"], 2)]
    return lambda: torch.cat(parts, a["axis"])


def slice_(a, memory):
    x = tensor(a["shape"], 1)
    part = tuple(slice(begin, begin + size) for begin, size in zip(a["begin"], a["size"]))
    return lambda: x[part].contiguous()


def gather(a, memory):
    x = tensor(a["shape"], 1)
    rows = torch.arange(a["rows"]) * 7919 % a["shape"][0]
    return lambda: torch.index_select(x, 0, rows)


def resize(a, memory):
    x = images(a["input"], 1, memory)
    return lambda: F.interpolate(x, size=(a["to"], a["to"]), mode="bilinear", align_corners=False)


PREPARE = {
    "conv.forward": conv_forward,
    "conv.inputGradient": conv_input_gradient,
    "conv.weightGradient": conv_weight_gradient,
    "pool.forward": pool_forward,
    "pool.gradient": pool_gradient,
    "dense.forward": dense_forward,
    "dense.inputGradient": dense_input_gradient,
    "dense.weightGradient": dense_weight_gradient,
    "matMul": mat_mul,
    "batchMatMul": batch_mat_mul,
    "softmax": softmax,
    "softmaxCrossEntropy": softmax_cross_entropy,
    "sgdUpdate": sgd_update,
    "unary": unary,
    "binary": binary,
    "reduce": reduce,
    "batchNorm": batch_norm,
    "transpose": transpose,
    "pad": pad,
    "concat": concat,
    "slice": slice_,
    "gather": gather,
    "resize": resize,
}
