"""The library as ctypes sees it: where it is, its structs and its functions.

Nothing here is for those who use the package. Every struct, constant and function stands as in
include/lenet.h; tests/test_layout.py has a C compiler compare them.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import enum
import operator
import os
import sys
import weakref
from ctypes import (CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_double, c_float,
                    c_int, c_long, c_longlong, c_size_t, c_ssize_t, c_uint8, c_uint32, c_uint64,
                    c_void_p)
from typing import Any, Optional

__version__ = "0.1.0"

MAX_ROWS = 16
MAX_CLASSES = 128
MAX_NOTATION = 512
NONDIGIT = 10
TRAIN, TEST = 0, 1
GREY, GREY_ALPHA, RGB, RGBA = 0, 1, 2, 3


class Status(enum.IntEnum):
    """Why a call of the library failed: lenet_status."""

    OK = 0
    NO_MEMORY = 1
    BAD_ARGUMENT = 2
    BAD_NOTATION = 3
    BAD_FILE = 4
    CANNOT_READ = 5
    CANNOT_WRITE = 6
    NO_DATA = 7
    BAD_HASH = 8
    NO_NETWORK = 9
    NO_DIGIT = 10
    DIVERGED = 11
    STOPPED = 12
    UNSUPPORTED = 13


class Error(Exception):
    """A failure that the library reports.

    status: why, a Status; message: one line for people; position: the byte or the column where it was
    noticed, or -1.
    """

    def __init__(self, status: int, message: str, position: int = -1) -> None:
        super().__init__(message)
        self.status = Status(status)
        self.message = message
        self.position = position

    def __reduce__(self):  # so that it comes whole out of another process
        return Error, (int(self.status), self.message, self.position)


# ---------------------------------------------------------------- structs ----------------------


class ErrorRecord(Structure):
    _fields_ = [("status", c_int), ("position", c_longlong), ("message", c_char * 320)]


class Row(Structure):
    _fields_ = [("kind", c_int), ("maps", c_int), ("size", c_int), ("connections", c_int),
                ("activation", c_int)]


class Network(Structure):
    _fields_ = [("rows", c_int), ("columns", c_int), ("row_count", c_int), ("row", Row * MAX_ROWS)]


class Variant(Structure):
    _fields_ = [("name", c_char_p), ("source", c_char_p), ("network", Network)]


class Layer(Structure):
    _fields_ = [("name", c_char * 8),
                ("input_maps", c_int), ("input_rows", c_int), ("input_columns", c_int),
                ("maps", c_int), ("rows", c_int), ("columns", c_int),
                ("parameters", c_long), ("connections", c_long), ("macs", c_long),
                ("weight_offset", c_size_t), ("weight_count", c_size_t),
                ("bias_offset", c_size_t), ("bias_count", c_size_t)]


class Layout(Structure):
    _fields_ = [("layer", Layer * MAX_ROWS), ("classes", c_int), ("parameters", c_long),
                ("connections", c_long), ("macs", c_long), ("parameter_count", c_size_t)]


class Input(Structure):
    _fields_ = [("scale", c_float), ("offset", c_float)]


class Image(Structure):
    _fields_ = [("width", c_int), ("height", c_int), ("pixels", POINTER(c_uint8))]


class Prediction(Structure):
    _fields_ = [("digit", c_int), ("confidence", c_float), ("scores", c_float * MAX_CLASSES),
                ("none", c_float), ("x", c_int), ("y", c_int), ("width", c_int), ("height", c_int),
                ("seen", c_uint8 * 784)]


class Choice(Structure):
    _fields_ = [("character", c_char), ("probability", c_float)]


class ReadDigit(Structure):
    _fields_ = [("digit", c_int), ("confidence", c_float), ("scores", c_float * 11), ("x", c_int),
                ("y", c_int), ("width", c_int), ("height", c_int), ("seen", c_uint8 * 784),
                ("character", c_char), ("spaces", c_int), ("choices", c_int),
                ("choice", Choice * 4)]


class ReadLine(Structure):
    _fields_ = [("count", c_int), ("digit", POINTER(ReadDigit)), ("confidence", c_float)]


class Reading(Structure):
    _fields_ = [("count", c_int), ("line", POINTER(ReadLine))]


FETCH = CFUNCTYPE(None, c_void_p, c_uint32, c_size_t, c_void_p, c_size_t, c_void_p, c_void_p)


class Samples(Structure):
    _fields_ = [("first", c_size_t), ("count", c_size_t), ("rows", c_int), ("columns", c_int),
                ("classes", c_int), ("fetch", FETCH), ("context", c_void_p)]


class Augmentation(Structure):
    _fields_ = [(name, c_float) for name in (
        "shift", "scale", "squeeze", "shear", "rotate", "alpha", "sigma", "stroke", "occlude", "blur",
        "contrast", "noise", "flip", "invert")]


class Answer(Structure):
    _fields_ = [("label", c_uint8), ("answer", c_uint8), ("confidence", c_float),
                ("margin", c_float)]


class Measure(Structure):
    _fields_ = [("samples", c_size_t), ("errors", c_size_t), ("loss", c_double),
                ("seconds", c_double), ("confusion", c_uint32 * MAX_CLASSES * MAX_CLASSES)]


class Recipe(Structure):
    _fields_ = [("epochs", c_int), ("batch", c_int), ("optimizer", c_int), ("learning_rate", c_float),
                ("momentum", c_float), ("weight_decay", c_float), ("schedule", c_int),
                ("step_epochs", c_int), ("step_factor", c_float), ("mu", c_float),
                ("curvature_samples", c_int), ("loss", c_int), ("rubbish", c_float),
                ("warmup", c_float), ("ema", c_float), ("label_smoothing", c_float),
                ("dropout", c_float), ("distillation", c_float), ("temperature", c_float),
                ("seed", c_uint64)]


class Progress(Structure):
    _fields_ = [("epoch", c_int), ("epochs", c_int), ("done", c_size_t), ("total", c_size_t),
                ("loss", c_double), ("seconds", c_double)]


class Epoch(Structure):
    _fields_ = [("epoch", c_int), ("train_loss", c_double), ("train_error", c_double),
                ("validation_loss", c_double), ("validation_error", c_double),
                ("learning_rate", c_double), ("lowest_rate", c_double), ("highest_rate", c_double),
                ("seconds", c_double), ("train_seconds", c_double), ("best", c_bool),
                ("plateau", c_bool)]


PROGRESS = CFUNCTYPE(c_bool, c_void_p, POINTER(Progress))

# The name of each in lenet.h.
STRUCTS = {
    "lenet_error": ErrorRecord, "lenet_row": Row, "lenet_network": Network, "lenet_variant": Variant,
    "lenet_layer": Layer, "lenet_layout": Layout, "lenet_input": Input, "lenet_image": Image,
    "lenet_prediction": Prediction, "lenet_choice": Choice, "lenet_read_digit": ReadDigit, "lenet_read_line": ReadLine,
    "lenet_reading": Reading, "lenet_samples": Samples, "lenet_augmentation": Augmentation,
    "lenet_answer": Answer, "lenet_measure": Measure, "lenet_recipe": Recipe,
    "lenet_progress": Progress, "lenet_epoch": Epoch,
}

# ---------------------------------------------------------------- functions --------------------

_FIND = (c_bool, [c_char_p, POINTER(c_int)])

FUNCTIONS = {  # result, arguments; those that end with an ErrorRecord are called by call()
    "lenet_version": (c_char_p, []),
    "lenet_variant_find": (POINTER(Variant), [c_char_p]),
    "lenet_network_parse": (c_int, [c_char_p, POINTER(Network), POINTER(ErrorRecord)]),
    "lenet_network_print": (None, [POINTER(Network), c_char_p]),
    "lenet_input_default": (Input, [POINTER(Network)]),
    "lenet_recipe_default": (Recipe, [POINTER(Network)]),
    "lenet_optimizer_find": _FIND, "lenet_schedule_find": _FIND, "lenet_loss_find": _FIND,
    "lenet_isa_find": _FIND,
    "lenet_builtin_names": (POINTER(c_char_p), []),
    "lenet_builtin_load": (c_int, [c_char_p, POINTER(c_void_p), POINTER(ErrorRecord)]),
    "lenet_model_create": (c_int, [POINTER(Network), Input, c_uint64, POINTER(c_void_p),
                                   POINTER(ErrorRecord)]),
    "lenet_model_load": (c_int, [c_char_p, POINTER(c_void_p), POINTER(ErrorRecord)]),
    "lenet_model_save": (c_int, [c_void_p, c_char_p, POINTER(ErrorRecord)]),
    "lenet_model_copy": (c_int, [c_void_p, POINTER(c_void_p), POINTER(ErrorRecord)]),
    "lenet_model_free": (None, [c_void_p]),
    "lenet_model_network": (POINTER(Network), [c_void_p]),
    "lenet_model_layout": (POINTER(Layout), [c_void_p]),
    "lenet_model_input": (Input, [c_void_p]),
    "lenet_model_parameters_mut": (c_void_p, [c_void_p]),
    "lenet_model_note": (c_char_p, [c_void_p, c_char_p]),
    "lenet_model_set_note": (c_int, [c_void_p, c_char_p, c_char_p, POINTER(ErrorRecord)]),
    "lenet_session_create": (c_int, [c_void_p, c_int, POINTER(c_void_p), POINTER(ErrorRecord)]),
    "lenet_session_free": (None, [c_void_p]),
    "lenet_classify": (c_int, [c_void_p, c_void_p, c_int, c_int, c_size_t, c_void_p,
                               POINTER(ErrorRecord)]),
    "lenet_session_maps": (c_int, [c_void_p, c_int, c_void_p, POINTER(ErrorRecord)]),
    "lenet_image_from_pixels": (c_int, [c_void_p, c_int, c_int, c_ssize_t, c_int, POINTER(Image),
                                        POINTER(ErrorRecord)]),
    "lenet_image_load": (c_int, [c_char_p, POINTER(Image), POINTER(ErrorRecord)]),
    "lenet_image_free": (None, [POINTER(Image)]),
    "lenet_image_to_digit": (c_int, [POINTER(Image), c_void_p, POINTER(ErrorRecord)]),
    "lenet_reader_create": (c_int, [c_void_p, c_int, POINTER(c_void_p), POINTER(ErrorRecord)]),
    "lenet_reader_free": (None, [c_void_p]),
    "lenet_predict": (c_int, [c_void_p, POINTER(Image), POINTER(Prediction), POINTER(ErrorRecord)]),
    "lenet_read": (c_int, [c_void_p, POINTER(Image), POINTER(Reading), POINTER(ErrorRecord)]),
    "lenet_reading_free": (None, [POINTER(Reading)]),
    "lenet_reject_threshold": (c_double, [c_bool, c_double]),
    "lenet_augmentation_parse": (c_int, [c_char_p, POINTER(Augmentation), POINTER(ErrorRecord)]),
    "lenet_augmenter_create": (c_int, [POINTER(Samples), POINTER(Augmentation), c_uint64,
                                       POINTER(c_void_p), POINTER(ErrorRecord)]),
    "lenet_augmenter_free": (None, [c_void_p]),
    "lenet_augmenter_samples": (Samples, [c_void_p]),
    "lenet_evaluate": (c_int, [c_void_p, POINTER(Samples), c_int, c_int, POINTER(Measure), c_void_p,
                               POINTER(ErrorRecord)]),
    "lenet_trainer_create": (c_int, [c_void_p, POINTER(Recipe), POINTER(Samples), POINTER(Samples),
                                     c_int, c_int, POINTER(c_void_p), POINTER(ErrorRecord)]),
    "lenet_trainer_free": (None, [c_void_p]),
    "lenet_trainer_epoch": (c_int, [c_void_p, PROGRESS, c_void_p, POINTER(Epoch),
                                    POINTER(ErrorRecord)]),
    "lenet_trainer_take_best": (c_int, [c_void_p]),
    "lenet_dataset_open": (c_int, [c_char_p, c_int, POINTER(c_char_p), POINTER(c_void_p),
                                   POINTER(ErrorRecord)]),
    "lenet_dataset_free": (None, [c_void_p]),
    "lenet_dataset_samples": (Samples, [c_void_p]),
    "lenet_dataset_class": (c_char_p, [c_void_p, c_int]),
    "lenet_dataset_place": (c_char_p, [c_void_p]),
}


def _candidates() -> list[str]:
    """Where the library may be: what $LENET_LIBRARY names, else beside this file, else installed."""
    if os.environ.get("LENET_LIBRARY"):
        return [os.environ["LENET_LIBRARY"]]
    here = os.path.dirname(os.path.abspath(__file__))
    name = "liblenet.dylib" if sys.platform == "darwin" else "liblenet.so"
    beside = [os.path.join(here, name)] if os.path.exists(os.path.join(here, name)) else []
    found = ctypes.util.find_library("lenet")
    return beside or ([found] if found else [])


def _load() -> ctypes.CDLL:
    candidates = _candidates()
    if not candidates:
        raise ImportError("liblenet was not found: install it, put liblenet.so beside "
                          f"{os.path.dirname(os.path.abspath(__file__))}/_native.py, or let "
                          "LENET_LIBRARY name it")
    try:
        found = ctypes.CDLL(candidates[0])
        for name, (result, arguments) in FUNCTIONS.items():
            function = getattr(found, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise ImportError(f"{candidates[0]} is no liblenet: {error}") from None
    version = found.lenet_version().decode()
    # before 1.0 a minor version may change the structs
    if version.split(".")[:2] != __version__.split(".")[:2]:
        raise ImportError(f"{candidates[0]} is version {version}; this package is for {__version__}")
    return found


library = _load()


def call(name: str, *arguments: Any) -> None:
    """Calls a function that can fail; the ErrorRecord at its end is added here."""
    record = ErrorRecord()
    status = getattr(library, name)(*arguments, ctypes.byref(record))
    if status != Status.OK:
        raise Error(status, record.message.decode("utf-8", "replace"), record.position)


class Handle:
    """An object of the library, freed when nobody holds this any more; `keeps` must outlive it."""

    def __init__(self, pointer: Optional[int], free: str, *keeps: object) -> None:
        self.pointer = pointer
        self.keeps = keeps
        self.free = weakref.finalize(self, getattr(library, free), pointer)


def create(name: str, free: str, *arguments: Any, keeps: tuple = ()) -> Handle:
    """Calls a _create, _load or _open function, whose last argument but one is the new object."""
    pointer = c_void_p()
    call(name, *arguments, ctypes.byref(pointer))
    return Handle(pointer.value, free, *keeps)


def encode(text: object, what: str) -> bytes:
    """A text or a path as C has it."""
    if not isinstance(text, (str, bytes, os.PathLike)):
        raise TypeError(f"{what} is a text, not {type(text).__name__}")
    data = os.fsencode(text)
    if b"\0" in data:
        raise ValueError(f"{what} holds a NUL")
    return data


def whole(value: Any, low: int, high: int, what: str) -> int:
    """A whole number in a range; ctypes would cut a larger one without a word."""
    number = operator.index(value)
    if not low <= number <= high:
        raise ValueError(f"{what} is {low} .. {high}, not {number}")
    return number


def find(function: str, name: str, what: str) -> int:
    """The number of an enum's name by one of the _find functions."""
    value = c_int()
    if not getattr(library, function)(encode(name, what), ctypes.byref(value)):
        raise ValueError(f"there is no {what} '{name}'")
    return value.value


MOST_THREADS = 256
MOST_SEED = 2**64 - 1
MOST_INT = 2**31 - 1


def find_isa(name: str) -> int:
    return find("lenet_isa_find", name, "instruction set")
