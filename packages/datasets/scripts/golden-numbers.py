"""Prints the numbers that the tests compare with: OpenCV's resize and grey, NumPy's shuffle.

    python3 -m venv /tmp/opencv && /tmp/opencv/bin/pip install opencv-python-headless
    /tmp/opencv/bin/python scripts/golden-numbers.py
"""

import hashlib

import cv2
import numpy as np

print("OpenCV", cv2.__version__, "NumPy", np.__version__)

CASES = [
    (28, 28, 1, 32, 32),
    (28, 28, 1, 224, 224),
    (28, 28, 1, 14, 14),
    (28, 28, 3, 20, 20),
    (28, 28, 3, 29, 29),
    (28, 28, 1, 40, 64),
    (28, 28, 3, 227, 227),
    (32, 32, 3, 28, 28),
    (7, 13, 3, 5, 31),
    (1, 1, 1, 4, 4),
    (5, 1, 1, 3, 7),
    (2, 9, 3, 9, 2),
    (100, 37, 3, 11, 13),
    (480, 640, 3, 224, 224),
]
generator = np.random.RandomState(0)
print("resize: h, w, c, new h, new w, first 16 digits of sha256")
for h, w, c, new_h, new_w in CASES:
    picture = generator.randint(0, 256, (h, w, c)).astype(np.uint8)
    resized = cv2.resize(picture, (new_w, new_h), interpolation=cv2.INTER_LINEAR)
    print(h, w, c, new_h, new_w, hashlib.sha256(resized.tobytes()).hexdigest()[:16])

colours = generator.randint(0, 256, (2, 5, 3)).astype(np.uint8)
print("grey", cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY).tolist())

for seed in (0, 42, 2**32 - 1):
    generator = np.random.RandomState(seed)
    for epoch in range(3):
        order = np.arange(10)
        generator.shuffle(order)
        print("shuffle of 10: seed", seed, "epoch", epoch, order.tolist())

generator = np.random.RandomState(7)
for epoch in range(2):
    order = np.arange(60000)
    generator.shuffle(order)
    digest = hashlib.sha256(order.astype("<i4").tobytes()).hexdigest()
    print("shuffle of 60,000: seed 7 epoch", epoch, order[:5].tolist(), digest)
