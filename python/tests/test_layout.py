"""The structs and constants of _native.py against those that a C compiler sees in lenet.h."""

import ctypes
import os
import re
import subprocess
import tempfile
import unittest

from common import SOURCE
from lenet import _native

CONSTANTS = {
    "LENET_MAX_ROWS": _native.MAX_ROWS, "LENET_MAX_CLASSES": _native.MAX_CLASSES,
    "LENET_MAX_NOTATION": _native.MAX_NOTATION, "LENET_NONDIGIT": _native.NONDIGIT,
    "LENET_TRAIN": _native.TRAIN, "LENET_TEST": _native.TEST, "LENET_GREY": _native.GREY,
    "LENET_GREY_ALPHA": _native.GREY_ALPHA, "LENET_RGB": _native.RGB, "LENET_RGBA": _native.RGBA,
    "LENET_PAD": 0, "LENET_CONV": 1, "LENET_AVERAGE_POOL": 2, "LENET_MAX_POOL": 3,
    "LENET_SUBSAMPLE": 4, "LENET_DENSE": 5, "LENET_RBF": 6, "LENET_LINEAR": 0, "LENET_TANH": 1,
    "LENET_SCALED_TANH": 2, "LENET_SIGMOID": 3, "LENET_RELU": 4, "LENET_SOFTMAX": 5,
    **{f"LENET_{status.name}": int(status) for status in _native.Status},
}


class Layout(unittest.TestCase):
    def test_compiler_agrees(self):
        lines, wanted = [], []
        for name, struct in _native.STRUCTS.items():
            lines.append(f"sizeof({name})")
            wanted.append(ctypes.sizeof(struct))
            for field, _ in struct._fields_:
                lines.append(f"offsetof({name}, {field})")
                wanted.append(getattr(struct, field).offset)
                lines.append(f"sizeof((({name} *)0)->{field})")
                wanted.append(getattr(struct, field).size)
        lines += CONSTANTS
        wanted += CONSTANTS.values()
        program = "#include <lenet.h>\n#include <stdio.h>\nint main(void)\n{\n" + "".join(
            f'  printf("%lld\\n", (long long)({line}));\n' for line in lines) + "}\n"
        with tempfile.TemporaryDirectory() as folder:
            source, built = os.path.join(folder, "layout.c"), os.path.join(folder, "layout")
            with open(source, "w") as file:
                file.write(program)
            subprocess.run([os.environ.get("CC", "cc"), "-o", built, source, "-I",
                            os.path.join(SOURCE, "include")], check=True)
            found = subprocess.run([built], stdout=subprocess.PIPE, check=True).stdout.split()
        self.assertEqual({line: int(number) for line, number in zip(lines, found)},
                         dict(zip(lines, wanted)))

    def test_all_fields_are_there(self):
        with open(os.path.join(SOURCE, "include", "lenet.h")) as file:
            header = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
        for name, struct in _native.STRUCTS.items():
            body = re.search(r"typedef struct %s {(.*?)}\s*%s;" % (name, name), header,
                             re.DOTALL).group(1)
            fields = [field for part in body.split(";") for field in self.names(part)]
            self.assertEqual(fields, [field for field, _ in struct._fields_], name)

    @staticmethod
    def names(declaration):
        """Of "int a, *b[3]": a, b; of a pointer to a function its name."""
        function = re.search(r"\(\*(\w+)\)", declaration)
        if function:
            return [function.group(1)]
        plain = re.sub(r"\[[^]]*\]", "", declaration).strip()
        return [re.search(r"(\w+)$", part.strip()).group(1) for part in plain.split(",") if part]

    def test_version(self):
        self.assertEqual(_native.library.lenet_version().decode(), _native.__version__)

    def test_functions_take_what_the_header_says(self):
        with open(os.path.join(SOURCE, "include", "lenet.h")) as file:
            header = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
        for name, (_, arguments) in _native.FUNCTIONS.items():
            text = re.search(r"LENET_API [^;]*?\b%s\((.*?)\);" % name, header, re.DOTALL).group(1)
            # a pointer to a function is one argument, whatever it takes itself
            text = re.sub(r"\(\*\w+\)\(.*?\)", "function", text, flags=re.DOTALL)
            count = 0 if text.strip() == "void" else text.count(",") + 1
            self.assertEqual(len(arguments), count, name)


if __name__ == "__main__":
    unittest.main()
