#!/usr/bin/env python3
"""Writes golden.txt and golden.bin: what PyTorch makes of the networks below, in double.

Nothing of liblenet is used here: layers, loss, gradients and optimisers are PyTorch's, and the
connection table is typed from the paper. Weights, pictures and labels are not stored; golden.h
makes the same ones from the same formula. README.md describes the files.
"""

import os
import struct

import numpy as np
import torch
from torch import nn

from paper import CODES, TABLE1, TABLE_LENET1

IMAGES = 20  # not a multiple of 16, so that the last block of lanes is partly empty
STEPS = 10
CLASSES = 10
# Powers of two, so that inputs are the same numbers in float and in double.
INPUT_SCALE, INPUT_OFFSET = 1 / 256, -1 / 8
# The library's recipe holds floats; PyTorch gets the same numbers.
SGD_RATE, SGD_MOMENTUM = float(np.float32(0.05)), float(np.float32(0.9))
SMALL_RATE = float(np.float32(0.001))  # of SGD where distances are learned
ADAM_RATE = float(np.float32(0.001))
GRADIENTS_KEPT, PARAMETERS_KEPT = 2500, 128  # values of a tensor that are stored, about

# Streams of the formula. A parameter tensor's stream is its number, from 0.
STREAM_PIXELS, STREAM_LABELS, STREAM_MIX = 1000, 1001, 1002
RUBBISH = 5.0  # j of eq. (9)


def splitmix(stream, count):
    """64 bits for each of `count` places of a stream: the output function of SplitMix64."""
    z = np.arange(1, count + 1, dtype=np.uint64) + (np.uint64(stream) << np.uint64(32))
    with np.errstate(over="ignore"):
        z *= np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def unit(stream, count):
    """Numbers of [-1, 1) with 24 bits: exact in float."""
    return ((splitmix(stream, count) >> np.uint64(40)).astype(np.float64) - 2**23) / 2**23


def bound(fan_in):
    """The largest power of two b with b^2 fan_in <= 3."""
    b = 1.0
    while b * b * fan_in > 3:
        b /= 2
    return b


class ScaledTanh(nn.Module):
    def forward(self, a):
        return 1.7159 * torch.tanh(2 * a / 3)


class TableConv(nn.Conv2d):
    """A convolution in which only the crosses of a table exist."""

    def __init__(self, table):
        super().__init__(len(table), len(table[0]), 5)
        cross = torch.tensor([[c == "X" for c in row] for row in table])
        self.register_buffer("cross", cross.T.double()[:, :, None, None])

    def forward(self, x):
        return nn.functional.conv2d(x, self.weight * self.cross, self.bias)


class Subsample(nn.Module):
    """A 2x2 window's sum times a coefficient, plus a bias, for each map."""

    def __init__(self, maps):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(maps))
        self.bias = nn.Parameter(torch.zeros(maps))

    def forward(self, x):
        total = 4 * nn.functional.avg_pool2d(x, 2)
        return self.weight[:, None, None] * total + self.bias[:, None, None]


class Distances(nn.Module):
    """Squared distances to each class's code, eq. (7)."""

    def __init__(self, codes):
        super().__init__()
        self.register_buffer("codes", codes)

    def forward(self, x):
        return ((x[:, None, :] - self.codes[None]) ** 2).sum(2)


def digit_codes():
    rows = [row.split() for row in CODES]
    flat = ["".join(row[digit] for row in rows) for digit in range(CLASSES)]
    return torch.tensor([[1.0 if c == "#" else -1.0 for c in code] for code in flat]).double()


def lenet5():
    return nn.Sequential(
        nn.ZeroPad2d(2),
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(),
        nn.Linear(120, 84), nn.Tanh(),
        nn.Linear(84, 10))


def lenet5_conv():
    return nn.Sequential(
        nn.ZeroPad2d(2),
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(),
        nn.Linear(120, 84), nn.Tanh(),
        nn.Linear(84, 10))


def lenet5_d2l():
    return nn.Sequential(
        nn.ZeroPad2d(2),
        nn.Conv2d(1, 6, 5), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Sigmoid(),
        nn.Linear(120, 84), nn.Sigmoid(),
        nn.Linear(84, 10))


def mixed():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), ScaledTanh(), nn.MaxPool2d(2),
        TableConv(TABLE1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten(),
        nn.Linear(120, 84), ScaledTanh(),
        nn.Linear(84, 10))


def lenet5_1998():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), ScaledTanh(), Subsample(6), ScaledTanh(),
        TableConv(TABLE1), ScaledTanh(), Subsample(16), ScaledTanh(),
        nn.Conv2d(16, 120, 5), ScaledTanh(), nn.Flatten(),
        nn.Linear(120, 84), ScaledTanh(), Distances(digit_codes()))


def lenet1():
    return nn.Sequential(
        nn.Conv2d(1, 4, 5), ScaledTanh(), Subsample(4), ScaledTanh(),
        TableConv(TABLE_LENET1), ScaledTanh(), Subsample(12), ScaledTanh(), nn.Flatten(),
        nn.Linear(192, 10), ScaledTanh(), Distances(2 * torch.eye(CLASSES).double() - 1))


def cross_entropy(output, labels):
    return nn.CrossEntropyLoss()(output, labels)


def map_loss(distances, labels):
    """Eq. (9), the mean over pictures."""
    rubbish = torch.full((len(labels), 1), -RUBBISH, dtype=torch.float64)
    total = torch.logsumexp(torch.cat([-distances, rubbish], 1), 1)
    return (distances.gather(1, labels[:, None])[:, 0] + total).mean()


def mse_loss(distances, labels):
    """Eq. (8), the mean over pictures."""
    return distances.gather(1, labels[:, None]).mean()


# Notation, gain (a power of two on all weights, so that pictures differ in the end), module,
# what training makes small; distances y stand for scores -y.
NETWORKS = [
    ("28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F120:tanh F84:tanh F10:softmax", 2, lenet5, cross_entropy),
    ("28x28 P2 C6@5:tanh A2 C16@5:tanh A2 C120@5:tanh F84:tanh F10:softmax", 2,
     lenet5_conv, cross_entropy),
    ("28x28 P2 C6@5:sigmoid A2 C16@5:sigmoid A2 F120:sigmoid F84:sigmoid F10:softmax", 8,
     lenet5_d2l, cross_entropy),
    ("32x32 C6@5 M2 C16@5:table1:relu M2 C120@5:relu F84 F10:softmax", 2, mixed, cross_entropy),
    ("32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 R10", 0.5, lenet5_1998, map_loss),
    ("28x28 C4@5 S2 C12@5:lenet1 S2 F10:scaled", 0.5, lenet1, mse_loss),
]


def make_model(gain, build):
    model = build().double()
    stream = 0
    with torch.no_grad():
        for module in model:
            if not hasattr(module, "weight"):
                continue
            weight, bias = module.weight, module.bias
            b = gain * bound(weight[0].numel())
            weight.copy_(torch.from_numpy(b * unit(stream, weight.numel())).view_as(weight))
            bias.copy_(torch.from_numpy(b * unit(stream + 1, bias.numel())))
            if isinstance(module, TableConv):
                weight *= module.cross
            stream += 2
    return model


def make_images(side):
    """The mean of noise in 4x4 blocks, which pooling lets through, and of noise in pixels; in every
    other picture 12 columns of paper, on which all pixels of a maximum's window are equal."""
    noise = splitmix(STREAM_PIXELS, IMAGES * side * side) >> np.uint64(56)
    fine = noise.astype(np.int64).reshape(IMAGES, 1, side, side)
    coarse = fine[:, :, ::4, ::4].repeat(4, axis=2).repeat(4, axis=3)  # a block's first pixel
    pixels = (fine + coarse) // 2
    pixels[1::2, :, :, :12] = 0
    return torch.from_numpy(pixels.astype(np.float64) * INPUT_SCALE + INPUT_OFFSET)


def make_labels():
    return torch.from_numpy((splitmix(STREAM_LABELS, IMAGES) % np.uint64(CLASSES)).astype(np.int64))


class Writer:
    def __init__(self):
        self.index, self.values = [], []

    def network(self, notation, gain):
        self.index.append(f"network {gain} {notation}")

    def tensor(self, name, tensor, keep):
        """Three sums over all of a tensor, then every step-th value of it."""
        flat = tensor.detach().numpy().reshape(-1)
        step = -(-flat.size // keep)
        self.index.append(f"tensor {name} {flat.size} {step} {len(self.values)}")
        self.values += [flat.sum(), (flat * flat).sum(), (flat * unit(STREAM_MIX, flat.size)).sum()]
        self.values += list(flat[::step])

    def save(self, folder):
        with open(os.path.join(folder, "golden.txt"), "w", encoding="ascii") as file:
            file.write("\n".join(self.index) + "\n")
        with open(os.path.join(folder, "golden.bin"), "wb") as file:
            file.write(struct.pack(f"<{len(self.values)}d", *self.values))


def train(writer, name, gain, build, criterion, images, labels, make_optimizer):
    model = make_model(gain, build)
    optimizer = make_optimizer(model.parameters())
    for _ in range(STEPS):
        optimizer.zero_grad()
        criterion(model(images), labels).backward()
        optimizer.step()
    for i, parameter in enumerate(model.parameters()):
        writer.tensor(f"{name}.{i}", parameter, PARAMETERS_KEPT)


def main():
    torch.set_num_threads(1)
    writer = Writer()
    labels = make_labels()
    for notation, gain, build, criterion in NETWORKS:
        writer.network(notation, gain)
        images = make_images(int(notation[:2]))
        model = make_model(gain, build)
        output = model(images)
        logits = output if criterion is cross_entropy else -output
        loss = cross_entropy(logits, labels)
        criterion(output, labels).backward()
        writer.tensor("probabilities", torch.softmax(logits, 1), IMAGES * CLASSES)
        writer.tensor("loss", loss, 1)
        for i, parameter in enumerate(model.parameters()):
            size = parameter.numel()
            writer.tensor(f"gradient.{i}", parameter.grad,
                          GRADIENTS_KEPT if size <= GRADIENTS_KEPT else 256)
        rate = SGD_RATE if criterion is cross_entropy else SMALL_RATE
        train(writer, "sgd", gain, build, criterion, images, labels,
              lambda p: torch.optim.SGD(p, lr=rate, momentum=SGD_MOMENTUM))
        train(writer, "adam", gain, build, criterion, images, labels,
              lambda p: torch.optim.Adam(p, lr=ADAM_RATE, betas=(0.9, 0.999), eps=1e-8))
        print(f"{notation}: loss {loss.item():.6f}")
    writer.save(os.path.dirname(os.path.abspath(__file__)))
    print(f"torch {torch.__version__}, numpy {np.__version__}: {len(writer.values)} values")


if __name__ == "__main__":
    main()
