"""print.py - printed pages read by lenet and by Tesseract: errors, time of one core, memory.

  lenet data make print ./print-300 --dpi 300 --count 40
  python3 bench/peers/print.py ./print-300 ./print-100

Both read the same files in one process each, on one thread, lenet and Tesseract in turn. A character error is one that must
be changed, put in or taken out to come from what was read to what stands there (Levenshtein), blank
lines left out on both sides; for Tesseract, which was taught books, curly quotes and dashes count as
the plain ones. Time is that of the processor, user and system, so that other programs count less; start and
models included. Memory is the most that the process held.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys

PLAIN = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2014": "-",
                       "\u2013": "-", "\u00ab": '"', "\u00bb": '"', "\u201a": ",", "\u201e": '"'})


def distance(one, other):
    """Levenshtein's."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        corner, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            corner, row[j] = row[j], min(corner + (a != b), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def tidy(text):
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def run(line):
    """What a program prints, its seconds of processor time and its megabytes."""
    environment = dict(os.environ, OMP_THREAD_LIMIT="1", OMP_NUM_THREADS="1")
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               env=environment)
    text = process.stdout.read().decode("utf-8", "replace")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"print.py: {line[0]} failed with exit code {process.returncode}")
    return text, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def read_by_lenet(lenet, pictures):
    text, seconds, megabytes = run([lenet, "read", "--chars", "ascii", *pictures])
    pages = {picture: [] for picture in pictures}
    for line in text.splitlines():
        picture = next(p for p in pictures if line.startswith(p + ": "))
        pages[picture].append(line[len(picture) + 2:])
    return ["\n".join(lines) for lines in pages.values()], seconds, megabytes


def read_by_tesseract(pictures, dpi, mode, folder):
    names = os.path.join(folder, "pictures.list")
    with open(names, "w", encoding="utf-8") as listed:
        listed.write("\n".join(os.path.abspath(picture) for picture in pictures) + "\n")
    try:
        text, seconds, megabytes = run(["tesseract", names, "stdout", "-l", "eng", "--psm", mode,
                                        "--dpi", str(dpi)])
    finally:
        os.remove(names)
    return text.translate(PLAIN).split("\f"), seconds, megabytes


def pages_of(folder):
    """Pictures, and what stands in them."""
    pictures, texts = [], []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                truth = json.load(file)
            pictures.append(os.path.join(folder, truth["file"]))
            texts.append(tidy("\n".join(line["text"] for line in truth["lines"])))
    if not pictures:
        sys.exit(f"print.py: {folder}: no pages in it: 'lenet data make print' makes some")
    return pictures, texts


def count(texts, read):
    wrong = sum(distance(text, tidy(page)) for text, page in zip(texts, read))
    return 100 * wrong / sum(map(len, texts))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", help="pages that lenet data make print wrote")
    parser.add_argument("--lenet", default="build/lenet",
                        help="the command that was built [build/lenet]")
    parser.add_argument("--dpi", type=int, help="what Tesseract is told; by default the number at "
                        "the end of the folder's name")
    parser.add_argument("--psm", default="6", help="Tesseract's way to look for lines [6: one block]")
    parser.add_argument("--rounds", type=int, default=2, help="of each, the best counts [2]")
    options = parser.parse_args()
    peer = shutil.which("tesseract") is not None
    print(f"{'':24s}{'errors':>9s}{'seconds':>10s}{'MB':>7s}")
    for folder in options.folders:
        pictures, texts = pages_of(folder)
        end = "".join(c for c in folder.rstrip("/").split("-")[-1] if c.isdigit())
        dpi = options.dpi or int(end or 300)
        print(f"{folder}: {len(pictures)} pages, {sum(map(len, texts)):,} characters")
        rounds = []
        for _ in range(options.rounds):
            rounds.append((read_by_lenet(options.lenet, pictures),
                           peer and read_by_tesseract(pictures, dpi, options.psm, folder)))
        for place, name in enumerate(["lenet", "Tesseract"] if peer else ["lenet"]):
            read = rounds[0][place][0]
            seconds = min(one[place][1] for one in rounds)
            most = max(one[place][2] for one in rounds)
            print(f"  {name:22s}{count(texts, read):8.2f}%{seconds:10.2f}{most:7.0f}")
        if peer:
            ours, theirs = (min(one[place][1] for one in rounds) for place in (0, 1))
            print(f"  lenet is {theirs / ours:.1f} times as fast")
        else:
            print("  Tesseract is not here: apt-get install tesseract-ocr tesseract-ocr-eng")


main()
