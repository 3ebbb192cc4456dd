"""pytorch.py - lenet5 in PyTorch, two of the peers of compare.py: as it is written (eager), and
traced (torch.jit.trace; for inference frozen too). Which of the usual accelerations pays differs
between machines and versions: each run tries them for a moment and takes the fastest.

  pytorch.py eager|traced answers FOLDER THREADS                digits of the test images
  pytorch.py eager|traced forward FOLDER THREADS SECONDS        images/s, the best of several batches
  pytorch.py eager|traced latency FOLDER THREADS SECONDS        one image
  pytorch.py eager|traced train   FOLDER THREADS BATCH IMAGES   an epoch of SGD with momentum

What stands in FOLDER is said in materials.py, what is printed in README.md.
"""

import itertools
import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional

RATE, MOMENTUM = 0.02, 0.9  # as in compare.py
BATCHES = (32, 64, 256, 1000)
LAYOUTS = {"plain layout": torch.contiguous_format, "channels last": torch.channels_last}


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return bytearray(file.read())


def read_model(folder, name):
    """scale and offset of the inputs, and the parameters"""
    values = torch.frombuffer(read(folder, name), dtype=torch.float32)
    return values[0].item(), values[1].item(), values[2:]


def read_set(folder, name, scale, offset):
    pixels = torch.frombuffer(read(folder, name + ".images"), dtype=torch.uint8)
    labels = torch.frombuffer(read(folder, name + ".labels"), dtype=torch.uint8)
    return pixels.float().mul_(scale).add_(offset).reshape(-1, 1, 28, 28), labels.long()


def load(net, parameters):
    taken = 0
    with torch.no_grad():
        for tensor in net.parameters():
            tensor.copy_(parameters[taken : taken + tensor.numel()].view_as(tensor))
            taken += tensor.numel()
    assert taken == len(parameters)


def make_net(parameters, *last):
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10), *last)
    load(net, parameters)
    return net


def fastest(variants, seconds):
    """The name of the variant (a function that does some work and returns how much) that does most
    in a moment."""
    rates = {}
    for name, work in variants.items():
        for _ in range(5):  # traced code is compiled in its first runs
            work()
        start, done = time.perf_counter(), 0
        while time.perf_counter() - start < seconds:
            done += work()
        rates[name] = done / (time.perf_counter() - start)
    return max(rates, key=rates.get)


# ---------------------------------------------------------------- inference


def frozen(net, example):
    return torch.jit.freeze(torch.jit.trace(net, example))


def optimized(net, example):
    return torch.jit.optimize_for_inference(torch.jit.trace(net, example))


def inference_nets(form, parameters, batch):
    """name: (network, layout) of all ways to run `form`"""
    ways = {"": None} if form == "eager" else {"frozen, ": frozen, "optimised, ": optimized}
    made = {}
    for (way, make), (name, layout) in itertools.product(ways.items(), LAYOUTS.items()):
        net = make_net(parameters, nn.Softmax(1)).eval().to(memory_format=layout)
        example = torch.zeros(batch, 1, 28, 28).contiguous(memory_format=layout)
        made[way + name] = (make(net, example) if make else net, layout)
    return made


def batches_of(pictures, batch, layout):
    return [p.contiguous(memory_format=layout)
            for p in pictures.split(batch) if len(p) == batch]


def answers(form, parameters, pictures):
    digits = []
    for net, layout in inference_nets(form, parameters, 100).values():
        digits.append("".join(str(digit) for batch in pictures.split(100) for digit in
                              net(batch.contiguous(memory_format=layout)).argmax(1).tolist()))
    # All ways must answer alike: whichever differs most from the first is shown.
    return {"answers": max(digits, key=lambda d: sum(a != b for a, b in zip(d, digits[0])))}


def forward(form, parameters, pictures, seconds):
    variants = {}
    for batch in (batch for batch in BATCHES if batch <= len(pictures)):
        for name, (net, layout) in inference_nets(form, parameters, batch).items():
            turn = itertools.cycle(batches_of(pictures[:4000], batch, layout))
            variants[f"batch {batch}, {name}"] = lambda net=net, turn=turn: len(net(next(turn)))
    how = fastest(variants, seconds / 10)
    work, start, done = variants[how], time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        done += work()
    return {"images_per_second": done / (time.perf_counter() - start), "how": how}


def latency(form, parameters, pictures, seconds):
    nets = inference_nets(form, parameters, 1)
    turns = {name: itertools.cycle(batches_of(pictures[:1000], 1, layout))
             for name, (_, layout) in nets.items()}
    how = fastest({name: lambda net=net, turn=turns[name]: len(net(next(turn)))
                   for name, (net, _) in nets.items()}, seconds / 5)
    (net, _), turn, times = nets[how], turns[how], []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 100:
        picture = next(turn)
        start = time.perf_counter()
        net(picture)
        times.append(1e6 * (time.perf_counter() - start))
    times.sort()
    return {"median_us": times[len(times) // 2], "p99_us": times[len(times) * 99 // 100],
            "how": how}


# ---------------------------------------------------------------- training


class Learner:
    def __init__(self, form, parameters, training, batch, layout, foreach):
        self.pictures, self.labels = training
        self.layout = layout
        self.net = make_net(parameters).to(memory_format=layout)
        self.run = self.net
        if form == "traced":
            example = self.pictures[:batch].contiguous(memory_format=layout)
            self.run = torch.jit.trace(self.net, example)
        self.optimizer = torch.optim.SGD(
            self.net.parameters(), lr=RATE, momentum=MOMENTUM, foreach=foreach)

    def step(self, index):
        """Learns from the pictures of these numbers; their mean loss."""
        pictures = self.pictures.index_select(0, index).contiguous(memory_format=self.layout)
        self.optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(self.run(pictures), self.labels.index_select(0, index))
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def begin_again(self, parameters):
        load(self.net, parameters)
        self.optimizer.state.clear()


def train(form, parameters, training, test, batch, images):
    order = torch.randperm(images, generator=torch.Generator().manual_seed(1)).split(batch)
    order = [index for index in order if len(index) == batch]  # what is left over is no batch
    learners, trials = {}, {}
    for (name, layout), foreach in itertools.product(LAYOUTS.items(), (False, True)):
        learner = Learner(form, parameters, training, batch, layout, foreach)
        turn = itertools.cycle(order)
        name += ", foreach" if foreach else ""
        learners[name] = learner
        trials[name] = lambda learner=learner, turn=turn: learner.step(next(turn)).numel()
    how = fastest(trials, 0.2)
    learner = learners[how]
    learner.begin_again(parameters)
    start, loss = time.perf_counter(), torch.zeros(())
    for index in order:
        loss += learner.step(index)
    seconds = time.perf_counter() - start
    with torch.no_grad():
        digits = learner.net(test).argmax(1).tolist()
    return {"seconds": seconds * images / (len(order) * batch), "loss": loss.item() / len(order),
            "answers": "".join(map(str, digits)), "how": how}


def main(form, work, folder, threads, *numbers):
    torch.set_num_threads(int(threads))
    training = work == "train"
    scale, offset, parameters = read_model(
        folder, "start.floats" if training else "trained.floats")
    test, _ = read_set(folder, "test", scale, offset)
    if training:
        batch, images = map(int, numbers)
        result = train(form, parameters, read_set(folder, "train", scale, offset), test, batch,
                       images)
    else:
        work = {"answers": answers, "forward": forward, "latency": latency}[work]
        with torch.inference_mode():
            result = work(form, parameters, test, *map(float, numbers))
    print(json.dumps({"version": f"PyTorch {torch.__version__}", **result}))


if __name__ == "__main__":
    main(*sys.argv[1:])
