"""The nets of the bench in PyTorch."""

import torch
from torch import nn
from training_data import layers


def modules(job):
    for layer, before, weight, bias in layers(job):
        kind = layer["kind"]
        if kind == "convolution":
            module = nn.Conv2d(before[0], layer["channels"], layer["kernelSize"], padding=layer.get("padding", 0))
        elif kind == "maxPool":
            module = nn.MaxPool2d(layer["poolSize"])
        elif kind == "globalAvgPool":
            module = nn.AdaptiveAvgPool2d(1)
        elif kind == "flatten":
            module = nn.Flatten()
        else:
            module = nn.Linear(weight.shape[1], layer["units"])
        if weight is not None:
            with torch.no_grad():
                module.weight.copy_(torch.from_numpy(weight))
                module.bias.copy_(torch.from_numpy(bias))
        yield module
        if "activation" in layer:
            yield {"tanh": nn.Tanh, "relu": nn.ReLU}[layer["activation"]]()
