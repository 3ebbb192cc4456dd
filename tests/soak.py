"""soak.py LENET MINUTES - training under load: one `lenet train`, 24 loops of `lenet predict`, and one
`lenet predict` that is given very many pictures, all at once, for MINUTES from the first epoch's end on.

Fails if any of them fails, if an answer is another than that which the picture gets alone, or if a process
that lives long takes more memory in the second half of its life than in the first (by more than 1 MB)."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

LOOPS = 24
PICTURES = 150_000  # of one process: what a command line holds
SLACK = 1 << 20  # bytes that resident memory may grow by
SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples", "samples")


class Count:
    """What the threads have seen."""

    def __init__(self):
        self.lock = threading.Lock()
        self.runs, self.pictures, self.peak, self.failures = 0, 0, 0, []

    def run(self, peak):
        with self.lock:
            self.runs += 1
            self.peak = max(self.peak, peak)

    def read(self):
        with self.lock:
            self.pictures += 1

    def failure(self, text):
        with self.lock:
            self.failures.append(text)


def resident(pid):
    """Bytes of memory of a process that are resident, 0 where it has ended."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0


def predict_once(lenet, folder, name):
    """Exit status, answer and peak of resident memory of a process of its own."""
    process = subprocess.Popen([lenet, "predict", "--json", name], cwd=folder, stdout=subprocess.PIPE)
    answer = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, answer, usage.ru_maxrss * 1024


def loop(lenet, folder, expected, first, end, count):
    names = sorted(expected)
    at = first
    while time.monotonic() < end:
        name = names[at % len(names)]
        at += 1
        code, answer, peak = predict_once(lenet, folder, name)
        count.run(peak)
        if code != 0 or answer != expected[name]:
            count.failure(f"predict {name}: exit code {code}, {answer!r}")


def predict_many(lenet, folder, expected, end, count, lives):
    """Processes of very many pictures, one after the other; `lives` gets the samples of each."""
    names = sorted(expected)
    given = [names[i % len(names)] for i in range(PICTURES)]
    while time.monotonic() < end:
        process = subprocess.Popen([lenet, "predict", "--json", *given], cwd=folder, stdout=subprocess.PIPE)
        sampled, seen = [], time.monotonic()
        for at, line in enumerate(process.stdout):
            if line != expected[given[at]]:
                count.failure(f"picture {at} of one process: {line!r}")
            count.read()
            if time.monotonic() > seen + 1:
                seen = time.monotonic()
                sampled.append(resident(process.pid))
                if seen > end:
                    process.terminate()
                    break
        process.stdout.close()
        code = process.wait()
        if code not in (0, -signal.SIGTERM):
            count.failure(f"predict of {PICTURES} pictures: exit code {code}")
        lives.append(sampled)


def growth(samples):
    """By how much the peak of the second half is above that of the first, the start left out."""
    settled = samples[len(samples) // 10:]
    half = len(settled) // 2
    return max(settled[half:]) - max(settled[:half]) if half > 0 else 0


def main(lenet, minutes):
    lenet = os.path.abspath(lenet)
    count, lives, train_rss = Count(), [], []
    with tempfile.TemporaryDirectory() as folder:
        for i, name in enumerate(sorted(os.listdir(SAMPLES))):
            if name.endswith(".pgm"):
                os.symlink(os.path.join(os.path.abspath(SAMPLES), name), os.path.join(folder, chr(97 + i)))
        expected = {}
        for name in sorted(os.listdir(folder)):
            code, expected[name], _ = predict_once(lenet, folder, name)
            if code != 0 or expected[name].count(b"\n") != 1:
                sys.exit(f"soak: predict {name}: exit code {code}, {expected[name]!r}")
        train = subprocess.Popen(
            [lenet, "train", "--data", "synthetic:20000", "--augment", "affine,elastic", "--epochs", "1000",
             "--out", "soak.safetensors"],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        told = []
        listener = threading.Thread(target=lambda: told.extend(train.stderr), daemon=True)
        listener.start()
        while train.poll() is None and not any(line.startswith("epoch") for line in list(told)):
            time.sleep(0.1)  # the data is drawn, and every kind of memory taken once
        end = time.monotonic() + 60 * minutes
        threads = [threading.Thread(target=predict_many, args=(lenet, folder, expected, end, count, lives))]
        threads += [threading.Thread(target=loop, args=(lenet, folder, expected, i, end, count))
                    for i in range(LOOPS)]
        for thread in threads:
            thread.start()
        while time.monotonic() < end and train.poll() is None:
            train_rss.append(resident(train.pid))
            time.sleep(1)
        train.send_signal(signal.SIGINT)
        code = train.wait()
        for thread in threads:
            thread.join()
        if code != 130 or not os.path.exists(os.path.join(folder, "soak.safetensors.ckpt")):
            count.failure(f"train: exit code {code}, not 130 with a checkpoint: {' '.join(told[-2:])}")
    rows = [("train", 1, "", max(train_rss, default=0), growth(train_rss)),
            (f"{LOOPS} loops of predict", count.runs, count.runs, count.peak, None)]
    rows += [("predict of many", 1, count.pictures, max(map(max, filter(None, lives)), default=0),
              max(map(growth, filter(None, lives)), default=0))]
    print(f"{'process':<22} {'runs':>8} {'pictures':>9} {'peak MB':>8} {'growth kB':>10}")
    for name, runs, pictures, peak, grown in rows:
        print(f"{name:<22} {runs:>8} {pictures:>9} {peak / 1e6:>8.1f} "
              f"{'' if grown is None else f'{grown / 1e3:.0f}':>10}")
        if grown is not None and grown > SLACK:
            count.failure(f"{name}: memory grew by {grown} bytes")
    if count.runs == 0 or count.pictures == 0:
        count.failure("nothing was predicted")
    print(f"{minutes:g} minutes, failures: {len(count.failures)}")
    for failure in count.failures[:10]:
        print(f"soak: {failure}", file=sys.stderr)
    return 1 if count.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
