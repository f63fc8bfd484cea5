"""Writes test/golden/numpy-printing.json: arrays, as bit patterns, with what NumPy prints for them.

    python3 -m venv .venv && .venv/bin/pip install 'numpy==1.23.5'
    .venv/bin/python scripts/numpy-printing.py > test/golden/numpy-printing.json
"""

import base64
import json

import numpy as np

random = np.random.RandomState(20240601)
cases = []


def add(values, shape=None, dtype="float32"):
    array = np.asarray(values).astype({"bool": bool}.get(dtype, dtype))
    array = array if shape is None else array.reshape(shape)
    stored = array.astype("<i4") if dtype == "bool" else array.astype("<" + array.dtype.str[1:])
    cases.append(
        {
            "dtype": dtype,
            "shape": " ".join(map(str, array.shape)),
            "data": base64.b64encode(stored.tobytes()).decode(),
            "text": str(array),
        }
    )


def patterns(n):
    """Float32 values with random bits: every exponent, subnormals, infinities and NaN among them."""
    return random.randint(0, 2**32, n, dtype=np.uint64).astype(np.uint32).view(np.float32)


# The notebook's own, and the rules one by one.
add([[0.3679345, 1.4534262, 0.24154152], [0.47898006, 0.96885103, -1.0218245], [-0.06812762, -0.31868345, -0.17634277]])
for row in [
    [1e-5, 1], [1001, 1], [100.5, 0.11], [0, 0], [-0.0, 0], [1000, 1], [1000.1, 1], [1e8, 1e7], [99999992, 1e6],
    [1e8], [99999992], [1e-4], [9.9999e-5], [1.0001e-4], [0.1, 0.2], [1, 2, 3], [0.5, -0.25], [16777216, 33554432],
    [1 / 3, 2 / 3], [1e10, 1e-10], [1e38, 1e-38], [1.1, 1.2345678e-5], [3.4028235e38], [1.4e-45], [1.17549435e-38],
    [np.nan], [np.inf], [-np.inf], [np.nan, 1], [np.inf, -1], [-np.inf, 1.5], [np.nan, np.inf, -np.inf],
    [np.nan, 1e-10], [-np.inf, 1e20, 0], [np.nan, 0], [0.1, np.inf], [123456.78, np.nan, -np.inf], [-1e-5, np.nan],
    [5e-324], [9.999999e7, 1e5], [1.5, 10.25, 100.125], [-1, 1], [-10, 1], [2**-126, 2**-149], [8388608.5, 8388609],
    [0.99999994, 1.0000001], [2**24 + 2.0, 3], [1e-4, 0.1], [1e-4, 0.2], [4096.0001, 5.0], [2.0**60, 2.0**-20],
]:
    add(row)
# Powers of two have a nearer neighbour below, powers of ten test the exponent.
for e in range(-149, 128, 7):
    add([2.0**e])
for e in range(-45, 39, 4):
    add([10.0**e, 3 * 10.0**e])

# Ranks, extents of one and none, wrapping and cutting.
for shape in [(1,), (1, 1), (3, 1), (1, 3), (2, 2, 2), (1, 2, 1, 3), (2, 1, 2, 2), (1, 1, 1, 1, 1), (2, 2, 1, 2, 1, 2)]:
    add(random.normal(size=shape))
for shape in [(0,), (0, 3), (3, 0), (2, 0, 2)]:
    add(np.zeros(shape))
for n in [5, 6, 7, 8, 12, 13, 25, 40]:
    add(random.normal(size=n))
    add(random.normal(size=(2, n)) * 1e-6)
    add(random.randint(-1000, 1000, n), dtype="int32")
    add(random.randint(0, 2, n), dtype="bool")
for shape in [(1000,), (1001,), (11, 91), (7, 143), (6, 200), (2, 501), (10, 10, 11), (5, 7, 30), (3, 2, 8, 30), (1, 1, 1001), (600, 2), (4, 4, 4, 4, 4)]:
    add(np.round(random.normal(size=shape), 2) if np.prod(shape) == 1000 else np.where(np.arange(np.prod(shape)).reshape(shape) % 7, 0.5, random.normal(size=shape)))
for shape in [(1200,), (40, 40), (3, 3, 200)]:
    add(np.arange(np.prod(shape)).reshape(shape) - 100, dtype="int32")
    add(np.arange(np.prod(shape)).reshape(shape) % 3 == 0, dtype="bool")

# Scalars.
for x in [0, -0.0, 1, -1.5, 0.1, 1 / 3, 1e-4, 1.0001e-4, 9e-5, 1e15, 1e16, 123456789, 1e-10, 3.4028235e38, 1.4e-45, np.nan, np.inf, -np.inf]:
    add(x)
for x in [0, -7, 2147483647]:
    add(x, dtype="int32")
add(True, dtype="bool")
add(False, dtype="bool")

# Magnitudes of all kinds.
for _ in range(60):
    add(patterns(random.randint(1, 7)))
for scale in range(-9, 10):
    add(random.normal(size=random.randint(1, 6)) * 10.0**scale)
    add(random.uniform(0.9, 1100, random.randint(1, 6)) * 10.0**scale)
for decimals in range(0, 9):
    add(np.round(random.uniform(-100, 100, 5), decimals))
for _ in range(40):
    shape = random.randint(1, 4, random.randint(1, 5))
    values = random.normal(size=shape) * 10.0 ** random.randint(-5, 8)
    values[random.uniform(size=shape) < 0.1] = random.choice([0, np.nan, np.inf, -np.inf])
    add(values)
for _ in range(15):
    add(patterns(6).view(np.int32) >> random.randint(0, 31), dtype="int32")

print(json.dumps({"script": "scripts/numpy-printing.py", "versions": {"numpy": np.__version__}, "cases": cases}, indent=2))
