"""Training and data sets."""

import os
import tempfile
import threading
import time
import unittest

import numpy as np

import lenet
from common import command

NET = "28x28 C6@5:tanh A2 C16@5:tanh A2 F84:tanh F10:softmax"


class Training(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.digits = lenet.dataset("synthetic:500")

    def train(self, model=NET, **more):
        options = dict(epochs=4, optimizer="adam", learning_rate=0.002, batch=32, validation=100)
        return lenet.train(model, self.digits.images, self.digits.labels, **dict(options, **more))

    def test_it_learns(self):
        first = lenet.evaluate(lenet.create(NET), self.digits.images, self.digits.labels)
        heard, steps = [], []
        done = self.train(callback=heard.append, progress=steps.append)
        after = lenet.evaluate(done.model, self.digits.images, self.digits.labels)
        self.assertLess(after.errors, first.errors / 2)
        self.assertEqual(heard, done.epochs)
        self.assertEqual([e.epoch for e in heard], [1, 2, 3, 4])
        self.assertEqual(len(steps), 4 * 13)  # 400 pictures in batches of 32
        self.assertEqual((steps[-1].done, steps[-1].total), (400, 400))
        best = min(done.epochs, key=lambda e: e.validation_error)
        self.assertEqual(done.epochs[done.best - 1].validation_error, best.validation_error)

    def test_threads_change_nothing(self):
        one = self.train(threads=1, epochs=2, augment="affine")
        many = self.train(threads=3, epochs=2, augment="affine")
        np.testing.assert_array_equal(one.model.parameters, many.model.parameters)
        other = self.train(threads=1, epochs=2)
        self.assertFalse(np.array_equal(one.model.parameters, other.model.parameters))

    def test_the_command_learns_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "m.safetensors")
            command("train", "--net", NET, "--data", "synthetic:500", "--epochs", "2", "--batch", "32",
                    "--optimizer", "adam", "--lr", "0.002", "--validation", "100", "--seed", "1",
                    "--out", path, "--quiet")
            other = lenet.load(path)
        np.testing.assert_array_equal(self.train(epochs=2).model.parameters, other.parameters)

    def test_a_model_goes_on_in_place(self):
        model = lenet.create(NET, seed=5)
        before = model.parameters.copy()
        done = self.train(model, epochs=1, validation=(self.digits.images, self.digits.labels))
        self.assertIs(done.model, model)
        self.assertFalse(np.array_equal(before, model.parameters))

    def test_callbacks_stop(self):
        done = self.train(epochs=10, callback=lambda epoch: epoch.epoch < 2)
        self.assertEqual(len(done.epochs), 2)
        done = self.train(epochs=10, progress=lambda p: p.done < 200)
        self.assertEqual(len(done.epochs), 0)

    def test_a_model_can_be_used_while_it_learns(self):
        model, seen = lenet.create(NET), []

        def look(step):
            if step.done == step.total:
                seen.append(model.classify(self.digits.images[:1]))
            time.sleep(0.001)  # lets the other thread in

        other = threading.Thread(
            target=lambda: seen.extend(model.classify(self.digits.images[:1]) for _ in range(20)))
        other.start()
        self.train(model, epochs=2, progress=look)
        other.join()
        self.assertEqual(len(seen), 22)

    def test_exceptions_come_through(self):
        def fail(_):
            raise KeyboardInterrupt

        for name in ("callback", "progress"):
            with self.assertRaises(KeyboardInterrupt):
                self.train(**{name: fail})

    def test_what_cannot_be_learned(self):
        images, labels = self.digits.images, self.digits.labels
        with self.assertRaises(TypeError):
            lenet.train(NET, images.astype(np.float32), labels)
        with self.assertRaises(TypeError):
            lenet.train(NET, images, labels.astype(np.float32))
        for wrong in (labels[:-1], labels.astype(int) - 1, labels.astype(int) + 1):
            with self.assertRaises(ValueError):
                lenet.train(NET, images, wrong)
        with self.assertRaises(ValueError):
            lenet.train(NET, images[:0], labels[:0])
        with self.assertRaises(ValueError):
            self.train(validation=500)
        for wrong in (dict(epoch=3), dict(epochs=2.5), dict(batch="many"), dict(seed=None),
                      dict(optimizer=3), dict(validation=0.5), dict(learning_rate="high")):
            with self.assertRaises(TypeError):
                self.train(**wrong)
        for wrong in (dict(optimizer="sdg"), dict(schedule="linear"), dict(isa="mmx"), dict(seed=-1),
                      dict(seed=2**64), dict(threads=-1), dict(threads=2**32), dict(epochs=2**32)):
            with self.assertRaises(ValueError):
                self.train(**wrong)
        for wrong in (dict(epochs=0), dict(learning_rate=-1.0), dict(augment="rotate=1000"),
                      dict(loss="mse")):
            with self.assertRaises(lenet.Error) as caught:
                self.train(**wrong)
            self.assertEqual(caught.exception.status, lenet.Status.BAD_ARGUMENT)

    def test_data_sets(self):
        self.assertEqual(self.digits.images.shape, (500, 28, 28))
        self.assertEqual((self.digits.classes, self.digits.place),
                         ([str(i) for i in range(10)], "synthetic"))
        with self.assertRaises(lenet.Error) as caught:
            lenet.dataset("mnist", directories=[])
        self.assertEqual(caught.exception.status, lenet.Status.NO_DATA)
        with self.assertRaises(ValueError):
            lenet.dataset("synthetic", "validation")


if __name__ == "__main__":
    unittest.main()
