"""Data sets, training and measuring."""

from __future__ import annotations

import ctypes
import operator
import os
from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from . import _native
from ._model import Model, create_model, pictures
from ._native import Error, Handle, Status, call, create, encode, find, find_isa, library, whole

# ---------------------------------------------------------------- samples ----------------------


class _Source:
    """Arrays as the library fetches them.

    It does so from several threads at once, each of which takes Python's lock for the time of a copy;
    a fetch must not fail, so that an interrupt is kept until the library returns.
    """

    def __init__(self, images: Any, labels: Any, classes: int) -> None:
        batch = pictures(images)
        names = np.asarray(labels)
        if names.ndim != 1 or names.dtype.kind not in "iu":
            raise TypeError(f"labels are whole numbers, [count], not {names.dtype} "
                            f"{list(names.shape)}")
        if len(names) != len(batch) or len(batch) == 0:
            raise ValueError(f"there are {len(batch)} pictures and {len(names)} labels")
        if names.min() < 0 or names.max() >= classes:
            raise ValueError(f"labels are 0 .. {classes - 1}, not {names.min()} .. {names.max()}")
        count, rows, columns = batch.shape
        self.interrupts: List[BaseException] = []
        # held as long as the library may call
        self.fetch = _native.FETCH(_fetcher(batch.reshape(count, -1), names.astype(np.uint8),
                                            self.interrupts))
        self.samples = _native.Samples(0, count, rows, columns, classes, self.fetch, None)

    def raise_interrupt(self) -> None:
        if self.interrupts:
            raise self.interrupts[0]


def _fetcher(flat: np.ndarray, labels: np.ndarray, interrupts: List[BaseException]) -> Callable:
    area = flat.shape[1]

    def view(address: int, kind: Any, count: int) -> np.ndarray:
        return np.frombuffer((kind * count).from_address(address), kind)

    def fetch(context, epoch, first, index, count, pixels, out):
        try:
            places = view(index, ctypes.c_uint32, count) + np.intp(first)
            np.take(flat, places, 0, view(pixels, ctypes.c_uint8, count * area).reshape(count, area))
            np.take(labels, places, 0, view(out, ctypes.c_uint8, count))
        except BaseException as error:  # a key that was pressed: learned by no one
            interrupts.append(error)
            ctypes.memset(pixels, 0, count * area)
            ctypes.memset(out, 255, count)

    return fetch


class Dataset(NamedTuple):
    """images: uint8 [count][rows][columns]; labels: uint8 [count]; classes: their names; place: where
    it was found."""

    images: np.ndarray
    labels: np.ndarray
    classes: List[str]
    place: str


def _usual_directories() -> List[bytes]:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    places = [os.environ.get("LENET_DATA"), os.path.join(cache, "lenet")]
    return [os.fsencode(place) for place in places if place]


def dataset(name: Any, split: str = "train",
            directories: Optional[Sequence[Any]] = None) -> Dataset:
    """A data set as arrays.

    name: a folder with the files of MNIST or with pictures by class, a known name such as "mnist",
    which is looked for in `directories` (else $LENET_DATA and lenet's cache folder), or one that lenet
    draws, such as "synthetic:1000". split: "train" or "test".
    """
    if split not in ("train", "test"):
        raise ValueError(f"a split is train or test, not '{split}'")
    places = _usual_directories() if directories is None else \
        [encode(place, "a directory") for place in directories]
    table = (ctypes.c_char_p * (len(places) + 1))(*places, None)
    handle = create("lenet_dataset_open", "lenet_dataset_free", encode(name, "a data set"),
                    _native.TRAIN if split == "train" else _native.TEST, table)
    samples = library.lenet_dataset_samples(handle.pointer)
    images = np.empty((samples.count, samples.rows, samples.columns), np.uint8)
    labels = np.empty(samples.count, np.uint8)
    index = np.arange(samples.count, dtype=np.uint32)
    samples.fetch(samples.context, 0, samples.first, index.ctypes.data, samples.count,
                  images.ctypes.data, labels.ctypes.data)
    names = [library.lenet_dataset_class(handle.pointer, i).decode() for i in range(samples.classes)]
    return Dataset(images, labels, names, os.fsdecode(library.lenet_dataset_place(handle.pointer)))


# ---------------------------------------------------------------- measuring --------------------


class Measure(NamedTuple):
    """How a model answers.

    loss: mean cross-entropy in nats; seconds: wall time; confusion: uint32 [label][answer]; answers:
    uint8 [samples]; confidences: float32 [samples], the probability of each answer.
    """

    samples: int
    errors: int
    loss: float
    seconds: float
    confusion: np.ndarray
    answers: np.ndarray
    confidences: np.ndarray

    @property
    def error_rate(self) -> float:
        return self.errors / self.samples


def evaluate(model: Model, images: Any, labels: Any, *, threads: int = 0,
             isa: str = "best") -> Measure:
    """Counts the errors of a model.

    images: uint8 [count][rows][columns]; labels: [count]; threads: 0 is one per processor, and the
    result is the same for any number.
    """
    source = _Source(images, labels, model.classes)
    measure = _native.Measure()
    answers = (_native.Answer * source.samples.count)()
    threads = whole(threads, 0, _native.MOST_THREADS, "threads")
    with model._lock:
        call("lenet_evaluate", model._handle.pointer, ctypes.byref(source.samples), threads,
             find_isa(isa), ctypes.byref(measure), answers)
    source.raise_interrupt()
    table: Any = np.frombuffer(answers, np.dtype(_native.Answer))
    confusion = np.ctypeslib.as_array(measure.confusion)[:model.classes, :model.classes]
    return Measure(measure.samples, measure.errors, measure.loss, measure.seconds, confusion.copy(),
                   table["answer"].copy(), table["confidence"].copy())


# ---------------------------------------------------------------- training ---------------------


class Epoch(NamedTuple):
    """What an epoch came to. Losses are means, errors fractions; those of validation are NaN without
    validation samples. best: the lowest validation error so far."""

    epoch: int
    train_loss: float
    train_error: float
    validation_loss: float
    validation_error: float
    learning_rate: float
    seconds: float
    best: bool


class Progress(NamedTuple):
    """What a running epoch has come to after a step."""

    epoch: int
    epochs: int
    done: int
    total: int
    loss: float
    seconds: float


class Training(NamedTuple):
    """model: the trained one; epochs: what each came to; best: the epoch whose weights it has."""

    model: Model
    epochs: List[Epoch]
    best: int


_ENUMS = {"optimizer": "lenet_optimizer_find", "schedule": "lenet_schedule_find",
          "loss": "lenet_loss_find"}


def _recipe(model: Model, seed: int, wanted: dict) -> Any:
    recipe = library.lenet_recipe_default(library.lenet_model_network(model._handle.pointer))
    recipe.seed = seed
    kinds = {name: kind for name, kind in _native.Recipe._fields_ if name != "seed"}
    for name, value in wanted.items():
        if name not in kinds:
            raise TypeError(f"there is no '{name}' in a recipe, only {', '.join(kinds)}")
        if value is None:
            continue
        if name in _ENUMS:
            value = find(_ENUMS[name], value, name)
        elif kinds[name] is ctypes.c_int:
            value = whole(value, -_native.MOST_INT, _native.MOST_INT, name)
        setattr(recipe, name, value)
    return recipe


def _split(images: Any, labels: Any, validation: Any) -> Tuple[Any, Any, Any]:
    """Training pictures, their labels, and (pictures, labels) for validation or None."""
    if isinstance(validation, tuple):
        if len(validation) != 2:
            raise ValueError("validation is a number of pictures, or (images, labels)")
        return images, labels, validation
    count, validation = len(images), operator.index(validation)
    if not 0 <= validation < max(count, 1):
        raise ValueError(f"{validation} of {count} pictures cannot be kept for validation")
    if validation == 0:
        return images, labels, None
    kept = count - validation
    return images[:kept], labels[:kept], (images[kept:], labels[kept:])


def _augmented(source: _Source, augment: str, seed: int) -> Tuple[Any, Optional[Handle]]:
    if augment == "none":
        return source.samples, None
    wanted = _native.Augmentation()
    call("lenet_augmentation_parse", encode(augment, "an augmentation"), ctypes.byref(wanted))
    handle = create("lenet_augmenter_create", "lenet_augmenter_free", ctypes.byref(source.samples),
                    ctypes.byref(wanted), seed, keeps=(source.fetch,))
    return library.lenet_augmenter_samples(handle.pointer), handle


def _heard(progress: Optional[Callable[[Progress], Any]], source: _Source) -> Any:
    """The progress callback: an exception in it stops the epoch and is raised when that is over."""

    def hear(context, pointer):
        try:
            if source.interrupts:
                return False
            if progress is None:
                return True
            p = pointer.contents
            return progress(Progress(p.epoch, p.epochs, p.done, p.total, p.loss, p.seconds)) \
                is not False
        except BaseException as error:
            source.interrupts.append(error)
            return False

    return _native.PROGRESS(hear)


def train(model: Union[Model, str], images: Any, labels: Any, *, epochs: Optional[int] = None,
          batch: Optional[int] = None, optimizer: Optional[str] = None,
          learning_rate: Optional[float] = None, validation: Any = 0, augment: str = "none",
          seed: int = 1, threads: int = 0, isa: str = "best",
          callback: Optional[Callable[[Epoch], Any]] = None,
          progress: Optional[Callable[[Progress], Any]] = None, **recipe: Any) -> Training:
    """Trains a model in place, or a new one of a network by its name or notation.

    images: uint8 [count][rows][columns], 0 paper .. 255 ink; labels: [count]. validation: so many of
    the last pictures are not learned from but choose the best epoch, or (images, labels) for that.
    augment: "affine,elastic", "robust", ... as for `lenet train`. What is not given is the recipe that
    suits the network; more of it by the names of lenet_recipe: schedule, momentum, dropout, ema, ...

    callback hears of each Epoch, progress of each step; either stops the training by returning False.
    Same seed and pictures, same weights, on any number of threads.
    """
    seed = whole(seed, 0, _native.MOST_SEED, "a seed")
    threads = whole(threads, 0, _native.MOST_THREADS, "threads")
    if isinstance(model, str):
        model = create_model(model, seed)
    wanted = dict(recipe, epochs=epochs, batch=batch, optimizer=optimizer,
                  learning_rate=learning_rate)
    images, labels, kept = _split(images, labels, validation)
    source = _Source(images, labels, model.classes)
    judge = None if kept is None else _Source(kept[0], kept[1], model.classes)
    samples, augmenter = _augmented(source, augment, seed)
    plan = _recipe(model, seed, wanted)
    trainer = create("lenet_trainer_create", "lenet_trainer_free", model._handle.pointer,
                     ctypes.byref(plan), ctypes.byref(samples),
                     None if judge is None else ctypes.byref(judge.samples), threads, find_isa(isa),
                     keeps=(model._handle, source, judge, augmenter))
    sources = [s for s in (source, judge) if s is not None]
    done = _run(model, trainer, plan.epochs, _heard(progress, source), callback, sources)
    best = library.lenet_trainer_take_best(trainer.pointer) if judge is not None else len(done)
    return Training(model, done, best)


def _run(model: Model, trainer: Handle, epochs: int, heard: Any, callback: Any,
         sources: List[_Source]) -> List[Epoch]:
    done: List[Epoch] = []
    while len(done) < epochs:
        epoch = _native.Epoch()
        stopped = None
        try:
            with model._lock:
                call("lenet_trainer_epoch", trainer.pointer, heard, None, ctypes.byref(epoch))
        except Error as error:
            stopped = error
        for source in sources:
            source.raise_interrupt()
        if stopped is not None and stopped.status != Status.STOPPED:
            raise stopped
        if stopped is not None:
            break
        done.append(Epoch(epoch.epoch, epoch.train_loss, epoch.train_error, epoch.validation_loss,
                          epoch.validation_error, epoch.learning_rate, epoch.seconds, epoch.best))
        if callback is not None and callback(done[-1]) is False:
            break
    return done
