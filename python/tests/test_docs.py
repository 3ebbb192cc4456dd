"""The examples of the documentation, run as they stand there."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from common import SOURCE, sample


def examples(*path, section=""):
    """Of a text, or of one section of it."""
    with open(os.path.join(SOURCE, *path), encoding="utf-8") as file:
        text = file.read()
    part = text.split(f"\n## {section}\n")[1].split("\n## ")[0] if section else text
    return re.findall(r"^```python\n(.*?)^```$", part, re.DOTALL | re.MULTILINE)


class Docs(unittest.TestCase):
    def run_example(self, text):
        """What it prints, in a folder that has what the texts speak of."""
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(os.path.join(SOURCE, "examples"), os.path.join(folder, "examples"))
            # a picture's form is told by its content
            shutil.copy(sample("seven.pgm"), os.path.join(folder, "photo.png"))
            shutil.copy(sample("lines.pgm"), os.path.join(folder, "page.jpg"))
            done = subprocess.run([sys.executable, "-W", "error", "-c", text], cwd=folder,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        return done.stdout.decode().splitlines()

    def test_embedding(self):
        reading, training = examples("docs", "embedding.md", section="Python")
        lines = self.run_example(reading)
        self.assertTrue(lines[0].startswith("7 0.9"), lines)
        self.assertEqual([line.split()[0] for line in lines[1:]], ["1998", "4507"])
        lines = self.run_example(training)
        self.assertEqual([line.split()[0] for line in lines[:3]], ["1", "2", "3"])
        self.assertLess(float(lines[3]), 0.6)
        self.assertIn("(5, 10) [(1, 32, 32), (6, 28, 28)", lines[4])

    def test_readme(self):
        (text,) = examples("python", "README.md")
        lines = self.run_example(text)
        self.assertTrue(lines[0].startswith("7 0.9"), lines)
        self.assertEqual([line.split()[0] for line in lines[1:]], ["1998", "4507"])


if __name__ == "__main__":
    unittest.main()
