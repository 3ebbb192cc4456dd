"""Pictures: the same numbers as the command, and what is refused."""

import os
import pickle
import threading
import unittest

import numpy as np

import lenet
from common import command, sample


class Reading(unittest.TestCase):
    def test_predict_is_the_command(self):
        for name in ("seven.pgm", "two.pgm", "eight.pgm"):
            wanted = command("predict", sample(name))
            for picture in (sample(name), lenet.load_picture(sample(name))):
                found = lenet.predict(picture)
                self.assertEqual(found.digit, wanted["digit"])
                self.assertTrue(found.is_digit)
                self.assertEqual(list(found.box), wanted["box"])
                self.assertAlmostEqual(found.confidence, wanted["confidence"], 6)
                self.assertAlmostEqual(found.none, wanted["no_digit"], 6)
                np.testing.assert_allclose(found.scores, wanted["scores"], atol=1e-6)
                self.assertEqual(found.seen.shape, (28, 28))

    def test_read_is_the_command(self):
        wanted = command("read", sample("lines.pgm"))
        found = lenet.read(sample("lines.pgm"))
        self.assertEqual("\n".join(line.text for line in found), wanted["text"])
        for line, other in zip(found, wanted["lines"]):
            self.assertAlmostEqual(line.confidence, other["confidence"], 6)
            self.assertEqual([d.digit for d in line.digits], [d["digit"] for d in other["digits"]])
            self.assertEqual([list(d.box) for d in line.digits],
                             [d["box"] for d in other["digits"]])

    def test_forms_of_a_picture(self):
        grey = lenet.load_picture(sample("seven.pgm"))
        wanted = lenet.predict(grey)
        opaque = np.full_like(grey, 255)
        colour = np.stack([grey, grey, grey], axis=2)
        for picture in (grey[:, :, np.newaxis], np.stack([grey, opaque], axis=2), colour,
                        np.dstack([colour, opaque]), np.asfortranarray(grey), 255 - grey,
                        np.repeat(grey, 2, axis=1)[:, ::2]):
            found = lenet.predict(picture)
            self.assertEqual(found.digit, wanted.digit)
            self.assertEqual(found.box, wanted.box)

    def test_pictures_of_pillow(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("no Pillow")
        with Image.open(sample("seven.pgm")) as picture:
            for mode in ("L", "RGB", "RGBA", "P", "1"):
                self.assertEqual(lenet.predict(picture.convert(mode)).digit, 7, mode)

    def test_no_ink(self):
        paper = np.full((40, 30), 200, np.uint8)
        self.assertIsNone(lenet.predict(paper))
        self.assertEqual(lenet.read(paper), [])
        with self.assertRaises(lenet.Error) as caught:
            lenet.to_digit(paper)
        self.assertEqual(caught.exception.status, lenet.Status.NO_DIGIT)

    def test_what_is_no_picture(self):
        grey = lenet.load_picture(sample("seven.pgm"))
        for wrong in (grey.astype(np.float32), grey.astype(int), None, 7, [[0.5, 1.0]], grey > 3):
            with self.assertRaises(TypeError):
                lenet.predict(wrong)
        for wrong in (np.empty((0, 5), np.uint8), np.empty((5, 0, 3), np.uint8), grey.ravel(),
                      np.zeros((4, 4, 5), np.uint8), np.zeros((2, 2, 2, 2), np.uint8)):
            with self.assertRaises(ValueError):
                lenet.read(wrong)
        with self.assertRaises(ValueError):
            lenet.predict("a\0b.png")

    def test_files_that_are_none(self):
        with self.assertRaises(lenet.Error) as caught:
            lenet.predict("missing.png")
        self.assertEqual(caught.exception.status, lenet.Status.CANNOT_READ)
        self.assertIn("missing.png", caught.exception.message)
        copy = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((copy.status, copy.message),
                         (caught.exception.status, caught.exception.message))
        with self.assertRaises(lenet.Error) as caught:
            lenet.read(os.path.abspath(__file__))
        self.assertEqual(caught.exception.status, lenet.Status.BAD_FILE)

    def test_threads_share_a_reader(self):
        reader, found = lenet.Reader(), []
        pictures = [lenet.load_picture(sample(f"{name}.pgm")) for name in ("two", "five", "seven")]

        def work(picture):
            for _ in range(20):
                found.append((reader.predict(picture).digit, id(picture)))

        threads = [threading.Thread(target=work, args=(picture,)) for picture in pictures]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(set(found), {(digit, id(p)) for digit, p in zip((2, 5, 7), pictures)})

    def test_a_reader_of_ones_own(self):
        reader = lenet.Reader(lenet.load("lenet5"))  # nobody else holds the model
        self.assertEqual(reader.predict(sample("seven.pgm")).digit, 7)
        with self.assertRaises(TypeError):
            lenet.Reader("lenet5")
        with self.assertRaises(ValueError):
            lenet.Reader(isa="mmx")
        self.assertGreater(lenet.reject_threshold(0.001), lenet.reject_threshold(0.1))


if __name__ == "__main__":
    unittest.main()
