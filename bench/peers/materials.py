"""materials.py - what compare.py hands to each peer: pictures and weights as plain numbers.

Files of the folder, all without headers:
  train.images, test.images  bytes, [count][28][28], 0 is paper
  train.labels, test.labels  bytes, [count]
  start.floats, trained.floats  float32, little-endian: scale, offset (input = byte * scale +
                             offset), then the 61,706 parameters in PyTorch's order
  start.safetensors, trained.safetensors  the same as lenet wrote them
"""

import gzip
import json
import os
import struct
import subprocess

NET = "lenet5"
PARAMETERS = 61706
FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
         "t10k-labels-idx1-ubyte")


class Lacking(Exception):
    """Something without which nothing can be compared; the message says what."""


def lenet(command, *arguments):
    """Runs lenet and returns its JSON document."""
    line = [command, *map(str, arguments), "--json", "--quiet"]
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Lacking(done.stderr.strip() or f"{' '.join(line)}: exit code {done.returncode}")
    return json.loads(done.stdout)


def read_idx(folder, name, header):
    """The bytes of an IDX file, plain or .gz, without its header."""
    for path, opener in ((name, open), (name + ".gz", gzip.open)):
        path = os.path.join(folder, path)
        if os.path.exists(path):
            with opener(path, "rb") as file:
                return file.read()[header:]
    raise Lacking(f"{os.path.join(folder, name)}: not there, plain or as .gz")


def write_pictures(place, folder):
    """Unpacks the four files of a data set; returns how many pictures train and test have."""
    counts = []
    for part, names in (("train", FILES[:2]), ("test", FILES[2:])):
        images, labels = read_idx(place, names[0], 16), read_idx(place, names[1], 8)
        if len(images) != len(labels) * 784:
            raise Lacking(f"{place}: pictures are not of 28x28, or labels are missing")
        for name, content in (("images", images), ("labels", labels)):
            with open(os.path.join(folder, f"{part}.{name}"), "wb") as file:
                file.write(content)
        counts.append(len(labels))
    return counts


def write_floats(path):
    """Makes NAME.floats of NAME.safetensors."""
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    notes = header.pop("__metadata__")
    tensors = sorted(header.values(), key=lambda tensor: tensor["data_offsets"])
    weights = b"".join(
        content[8 + length + a : 8 + length + b] for a, b in (t["data_offsets"] for t in tensors)
    )
    if len(weights) != 4 * PARAMETERS or any(t["dtype"] != "F32" for t in tensors):
        raise Lacking(f"{path}: not a model of {NET}")
    scaling = struct.pack("<ff", float(notes["input_scale"]), float(notes["input_offset"]))
    with open(os.path.splitext(path)[0] + ".floats", "wb") as file:
        file.write(scaling + weights)


def find_place(command, data, folder):
    """(folder with the four files, what to call it) of a data set; lenet's own digits as `data`
    or where MNIST is not to be had."""
    if data is None:
        sets = lenet(command, "data", "list")["sets"]
        place = next((s["place"] for s in sets if s["name"] == "mnist"), None)
        data = "mnist" if place else "synthetic:60000"
    name, _, count = data.partition(":")
    if name != "synthetic":
        return lenet(command, "data", "info", data)["train"]["place"], data
    place = os.path.join(folder, "synthetic")
    for name in FILES:  # of an earlier run; lenet writes over nothing
        if os.path.exists(os.path.join(place, name)):
            os.remove(os.path.join(place, name))
    lenet(command, "data", "make", "synthetic", place, "--count", count or 60000)
    return place, "synthetic"


class Materials:
    """folder: where all of it is; place, name: the data set; train, test: numbers of pictures;
    answers: lenet's digit for each test picture, by the trained model; test_errors"""

    def __init__(self, command, data, folder):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.place, self.name = find_place(command, data, folder)
        self.train, self.test = write_pictures(self.place, folder)
        # The weights as they were drawn: one step of this rate leaves them there.
        self.start = self.make_model(command, "start", "--samples", 16, "--lr", 1e-9)
        trained = self.make_model(command, "trained")
        self.answers = self.ask(command, trained)
        self.test_errors = self.errors(self.answers)

    def make_model(self, command, name, *options):
        path = os.path.join(self.folder, name + ".safetensors")
        lenet(command, "train", "--net", NET, "--data", self.place, "--epochs", 1,
              "--validation", 0, "--seed", 1, "--out", path, *options)
        write_floats(path)
        return path

    def ask(self, command, model):
        document = lenet(command, "eval", "--model", model, "--data", self.place,
                         "--mistakes", self.test)
        with open(os.path.join(self.folder, "test.labels"), "rb") as file:
            self.labels = file.read().translate(bytes((48 + i) % 256 for i in range(256))).decode()
        answers = list(self.labels)
        for mistake in document["mistakes"]:
            answers[mistake["index"]] = str(mistake["answer"])
        return "".join(answers)

    def errors(self, answers):
        return sum(a != b for a, b in zip(answers, self.labels))
