"""What the tests share: where the sources and the command are."""

import json
import os
import subprocess

SOURCE = os.environ["LENET_SOURCE_DIR"]
LENET = os.environ["LENET"]
SAMPLES = os.path.join(SOURCE, "examples", "samples")


def sample(name):
    return os.path.join(SAMPLES, name)


def command(*arguments):
    """The JSON document that the command prints."""
    answer = subprocess.run([LENET, *arguments, "--json"], stdout=subprocess.PIPE, check=True)
    return json.loads(answer.stdout)
