#!/usr/bin/env python3
"""Trains many recipes with many seeds through `lenet train --json`, and tells what they came to.

    experiments/sweep.py experiments/results.txt            # trains what has no result yet
    experiments/sweep.py experiments/results.txt --table    # prints the table of what has one

The file names a run on each line, NAME: OPTIONS OF LENET TRAIN; 'seeds 1-5' or 'seeds 1,7' holds
for the lines below it; # begins a comment. In the options {models} stands for the folder of --models
and {seed} for the seed. A result is a line of JSON in FILE.jsonl, written when a run has ended: what
was stopped is trained anew, what is there is not repeated unless its options have changed.

The test images are measured once, at the end of each training run, as lenet train does. The table
shows that only with --test: choose without it.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time


def fail(message, code):
    print(f"sweep.py: {message}", file=sys.stderr)
    sys.exit(code)


def read_seeds(text, place):
    seeds = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*([0-9]+)(?:-([0-9]+))?\s*", part)
        numbers = range(int(match[1]), int(match[2] or match[1]) + 1) if match else []
        if not numbers:
            fail(f"{place}: '{text}' is no list of seeds such as 1-5 or 1,7", 3)
        seeds += numbers
    return list(dict.fromkeys(seeds))


def is_own(word):
    """True for an option of lenet train that the sweep gives itself, however it is written."""
    name = word.partition("=")[0]
    long = len(name) > 3 and any(o.startswith(name) for o in ("--json", "--out", "--resume", "--seed",
                                                              "--help"))
    return long or word[:2] in ("-o", "-s", "-h")


def read_runs(path, models):
    """[(name, seed, arguments of lenet train)] in the order of the file."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: {error.strerror if isinstance(error, OSError) else 'not UTF-8'}", 3)
    runs, names, seeds = [], set(), [1]
    for number, line in enumerate(lines, 1):
        place, line = f"{path}:{number}", line.split(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("seeds "):
            seeds = read_seeds(line[6:], place)
            continue
        name, colon, options = line.partition(":")
        if not colon or not name.replace("-", "").replace(".", "").isalnum():
            fail(f"{place}: neither NAME: OPTIONS nor seeds", 3)
        if name in names:
            fail(f"{place}: {name} stands on a line above already", 3)
        names.add(name)
        try:
            words = shlex.split(options)
        except ValueError as error:
            fail(f"{place}: {error}", 3)
        for word in words:
            if "\0" in word or is_own(word):
                fail(f"{place}: {word!r} is the sweep's own, or none", 3)
        for seed in seeds:
            filled = [w.replace("{models}", models).replace("{seed}", str(seed)) for w in words]
            runs.append((name, seed, filled))
    return runs


def read_results(path):
    """The last result of each (name, seed, options)."""
    results = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith("\n"):
                    break  # cut short: as if it had not been
                try:
                    result = json.loads(line)
                    results[result["run"], result["seed"], result["options"]] = result
                except (ValueError, KeyError, TypeError):
                    fail(f"{path}:{number}: no result of a run", 3)
    return results


def drop_cut_line(path):
    """Takes off the end of the file what is no whole line, as a kill or a full disk leaves it."""
    if os.path.exists(path):
        with open(path, "r+b") as file:
            file.truncate(file.read().rfind(b"\n") + 1)


class Sweep:
    def __init__(self, arguments, runs, results_path):
        self.arguments, self.results_path = arguments, results_path
        self.lock, self.children, self.stopping = threading.Lock(), set(), False
        self.done, self.total, self.start = 0, len(runs), time.time()

    def stop(self, *_):
        self.stopping = True
        for child in list(self.children):
            child.send_signal(signal.SIGTERM)

    def train(self, run):
        name, seed, options = run
        if self.stopping:
            return False
        out = "none"
        if self.arguments.models:
            out = os.path.join(self.arguments.models, f"{name}-{seed}.safetensors")
            for path in (out, out + ".ckpt"):
                if os.path.exists(path):
                    os.remove(path)
        command = [self.arguments.lenet, "train", *options, "--seed", str(seed), "--json", "--quiet"]
        if self.arguments.jobs > 1 and "--threads" not in options:
            command += ["--threads", "1"]
        child = subprocess.Popen(command + ["--out", out], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.children.add(child)
        if self.stopping:  # between the first look and now
            child.send_signal(signal.SIGTERM)
        output, message = child.communicate()
        self.children.discard(child)
        if self.stopping:
            return False
        try:
            document = json.loads(output) if child.returncode == 0 else None
        except ValueError:
            document, message = None, f"{self.arguments.lenet} printed no JSON"
        if document is None:
            print(f"sweep.py: {name}, seed {seed}: {message.strip()}", file=sys.stderr)
            return False
        self.keep(name, seed, options, document)
        return True

    def keep(self, name, seed, options, document):
        best = document["epochs"][document["best_epoch"] - 1]
        result = {"run": name, "seed": seed, "options": shlex.join(options)}
        result.update({key: document[key] for key in (
            "net", "parameters", "train_samples", "best_epoch", "test_error", "test_errors",
            "test_samples", "test_loss", "seconds", "threads", "isa", "recipe")})
        result.update({key: best[key] for key in (
            "train_loss", "train_error", "validation_loss", "validation_error")})
        with self.lock:
            drop_cut_line(self.results_path)
            with open(self.results_path, "a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")
            self.done += 1
            left = (time.time() - self.start) / self.done * (self.total - self.done)
            print(f"{self.done}/{self.total}  {name}, seed {seed}: {document['seconds']:.0f} s; "
                  f"about {left / 60:.0f} min left", file=sys.stderr, flush=True)


def spread(values, scale=100, places=2):
    """Mean, sample standard deviation and the worst."""
    if not values or None in values:
        return "-"
    text = f"{scale * statistics.mean(values):.{places}f}"
    if len(values) > 1:
        text += f" ± {scale * statistics.stdev(values):.{places}f}"
        text += f" (worst {scale * max(values):.{places}f})"
    return text


def print_table(runs, results, test):
    head = ["run", "parameters", "seeds", "validation error %"]
    head += ["test error %", "test loss"] if test else []
    print("| " + " | ".join(head + ["minutes"]) + " |")
    print("|---" * (len(head) + 1) + "|")
    for name in dict.fromkeys(run[0] for run in runs):
        found = [results[key] for run in runs if run[0] == name
                 and (key := (name, run[1], shlex.join(run[2]))) in results]
        if not found:
            continue
        row = [name, f"{found[0]['parameters']:,}", str(len(found)),
               spread([r["validation_error"] for r in found])]
        if test:
            row += [spread([r["test_error"] for r in found]),
                    spread([r["test_loss"] for r in found], 1, 4)]
        row.append(f"{statistics.mean(r['seconds'] for r in found) / 60:.1f}")
        print("| " + " | ".join(row) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--lenet", default="build/lenet", help="the command [build/lenet]")
    parser.add_argument("--jobs", type=int, default=1,
                        help="runs at once, with one thread each where it is more than 1 [1]")
    parser.add_argument("--models", default="", help="folder that keeps NAME-SEED.safetensors")
    parser.add_argument("--only", default="", help="runs with these names alone, commas between")
    parser.add_argument("--table", action="store_true", help="train nothing, print the table")
    parser.add_argument("--test", action="store_true", help="with the columns of the test images")
    arguments = parser.parse_args()
    runs = read_runs(arguments.file, arguments.models)
    wanted = [name for name in arguments.only.split(",") if name]
    for name in wanted:
        if name not in {run[0] for run in runs}:
            fail(f"--only: {arguments.file} has no run called '{name}'", 2)
    runs = [run for run in runs if not wanted or run[0] in wanted]
    results_path = os.path.splitext(arguments.file)[0] + ".jsonl"
    results = read_results(results_path)
    whole = True
    if not arguments.table and not shutil.which(arguments.lenet):
        fail(f"{arguments.lenet}: no such command; make builds build/lenet", 2)
    if not arguments.table:
        if arguments.models:
            try:
                os.makedirs(arguments.models, exist_ok=True)
            except OSError as error:
                fail(f"--models: {arguments.models}: {error.strerror}", 2)
        todo = [run for run in runs if (run[0], run[1], shlex.join(run[2])) not in results]
        sweep = Sweep(arguments, todo, results_path)
        signal.signal(signal.SIGINT, sweep.stop)
        signal.signal(signal.SIGTERM, sweep.stop)
        with concurrent.futures.ThreadPoolExecutor(max(1, arguments.jobs)) as pool:
            whole = all(list(pool.map(sweep.train, todo)))
        results = read_results(results_path)
        if sweep.stopping:
            sys.exit(130)
    print_table(runs, results, arguments.test)
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
