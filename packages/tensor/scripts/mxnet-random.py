"""Writes test/golden/mxnet-random.json: what MXNet on Linux draws on the CPU, and how NumPy permutes.

    python3 -m venv .venv && .venv/bin/pip install 'numpy<1.24' mxnet
    .venv/bin/python scripts/mxnet-random.py > test/golden/mxnet-random.json

MXNet needs libgomp, libquadmath and libopenblas (Debian: libgomp1 libquadmath0 libopenblas0).
"""

import json
import platform

import numpy as np

np.bool = bool  # MXNet 1.9.1 uses the alias that NumPy 1.20 deprecated
import mxnet as mx

SIZES = [1, 2, 63, 64, 65, 127, 128, 129, 150, 1000, 65535, 65536, 65537, 131073]


def check(values):
    """Bit patterns: the first, the last, and the sum of all weighted by position, modulo 2^32."""
    bits = values.view(np.uint32)
    weights = np.arange(len(bits), dtype=np.uint64) % 31 + 1
    total = int((bits.astype(np.uint64) * weights).sum() % 2**32)
    return f"{bits[0]} {bits[-1]} {total}"


def draw(kind, n, a, b):
    if kind == "normal":
        values = mx.nd.random.normal(a, b, shape=(n,))
    elif kind == "uniform":
        values = mx.nd.random.uniform(a, b, shape=(n,))
    else:
        values = mx.nd.random.randint(a, b, shape=(n,), dtype="int32")
    return f"{kind} {n} {a} {b} {check(values.asnumpy())}"


def stream(seed):
    mx.random.seed(seed)
    draws = []
    for n in SIZES:
        draws.append(draw("normal", n, 0, 1))
        draws.append(draw("uniform", n, 0, 1))
        draws.append(draw("integer", n, 0, 1000))
        draws.append(draw("normal", n, 0.5, 0.01))
        draws.append(draw("uniform", n, -0.07, 0.07))
        draws.append(draw("integer", n, 0, 2**31 - 1))
    return {"seed": seed, "draws": draws}


def permutation(seed, n):
    order = np.random.RandomState(seed).permutation(n)
    return f"{seed} {n} {check(order.astype(np.int32))}"


print(
    json.dumps(
        {
            "script": "scripts/mxnet-random.py",
            "versions": {"mxnet": mx.__version__, "numpy": np.__version__, "libc": " ".join(platform.libc_ver())},
            "fresh": draw("normal", 150, 0, 0.01),
            "draw": "kind n a b first last sum",
            "streams": [stream(seed) for seed in [0, 1, 128, 20190601, 2147483647, -1]],
            "permutation": "seed n first last sum",
            "permutations": [permutation(seed, n) for seed in [0, 127] for n in [1, 2, 3, 10, 64, 65, 60000]],
        },
        indent=2,
    )
)
