"""Pictures: from arrays and files to digits."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from typing import Any, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from . import _native
from ._model import Model
from ._native import Error, Status, call, create, library

_FORMATS = {1: _native.GREY, 2: _native.GREY_ALPHA, 3: _native.RGB, 4: _native.RGBA}

Box = Tuple[int, int, int, int]


class Prediction(NamedTuple):
    """The digit of a picture.

    digit: 0 .. 9; confidence: its probability; scores: float32 [classes], the probability of each
    class, with `none` their sum is 1; none: the probability that it is no digit; box: x, y, width,
    height of its ink in pixels of the picture; seen: uint8 [28][28], what the network saw.
    """

    digit: int
    confidence: float
    scores: np.ndarray
    none: float
    box: Box
    seen: np.ndarray

    @property
    def is_digit(self) -> bool:
        """Whether it is a digit at all rather than something else."""
        return self.none <= 0.5


class Digit(NamedTuple):
    """A digit of a line.

    confidence: 0 .. 1, that just here is just this digit; scores: float32 [11], what the network gives
    for 0 .. 9 and for no digit; box and seen as in Prediction.
    """

    digit: int
    confidence: float
    scores: np.ndarray
    box: Box
    seen: np.ndarray


class Line(NamedTuple):
    """A line of digits from left to right; confidence: 0 .. 1, that it is just these."""

    digits: List[Digit]
    confidence: float

    @property
    def text(self) -> str:
        """The digits as a text: "1998"."""
        return "".join(str(digit.digit) for digit in self.digits)


def _pixels(picture: Any) -> np.ndarray:
    """uint8 [height][width][channels], contiguous."""
    if getattr(picture, "mode", None) is not None and hasattr(picture, "convert"):  # Pillow's
        if picture.mode not in ("L", "LA", "RGB", "RGBA"):
            picture = picture.convert("RGBA")
    array = np.asarray(picture)
    if array.dtype != np.uint8:
        raise TypeError(f"a picture is made of bytes (uint8), not of {array.dtype}")
    if array.ndim == 2:
        array = array[:, :, np.newaxis]
    if array.ndim != 3 or array.shape[2] not in _FORMATS or 0 in array.shape:
        raise ValueError("a picture is [height][width], or that with 1 to 4 channels, not "
                         f"{list(np.shape(picture))}")
    return np.ascontiguousarray(array)


@contextlib.contextmanager
def _image(picture: Any) -> Iterator[Any]:
    """The picture as the library has it."""
    image = _native.Image()
    if isinstance(picture, (str, bytes, os.PathLike)):
        call("lenet_image_load", _native.encode(picture, "a path"), ctypes.byref(image))
    else:
        array = _pixels(picture)
        height, width, channels = array.shape
        call("lenet_image_from_pixels", array.ctypes.data, width, height, width * channels,
             _FORMATS[channels], ctypes.byref(image))
    try:
        yield ctypes.byref(image)
    finally:
        library.lenet_image_free(ctypes.byref(image))


def _box(found: Any) -> Box:
    return found.x, found.y, found.width, found.height


def _seen(found: Any) -> np.ndarray:
    return np.array(found.seen, np.uint8).reshape(28, 28)


def load_picture(path: Any) -> np.ndarray:
    """Decodes a PNG, JPEG or PNM file to grey: uint8 [height][width], 0 black .. 255 white."""
    image = _native.Image()
    call("lenet_image_load", _native.encode(path, "a path"), ctypes.byref(image))
    try:
        pixels = np.ctypeslib.as_array(image.pixels, (image.height, image.width))
        return pixels.copy()
    finally:
        library.lenet_image_free(ctypes.byref(image))


def to_digit(picture: Any) -> np.ndarray:
    """The digit of a picture as MNIST has it: uint8 [28][28], 0 paper .. 255 ink.

    Raises Error with Status.NO_DIGIT where there is none.
    """
    digit = np.empty((28, 28), np.uint8)
    with _image(picture) as image:
        call("lenet_image_to_digit", image, digit.ctypes.data)
    return digit


class Reader:
    """Reads digits in pictures, with the built-in models or with one of your own.

    Pictures are a path, an array uint8 [height][width] or [height][width][1 .. 4] (grey, grey and
    alpha, RGB, RGBA), or what NumPy makes such an array of, as Pillow's; dark on light or light on
    dark. Threads may share a reader; they take turns.
    """

    def __init__(self, model: Optional[Model] = None, isa: str = "best") -> None:
        if model is not None and not isinstance(model, Model):
            raise TypeError(f"a reader takes a Model, not {type(model).__name__}")
        self._classes = 10 if model is None else model.classes
        self._lock = threading.RLock() if model is None else model._lock
        self._handle = create("lenet_reader_create", "lenet_reader_free",
                              model and model._handle.pointer, _native.find_isa(isa),
                              keeps=(model and model._handle,))

    def predict(self, picture: Any) -> Optional[Prediction]:
        """The one digit of a picture, the largest; None where there is no ink that could be one."""
        found = _native.Prediction()
        try:
            with _image(picture) as image, self._lock:
                call("lenet_predict", self._handle.pointer, image, ctypes.byref(found))
        except Error as error:
            if error.status == Status.NO_DIGIT:
                return None
            raise
        return Prediction(found.digit, found.confidence,
                          np.array(found.scores[:self._classes], np.float32), found.none, _box(found),
                          _seen(found))

    def read(self, picture: Any) -> List[Line]:
        """All digits of a picture, line by line from top to bottom; an empty list where none are."""
        reading = _native.Reading()
        with _image(picture) as image, self._lock:
            call("lenet_read", self._handle.pointer, image, ctypes.byref(reading))
        try:
            return [_line(line) for line in reading.line[:reading.count]]
        finally:
            library.lenet_reading_free(ctypes.byref(reading))


def _line(line: Any) -> Line:
    digits = [Digit(d.digit, d.confidence, np.array(d.scores, np.float32), _box(d), _seen(d))
              for d in line.digit[:line.count]]
    return Line(digits, line.confidence)


_usual: Optional[Reader] = None


def _reader() -> Reader:
    global _usual
    if _usual is None:
        _usual = Reader()
    return _usual


def predict(picture: Any) -> Optional[Prediction]:
    """Reader().predict with the models that ship inside the library."""
    return _reader().predict(picture)


def read(picture: Any) -> List[Line]:
    """Reader().read with the models that ship inside the library."""
    return _reader().read(picture)


def reject_threshold(error: float, lines: bool = False) -> float:
    """The least confidence of digits, or of lines, to answer by so that about `error` of the answers
    (0 .. 1) are wrong."""
    return library.lenet_reject_threshold(lines, error)
