"""Measures PyTorch on a GPU. Started by the bench, not by hand."""

import numpy as np
import torch
from serve import serve
from torch import nn
from torch.nn import functional as F
from torch_modules import modules
from torch_ops import operation_of

# Steps before a recording, which CUDA graphs ask for.
WARMUPS = 3


def open_job(job):
    precision = job["options"]["precision"]
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.benchmark = True
    return open_operation(job) if job["kind"] == "op" else open_training(job)


def open_operation(job):
    """options: precision (float32, tf32), layout (NCHW, NHWC), calls of a run, all in one CUDA graph.

    The first run gives the mean absolute value of the result.
    """
    options = {**job["options"], "how": "graph"}
    # For the inputs alone: a default device costs time in every call.
    torch.set_default_device("cuda")
    operation = operation_of(job)
    torch.set_default_device(None)
    graph = torch.cuda.CUDAGraph()
    with torch.no_grad():
        warm_up(operation)
        with torch.cuda.graph(graph):
            for _ in range(int(options["calls"])):
                result = operation()
    is_first = True

    def run():
        nonlocal is_first
        graph.replay()
        torch.cuda.synchronize()
        mean = result.double().abs().mean().item() if is_first and result is not None else None
        is_first = False
        return mean

    return describe(options), run


def open_training(job):
    """options: precision (float32, tf32, bf16), layout (NCHW, NHWC), how (eager, graph, compiled), steps of a run.

    Images lie on the GPU as bytes, and every step gathers its batch from them. A run reads its mean loss once, at its end.
    """
    options = job["options"]
    precision, how, steps = options["precision"], options["how"], int(options["steps"])
    memory = torch.channels_last if options["layout"] == "NHWC" else torch.contiguous_format
    net = nn.Sequential(*modules(job)).to("cuda", memory_format=memory)
    optimizer = torch.optim.SGD(net.parameters(), lr=job["learningRate"], momentum=job["momentum"], fused=True)
    pixels = np.fromfile(job["files"]["images"], np.float32).reshape(-1, *job["net"]["inputShape"])
    images = torch.from_numpy(np.rint(255 * pixels).astype(np.uint8)).cuda()
    labels = torch.from_numpy(np.fromfile(job["files"]["labels"], np.int32)).long().cuda()
    order = torch.arange(len(labels), device="cuda").reshape(-1, job["batch"])
    picks = order[0].clone()
    total = torch.zeros((), device="cuda")

    def loss_of(x, y):
        return F.cross_entropy(net(x).float(), y)

    if how == "compiled":
        loss_of = torch.compile(loss_of, mode="max-autotune-no-cudagraphs")

    def step():
        x = images.index_select(0, picks).float().div_(255).to(memory_format=memory)
        y = labels.index_select(0, picks)
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", torch.bfloat16, enabled=precision == "bf16"):
            loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        total.add_(loss.detach())

    replay = step if how == "eager" else recorded(step, net, optimizer)
    at = 0

    def run():
        nonlocal at
        total.zero_()
        for _ in range(steps):
            picks.copy_(order[at % len(order)])
            replay()
            at += 1
        return total.item() / steps

    return describe(options), run


def recorded(step, net, optimizer):
    """The step as one CUDA graph, with weights and momenta as they were before."""
    first = [parameter.detach().clone() for parameter in net.parameters()]
    warm_up(step)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), first):
            parameter.copy_(value)
            optimizer.state[parameter]["momentum_buffer"].zero_()
    return graph.replay


def warm_up(work):
    """Does something a few times on a stream of its own, as a recording wants it."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARMUPS):
            work()
    torch.cuda.current_stream().wait_stream(side)


def describe(options):
    how = {"eager": "eager", "graph": "CUDA graph", "compiled": "max-autotune, CUDA graph"}[options["how"]]
    layout = "channels-last" if options["layout"] == "NHWC" else "contiguous"
    precision = "bf16 autocast" if options["precision"] == "bf16" else options["precision"]
    versions = f"torch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}"
    return f"{versions}; {torch.cuda.get_device_name()}; {layout}, {how}; {precision}"


serve(open_job)
