#!/usr/bin/env python3
"""Writes int8.txt: the integer scores that shipped models give twenty drawn digits.

Nothing of liblenet is used here: the models are read from their safetensors files, made into integers
and run as docs/int8.md and the head of src/net/quantize.c say, in Python's doubles and NumPy's
integers. README.md describes the files.
"""

import json
import math
import os
import re
import struct

import numpy as np

from paper import CODES, TABLE1

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = ["lenet5", "lenet5-1998", "lenet5-modern", "fashion"]

# tanh at 0, 1/8, 2/8, ... 4 in steps of 2^-13, rounded and raised as docs/int8.md says.
TANH = np.array([
    0, 1021, 2010, 2941, 3791, 4549, 5209, 5772, 6244, 6634, 6953, 7211, 7418, 7583, 7713, 7817, 7898,
    7962, 8013, 8052, 8083, 8107, 8126, 8140, 8152, 8161, 8168, 8173, 8177, 8180, 8183, 8185, 8187])


# ---- files ------------------------------------------------------------------------------------------

def pictures():
    with open(os.path.join(HERE, "digits.idx"), "rb") as file:
        kind, count, rows, columns = struct.unpack(">4i", file.read(16))
        assert kind == 0x803
        return np.frombuffer(file.read(), np.uint8).reshape(count, rows, columns).astype(np.int64)


def model(name):
    """Notation, input scale and offset, and the tensors: floats as doubles."""
    with open(os.path.join(HERE, "..", "..", "models", name + ".safetensors"), "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    meta = header.pop("__metadata__")
    tensors = {key: np.frombuffer(data[slice(*t["data_offsets"])], "<f4").reshape(t["shape"])
               .astype(np.float64) for key, t in header.items()}
    scale, offset = (float(np.float32(meta[key])) for key in ("input_scale", "input_offset"))
    return meta["notation"], scale, offset, tensors


# ---- from numbers to integers: the head of src/net/quantize.c ------------------------------------

def rounded(a):
    return math.floor(a + 0.5)


class Bytes:
    """What a row reads or writes: number = scale (byte - zero)."""

    def __init__(self, at, scale, zero):
        self.at, self.scale, self.zero = at, scale, zero


def integer_weights(weights, biases, x, bytes_a_weight):
    """w8, bias and unit of each map; weights: [maps][...]."""
    w8, bias, unit = [], [], []
    for w, b in zip(weights, biases):
        s = max(np.abs(w).max() / 127, abs(b) / (x.scale * 2**28))
        whole = np.floor(w / s + 0.5).astype(np.int64)
        w8.append(whole)
        bias.append(rounded(b / (s * x.scale) - x.zero * float(whole.sum() * bytes_a_weight)))
        unit.append(float(s) * x.scale)
    return np.array(w8), np.array(bias), unit


def factors(unit, fine):
    """shift and factor of each map, and the doublings that all share."""
    d = 1
    while any(rounded(2**15 * u * fine / 2**d) > 32767 for u in unit):
        d += 1
    shift, factor = [], []
    for u in unit:
        n = 0
        while u * fine * 2**n / 2**d < 0.5:
            n += 1
        shift.append(n)
        factor.append(min(32767, rounded(2**15 * u * fine * 2**n / 2**d)))
    return np.array(shift), np.array(factor), d


# ---- in integers: docs/int8.md ----------------------------------------------------------------------

def sat16(a):
    return np.clip(a, -32768, 32767)


def mul(a, b):
    return (a * b + 2**14) >> 15


def tanh13(a):
    """A straight line through two of the numbers, on both sides of 0."""
    i = np.clip(a >> 10, -32, 31)
    n = np.where(i < 0, -1 - i, i)
    rise = TANH[n + 1] - TANH[n]
    base = (TANH[n] - n * rise) * np.where(i < 0, -1, 1)
    return base + mul(a, 32 * rise)


def along_maps(values, sums):
    """One value a map, shaped to meet [pictures][maps][...]."""
    return np.array(values).reshape([1, -1] + [1] * (sums.ndim - 2))


def windows(sums):
    """The four of each 2x2 window, in front."""
    return np.stack([sums[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)])


def half(shift):
    return np.where(shift > 0, 1 << np.maximum(shift - 1, 0), 0)


def to_bytes(sums, unit, activation, pool):
    """A row's bytes behind its activation and the pool that follows it. Calibrated by the sums."""
    if activation == "relu":
        farthest = max([0.0] + [int(sums[:, m].max()) * u for m, u in enumerate(unit)])
        scale, zero, share = farthest / 255, 0, 1024
        fine = 32 / scale
    else:
        scale, fine = {"tanh": (1 / 127, 2**13), "scaled": (1.7159 / 127, 2**13 * 2 / 3)}[activation]
        zero, share = 128, 508
    shift, factor, doublings = factors(unit, fine)
    sums = sums + along_maps(half(shift), sums)
    if pool == "M":
        sums = windows(sums).max(axis=0)
    v = sat16(sums >> along_maps(shift, sums))
    a = sat16(mul(v, along_maps(factor, v)) << doublings)
    h = np.clip(a, 0, 8160) if activation == "relu" else tanh13(a)
    if pool == "A":
        h, share = windows(h).sum(axis=0), share // 4
    return Bytes(np.clip(mul(h, share) + zero, 0, 255), scale, zero)


def to_scores(sums, w8, bias, unit):
    """For dense sums [pictures][classes]."""
    shift = []
    for w, b in zip(w8, bias):
        n = 0
        while (255 * int(np.abs(w).sum()) + abs(int(b))) / 2**n + 1 > 32767:
            n += 1
        shift.append(n)
    most = max(u * 2**n for u, n in zip(unit, shift))
    factor = [rounded(32767 * u * 2**n / most) for u, n in zip(unit, shift)]
    shift = np.array(shift)
    return ((sums + half(shift)) >> shift) * np.array(factor)


def convolve(bytes_in, w8, bias):
    k = w8.shape[-1]
    seen = np.lib.stride_tricks.sliding_window_view(bytes_in, (k, k), axis=(2, 3))
    sums = np.einsum("pmrcij,omij->porc", seen, w8, optimize=True)
    return sums + along_maps(bias, sums)


def centred(digits, side):
    border = (side - digits.shape[1]) // 2
    return np.pad(digits, ((0, 0), (border, border), (border, border)))[:, None]


def scores(name, digits):
    notation, scale, offset, tensors = model(name)
    rows = re.findall(r" ([A-Z])(\d+)(?:@\d+)?(?::(\w+))?", notation)
    x = Bytes(centred(digits, int(notation.split("x")[0])), scale, -offset / scale)
    for number, (kind, size, word) in enumerate(rows):
        last = number == len(rows) - 1
        after = "" if last else rows[number + 1][0]
        key = f"{kind.lower()}{number + 1 - (notation.split()[1] == 'P2')}"
        if kind == "P":
            p = int(size)
            x.at = np.pad(x.at, ((0, 0), (0, 0), (p, p), (p, p)), constant_values=rounded(x.zero))
            continue
        if kind in "AM":
            continue  # went with the convolution before it
        if kind == "R":
            weights = np.array([[2.0 if cell == "#" else -2.0 for line in CODES
                                 for cell in line.split()[digit]] for digit in range(10)])
            biases = np.zeros(10)
        else:
            weights, biases = tensors[key + ".weight"], tensors[key + ".bias"]
        if word == "table1":
            crosses = np.array([[cell == "X" for cell in line] for line in TABLE1])
            weights = weights * crosses.T[:, :, None, None]
        w8, bias, unit = integer_weights(weights, biases, x, 4 if kind == "S" else 1)
        if kind == "C":
            sums = convolve(x.at, w8, bias)
        elif kind == "S":
            of_windows = windows(x.at).sum(axis=0)
            sums = of_windows * along_maps(w8, of_windows) + along_maps(bias, of_windows)
        else:
            sums = x.at.reshape(len(x.at), -1) @ w8.reshape(len(w8), -1).T + bias
        if last:
            return to_scores(sums, w8, bias, unit)
        activation = word if word in ("tanh", "relu") else "scaled"
        x = to_bytes(sums, unit, activation, after if kind == "C" and after in "AM" else "")
    raise ValueError(f"{name}: a last row without scores")


def main():
    digits = pictures()
    with open(os.path.join(HERE, "int8.txt"), "w") as file:
        for name in MODELS:
            file.write(f"model {name}\n")
            for line in scores(name, digits):
                file.write(" ".join(str(score) for score in line) + "\n")


if __name__ == "__main__":
    main()
