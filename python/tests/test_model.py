"""Models: shapes, views, classifying, files, and that what is freed is freed."""

import gc
import os
import tempfile
import unittest

import numpy as np

import lenet
from common import command


def resident():
    """Bytes of this process in memory, or None where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


class Models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.digits = lenet.dataset("synthetic:300", "test")
        cls.model = lenet.load("lenet5")

    def test_rows_are_those_of_show(self):
        wanted = command("show", "--net", "lenet5")
        self.assertEqual(self.model.notation, wanted["notation"])
        found = [(r.name, r.kind, list(r.output), r.parameters, r.connections, r.macs)
                 for r in self.model.rows]
        self.assertEqual(found, [(r["name"], r["kind"], r["output"], r["parameters"],
                                  r["connections"], r["macs"]) for r in wanted["layers"]])
        self.assertEqual((self.model.classes, self.model.shape), (10, (28, 28)))

    def test_eval_is_the_command(self):
        wanted = command("eval", "--model", "lenet5", "--data", "synthetic:300")
        found = lenet.evaluate(self.model, self.digits.images, self.digits.labels)
        self.assertEqual((found.samples, found.errors), (wanted["samples"], wanted["errors"]))
        self.assertAlmostEqual(found.loss, wanted["loss"], 9)
        self.assertEqual(found.confusion.sum(), found.samples)
        self.assertEqual(np.trace(found.confusion), found.samples - found.errors)
        self.assertEqual((found.answers != self.digits.labels).sum(), found.errors)
        alone = self.model.classify(self.digits.images)
        self.assertTrue((alone.argmax(1) == found.answers).all())
        np.testing.assert_allclose(alone.max(1), found.confidences, rtol=1e-4)

    def test_classify(self):
        images = self.digits.images[:40]
        wanted = self.model.classify(images)
        self.assertEqual((wanted.shape, wanted.dtype), ((40, 10), np.float32))
        np.testing.assert_allclose(wanted.sum(1), 1, atol=1e-5)
        strided = np.repeat(images, 2, axis=2)[:, :, ::2]
        self.assertFalse(strided.flags.c_contiguous)
        np.testing.assert_array_equal(self.model.classify(strided), wanted)
        np.testing.assert_allclose(self.model.classify(images[3]), wanted[3:4], atol=1e-5)
        self.assertEqual(self.model.classify(images[:0]).shape, (0, 10))

    def test_what_cannot_be_classified(self):
        images = self.digits.images[:2]
        for wrong in (images.astype(np.float32), images.astype(np.int64), None, "x"):
            with self.assertRaises(TypeError):
                self.model.classify(wrong)
        for wrong in (images.ravel(), images[np.newaxis], images[:, :0]):
            with self.assertRaises(ValueError):
                self.model.classify(wrong)
        with self.assertRaises(lenet.Error) as caught:
            self.model.classify(np.zeros((1, 40, 40), np.uint8))
        self.assertEqual(caught.exception.status, lenet.Status.BAD_ARGUMENT)

    def test_feature_maps(self):
        image = self.digits.images[0]
        maps = self.model.feature_maps(image)
        self.assertEqual([m.shape for m in maps], [row.output for row in self.model.rows])
        np.testing.assert_array_equal(maps[-1].ravel(), self.model.classify(image)[0])
        c1 = np.tanh(sum(
            self.model.weights("C1")[0, 0, y, x] * maps[0][0, y:y + 28, x:x + 28]
            for y in range(5) for x in range(5)) + self.model.biases("C1")[0])
        np.testing.assert_allclose(maps[1][0], c1, atol=1e-5)
        with self.assertRaises(ValueError):
            self.model.feature_maps(self.digits.images[:2])

    def test_parameters_are_a_view(self):
        model = self.model.copy()
        image = self.digits.images[:1]
        before = model.classify(image)
        np.testing.assert_array_equal(model.parameters, self.model.parameters)
        model.biases(model.rows[-1].name)[:] += np.arange(10, dtype=np.float32)
        self.assertFalse(np.array_equal(model.classify(image), before))
        np.testing.assert_array_equal(self.model.classify(image), before)
        with self.assertRaises(KeyError):
            model.weights("C9")

    def test_a_view_outlives_its_model(self):
        weights = lenet.create("lenet5", seed=3).weights("C1")
        gc.collect()
        np.testing.assert_array_equal(weights, lenet.create("lenet5", seed=3).weights("C1"))

    def test_files_and_notes(self):
        model = lenet.create("28x28 C4@5:relu M2 F10:softmax", seed=7)
        model.notes["recipe"] = "none at all"
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a model.safetensors")
            model.save(path)
            other = lenet.load(path)
            shown = command("show", "--model", path)
        self.assertEqual((other.notation, other.input), (model.notation, model.input))
        self.assertEqual(shown["notation"], model.notation)
        np.testing.assert_array_equal(other.parameters, model.parameters)
        self.assertEqual(other.notes["recipe"], "none at all")
        del other.notes["recipe"]
        self.assertNotIn("recipe", other.notes)
        with self.assertRaises(KeyError):
            other.notes["recipe"]
        with self.assertRaises(lenet.Error):
            model.notes["format"] = "x"

    def test_what_cannot_be_opened(self):
        for name, status in (("lenet6", lenet.Status.CANNOT_READ),
                             ("./missing.safetensors", lenet.Status.CANNOT_READ),
                             (__file__, lenet.Status.BAD_FILE)):
            with self.assertRaises(lenet.Error) as caught:
                lenet.load(name)
            self.assertEqual(caught.exception.status, status)
        with self.assertRaises(lenet.Error) as caught:
            lenet.create("28x28 C6@5:tanhh F10:softmax")
        self.assertEqual(caught.exception.status, lenet.Status.BAD_NOTATION)
        self.assertGreater(caught.exception.position, 0)
        with self.assertRaises(TypeError):
            lenet.load(5)

    def test_nothing_leaks(self):
        def cycle():
            model = lenet.create("lenet5")
            model.classify(self.digits.images[:20])
            lenet.Reader(model)
            model.copy().feature_maps(self.digits.images[0])

        for _ in range(10):
            cycle()
        before = resident()
        if before is None:
            self.skipTest("the system does not tell the memory of a process")
        for _ in range(100):
            cycle()
        # one model has 250 kB, its reader and sessions more
        self.assertLess(resident() - before, 8e6)


if __name__ == "__main__":
    unittest.main()
