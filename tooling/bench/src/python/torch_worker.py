"""Measures PyTorch. Started by the bench, not by hand."""

import torch
from serve import serve
from torch import nn
from torch.nn import functional as F
from torch_modules import modules
from torch_ops import open_op
from training_data import batches


def open_job(job):
    torch.set_num_threads(int(job["options"]["threads"]))
    if job["kind"] == "op":
        return describe(job["options"]), open_op(job)
    return open_training(job)


def open_training(job):
    """options: precision (float32, bf16), layout (NCHW, NHWC), threads, compile."""
    options = job["options"]
    memory = torch.channels_last if options["layout"] == "NHWC" else torch.contiguous_format
    is_bf16 = options["precision"] == "bf16"
    net = nn.Sequential(*modules(job)).to(memory_format=memory)
    # The fused update was the fastest of the three that PyTorch has.
    optimizer = torch.optim.SGD(net.parameters(), lr=job["learningRate"], momentum=job["momentum"], fused=True)
    data = batches(job)

    def loss_of(x, y):
        return F.cross_entropy(net(x).float(), y)

    forward = torch.compile(loss_of) if options.get("compile") else loss_of

    def run():
        images, labels = next(data)
        x = torch.from_numpy(images).to(memory_format=memory)
        y = torch.from_numpy(labels).long()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=is_bf16):
            loss = forward(x, y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return describe(options), run


def describe(options):
    precision = "bf16 autocast" if options.get("precision") == "bf16" else "float32"
    how = ", compiled" if options.get("compile") else ""
    capability = torch.backends.cpu.get_cpu_capability()
    layout = "channels-last" if options["layout"] == "NHWC" else "contiguous"
    return f"torch {torch.__version__}, {capability}, {layout}{how}; {precision}, threads: {torch.get_num_threads()}"


serve(open_job)
