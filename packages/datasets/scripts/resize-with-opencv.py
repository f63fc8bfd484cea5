"""Resizes all 70,000 pictures of Fashion-MNIST from 28 to 32 pixels with OpenCV and prints the checksum.

    python3 -m venv /tmp/opencv && /tmp/opencv/bin/pip install opencv-python-headless
    /tmp/opencv/bin/python scripts/resize-with-opencv.py [pixels]

With a file of our own 70,000 x 32 x 32 bytes as argument it also counts the pixels that differ.
Data: /usr/share/datasets/fashion-mnist (Debian's package dataset-fashion-mnist), training pictures first.
"""

import gzip
import hashlib
import sys

import cv2
import numpy as np

FOLDER = "/usr/share/datasets/fashion-mnist"


def pictures(split):
    with gzip.open(f"{FOLDER}/{split}-images-idx3-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)


resized = np.stack(
    [
        cv2.resize(picture, (32, 32), interpolation=cv2.INTER_LINEAR)
        for split in ("train", "t10k")
        for picture in pictures(split)
    ]
)
print("OpenCV", cv2.__version__, "NumPy", np.__version__)
print("shape", resized.shape, "sha256", hashlib.sha256(resized.tobytes()).hexdigest())
if len(sys.argv) > 1:
    ours = np.fromfile(sys.argv[1], np.uint8).reshape(resized.shape)
    print("differing pixels", int((ours != resized).sum()))
