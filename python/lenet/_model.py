"""Networks and their parameters."""

from __future__ import annotations

import ctypes
import os
import threading
from typing import Any, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from . import _native
from ._native import Handle, call, create, encode, library

_KINDS = ("pad", "conv", "average_pool", "max_pool", "subsample", "dense", "rbf")
_ACTIVATIONS = ("linear", "tanh", "scaled", "sigmoid", "relu", "softmax")


class Row(NamedTuple):
    """A row of a network.

    name: "C1"; kind: "conv"; activation: "tanh"; input, output: (maps, rows, columns); size: the side of
    a kernel or window, or a border's width; parameters, connections, macs: as `lenet show` counts them.
    """

    name: str
    kind: str
    activation: str
    input: Tuple[int, int, int]
    output: Tuple[int, int, int]
    size: int
    parameters: int
    connections: int
    macs: int


class Notes:
    """The notes of a model, such as "net", "data", "recipe" and "test_error": texts by their keys."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def get(self, key: str, otherwise: Optional[str] = None) -> Optional[str]:
        note = library.lenet_model_note(self._handle.pointer, encode(key, "a note's key"))
        return otherwise if note is None else note.decode()

    def __getitem__(self, key: str) -> str:
        note = self.get(key)
        if note is None:
            raise KeyError(key)
        return note

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __setitem__(self, key: str, value: str) -> None:
        call("lenet_model_set_note", self._handle.pointer, encode(key, "a note's key"),
             encode(value, "a note"))

    def __delitem__(self, key: str) -> None:
        self[key]  # a KeyError where there is none
        call("lenet_model_set_note", self._handle.pointer, encode(key, "a note's key"), None)


def pictures(images: Any) -> np.ndarray:
    """uint8 [count][rows][columns], contiguous; one picture is a batch of one."""
    array = np.asarray(images)
    if array.dtype != np.uint8:
        raise TypeError(f"pictures are made of bytes (uint8), not of {array.dtype}")
    if array.ndim == 2:
        array = array[np.newaxis]
    if array.ndim != 3 or 0 in array.shape[1:]:
        raise ValueError(f"pictures are [count][rows][columns], not {list(np.shape(images))}")
    return np.ascontiguousarray(array)


class Model:
    """A network with its learned parameters: from load() or create(), or what train() returns.

    Threads may share one: calls that use it take turns, also with an epoch of train().
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._lock = threading.RLock()  # a callback of train() may use the model between two steps
        self._session: Optional[Handle] = None
        self._network = library.lenet_model_network(handle.pointer).contents
        self._layout = library.lenet_model_layout(handle.pointer).contents

    def __repr__(self) -> str:
        return f"<lenet.Model {self.notation}>"

    # ---- what it is ----

    @property
    def notation(self) -> str:
        """The network in one line: "28x28 P2 C6@5:tanh ..."."""
        text = ctypes.create_string_buffer(_native.MAX_NOTATION)
        library.lenet_network_print(ctypes.byref(self._network), text)
        return text.value.decode()

    @property
    def classes(self) -> int:
        return self._layout.classes

    @property
    def shape(self) -> Tuple[int, int]:
        """Rows and columns of its input."""
        return self._network.rows, self._network.columns

    @property
    def input(self) -> Tuple[float, float]:
        """scale and offset by which bytes become inputs: byte * scale + offset."""
        scaling = library.lenet_model_input(self._handle.pointer)
        return scaling.scale, scaling.offset

    @property
    def rows(self) -> List[Row]:
        """The rows of the network in order."""
        return [self._row(i) for i in range(self._network.row_count)]

    def _row(self, i: int) -> Row:
        row, layer = self._network.row[i], self._layout.layer[i]
        return Row(layer.name.decode(), _KINDS[row.kind], _ACTIVATIONS[row.activation],
                   (layer.input_maps, layer.input_rows, layer.input_columns),
                   (layer.maps, layer.rows, layer.columns), row.size, layer.parameters,
                   layer.connections, layer.macs)

    @property
    def notes(self) -> Notes:
        """Texts that travel with the model: model.notes["test_error"]."""
        return Notes(self._handle)

    # ---- its parameters ----

    @property
    def parameters(self) -> np.ndarray:
        """All parameters, float32 [parameter_count]: a view, what is written there counts at once."""
        count = self._layout.parameter_count
        address = library.lenet_model_parameters_mut(self._handle.pointer)
        memory = (ctypes.c_float * count).from_address(address)
        memory.owner = self._handle  # the view keeps the model
        return np.frombuffer(memory, np.float32)

    def _layer(self, name: str) -> Any:
        for i in range(self._network.row_count):
            if self._layout.layer[i].name == encode(name, "a row's name"):
                return self._network.row[i], self._layout.layer[i]
        raise KeyError(name)

    def weights(self, name: str) -> np.ndarray:
        """A view of the weights of a row: float32 [maps][input maps][size][size] of a convolution,
        [units][inputs] of a dense row, [maps] of a subsampling; what a sparse table leaves out is 0."""
        row, layer = self._layer(name)
        flat = self.parameters[layer.weight_offset:layer.weight_offset + layer.weight_count]
        if _KINDS[row.kind] == "conv":
            return flat.reshape(layer.maps, layer.input_maps, row.size, row.size)
        return flat.reshape(layer.maps, -1) if _KINDS[row.kind] == "dense" else flat

    def biases(self, name: str) -> np.ndarray:
        """A view of the biases of a row: float32 [maps], or [units]."""
        _, layer = self._layer(name)
        return self.parameters[layer.bias_offset:layer.bias_offset + layer.bias_count]

    # ---- what it does ----

    def _scratch(self) -> Optional[int]:
        """The session, which is made when it is first asked for."""
        if self._session is None:
            self._session = create("lenet_session_create", "lenet_session_free",
                                   self._handle.pointer, _native.find_isa("best"),
                                   keeps=(self._handle,))
        return self._session.pointer

    def _classify(self, batch: np.ndarray) -> np.ndarray:
        count, rows, columns = batch.shape
        probabilities = np.empty((count, self.classes), np.float32)
        if count > 0:
            call("lenet_classify", self._scratch(), batch.ctypes.data, rows, columns, count,
                 probabilities.ctypes.data)
        return probabilities

    def classify(self, images: Any) -> np.ndarray:
        """The probability of each class: float32 [count][classes].

        images: uint8 [count][rows][columns] or one [rows][columns], as MNIST has them: 0 paper .. 255
        ink. Smaller ones than the network's input are put in its middle. For photographs: predict().
        """
        batch = pictures(images)
        with self._lock:
            return self._classify(batch)

    def feature_maps(self, image: Any) -> List[np.ndarray]:
        """What each row makes of one picture as for classify(): float32 [maps][rows][columns], one
        array for each of `rows`, after its activation."""
        batch = pictures(image)
        if len(batch) != 1:
            raise ValueError(f"feature maps are those of one picture, not of {len(batch)}")
        maps = [np.empty(row.output, np.float32) for row in self.rows]
        with self._lock:
            self._classify(batch)
            for i, out in enumerate(maps):
                call("lenet_session_maps", self._scratch(), i, out.ctypes.data)
        return maps

    def copy(self) -> "Model":
        """Another model with the same parameters and notes."""
        return Model(create("lenet_model_copy", "lenet_model_free", self._handle.pointer))

    def save(self, path: Any) -> None:
        """Writes a safetensors file, which `lenet` and load() read; all of it or nothing."""
        call("lenet_model_save", self._handle.pointer, encode(path, "a path"))


def builtin_models() -> List[str]:
    """The names of the models that ship inside the library; the first is the default."""

    def names() -> Iterator[str]:
        table, i = library.lenet_builtin_names(), 0
        while table[i] is not None:
            yield table[i].decode()
            i += 1

    return list(names())


def load(model: Any = None) -> Model:
    """The model of a file, or the one of this name that ships inside the library; without either the
    default one."""
    if model is None or (isinstance(model, str) and model in builtin_models()):
        name = None if model is None else encode(model, "a model's name")
        return Model(create("lenet_builtin_load", "lenet_model_free", name))
    path = encode(model, "a model's path")
    if not os.path.exists(path) and os.path.basename(path) == path and b"." not in path:
        raise _native.Error(_native.Status.CANNOT_READ,
                            f"'{model}' is neither a file nor one of {', '.join(builtin_models())}")
    return Model(create("lenet_model_load", "lenet_model_free", path))


def create_model(net: str, seed: int = 1, input: Optional[Tuple[float, float]] = None) -> Model:
    """A model with fresh weights.

    net: a network by its name ("lenet5") or its one-line notation; seed: decides the weights; input:
    scale and offset of bytes, else what is usual for the network.
    """
    seed = _native.whole(seed, 0, _native.MOST_SEED, "a seed")
    variant = library.lenet_variant_find(encode(net, "a network"))
    network = _native.Network()
    if variant:
        ctypes.pointer(network)[0] = variant.contents.network
    else:
        call("lenet_network_parse", encode(net, "a network"), ctypes.byref(network))
    scaling = library.lenet_input_default(ctypes.byref(network)) if input is None \
        else _native.Input(*input)
    return Model(create("lenet_model_create", "lenet_model_free", ctypes.byref(network), scaling,
                        seed))
