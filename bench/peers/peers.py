"""peers.py - who is compared: where each peer is found, how it is started and asked.

A peer is a program. PEER WORK FOLDER THREADS [...] does one piece of work and prints one JSON
document, as README.md says.
"""

import collections
import json
import os
import shutil
import subprocess
import sys

from materials import lenet

HERE = os.path.dirname(os.path.abspath(__file__))
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # peers are started without these
RATE, MOMENTUM = 0.02, 0.9  # of training; as in each peer


class Failed(Exception):
    """A peer did not do its work; the message says why."""


def run(line, threads=None, limit=180):
    """What a program prints within so many seconds."""
    environment = {k: v for k, v in os.environ.items() if k not in SLOWING}
    if threads:
        environment["OMP_NUM_THREADS"] = str(threads)
    try:
        done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=environment, timeout=limit)
    except subprocess.TimeoutExpired:
        raise Failed(f"not done after {limit} s") from None
    except OSError as error:
        raise Failed(str(error)) from None
    if done.returncode != 0:
        reasons = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Failed(reasons[-1])
    return done.stdout


# ---------------------------------------------------------------- where they are


def python_with(module):
    """The first Python that has a module: this one, the one in PATH, the system's."""
    test = f"import importlib.util as u, sys; sys.exit(u.find_spec('{module}') is None)"
    for python in (sys.executable, shutil.which("python3"), "/usr/bin/python3"):
        if python and os.path.exists(python):
            if subprocess.run([python, "-c", test], stderr=subprocess.DEVNULL).returncode == 0:
                return python
    return None


def find_pytorch(form):
    python = python_with("torch")
    return python and [python, os.path.join(HERE, "pytorch.py"), form]


def find_onnxruntime(folder):
    node, python = shutil.which("node"), python_with("onnx")
    if not node or not python or not os.path.exists(f"{HERE}/node_modules/onnxruntime-node"):
        return None
    run([python, os.path.join(HERE, "make_onnx.py"), folder])
    return [node, os.path.join(HERE, "onnxruntime.js")]


def find_onednn(folder):
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if not compiler:
        return None
    header = "#include <oneapi/dnnl/dnnl.h>\n"
    if subprocess.run([compiler, "-E", "-x", "c", "-"], input=header, text=True,
                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        return None
    program = os.path.join(folder, "onednn")
    run([compiler, "-std=gnu11", "-O3", "-march=native", "-fopenmp", "-o", program,
         os.path.join(HERE, "onednn.c"), os.path.join(HERE, "onednn_net.c"), "-ldnnl", "-lm"])
    return [program]


# find: a function of the folder of materials that gives the command, or None where it is not
# installed; install: the command that does
Peer = collections.namedtuple("Peer", "name title kinds find install")
INFERENCE, ALL = ("forward", "latency"), ("train", "forward", "latency")
APT = "sudo apt-get install "
PYTORCH = APT + "python3-torch libopenblas0-pthread"
PEERS = [
    Peer("pytorch", "PyTorch", ALL, lambda folder: find_pytorch("eager"), PYTORCH),
    Peer("pytorch-traced", "PyTorch, traced", ALL, lambda folder: find_pytorch("traced"), PYTORCH),
    Peer("onnxruntime", "ONNX Runtime", INFERENCE, find_onnxruntime, APT +
         "nodejs npm python3-onnx && npm install --ignore-scripts --prefix bench/peers"),
    Peer("onednn", "oneDNN", ALL, find_onednn, APT + "libdnnl-dev"),
]


# ---------------------------------------------------------------- asking them

# How much of each kind of work is asked for: the pictures of an epoch, and seconds to measure;
# limit: seconds until a peer is given up.
Amount = collections.namedtuple("Amount", "images seconds limit")


class Theirs:
    """A peer that is there: measure() does one piece of work."""

    def __init__(self, peer, command, materials):
        self.name, self.title, self.kinds = peer.name, peer.title, peer.kinds
        self.command, self.materials = command, materials

    def ask(self, kind, threads, *numbers, limit=180):
        line = [*self.command, kind, self.materials.folder, threads, *numbers]
        printed = run(list(map(str, line)), threads, limit)
        try:
            return json.loads(printed)
        except ValueError:
            raise Failed(f"printed no JSON: {printed[:60]!r}") from None

    def check(self):
        """Asks for the answers of the trained network: (version, how many differ from lenet's)."""
        told = self.ask("answers", 1)
        theirs, ours = told.get("answers", ""), self.materials.answers
        if len(theirs) != len(ours):
            raise Failed(f"{len(theirs)} answers for {len(ours)} pictures")
        return told.get("version", "?"), sum(a != b for a, b in zip(theirs, ours))

    def measure(self, work, threads, amount):
        if work.kind == "train":
            told = self.ask("train", threads, work.batch, amount.images, limit=amount.limit)
            told["errors"] = self.materials.errors(told["answers"])
        else:
            told = self.ask(work.kind, threads, amount.seconds, limit=amount.limit)
        return told


class Ours:
    """lenet itself, measured by its own commands."""

    name, title, kinds = "lenet", "lenet", ALL

    def __init__(self, command, materials):
        self.command, self.materials = command, materials
        self.bench, self.read = None, set()

    def measure(self, work, threads, amount):
        if work.kind == "train":
            told = lenet(self.command, "train", "--net", "lenet5", "--data", self.materials.place,
                         "--init", self.materials.start, "--optimizer", "sgd", "--momentum",
                         MOMENTUM, "--lr", RATE, "--schedule", "constant", "--weight-decay", 0,
                         "--batch", work.batch, "--epochs", 1, "--validation", 0, "--samples",
                         amount.images, "--threads", threads, "--out", "none")
            epoch = told["epochs"][0]
            return {"seconds": epoch["seconds"], "loss": epoch["train_loss"],
                    "errors": told["test_errors"]}
        # One run of lenet bench gives all three figures; each is read once.
        if self.bench is None or work.name in self.read:
            self.bench, self.read = lenet(self.command, "bench", "--net", "lenet5", "--threads",
                                          threads, "--seconds", amount.seconds), set()
        self.read.add(work.name)
        if work.kind == "latency":
            latency = self.bench["latency_us"]
            return {"median_us": latency["median"], "p99_us": latency["p99"]}
        speed = self.bench["forward" if work.name == "forward1" else "forward_all"]
        return {"images_per_second": speed["images_per_second"]}
