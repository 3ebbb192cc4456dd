#!/usr/bin/env python3
"""compare.py - lenet beside what one would take in its place: the same network, weights, pictures
and processor, in one run. README.md says what is measured and how it is kept fair.

Peers that are not installed are named with the command that installs them; the others are measured.
"""

import argparse
import collections
import json
import os
import platform
import shlex
import sys

sys.dont_write_bytecode = True
from materials import Lacking, Materials, lenet  # noqa: E402
from peers import ALL, HERE, PEERS, Amount, Failed, Ours, Peer, Theirs  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(HERE))
DIFFERING = 0.0005  # the part of the test images that may be answered otherwise than by lenet
LOSS = 0.2  # a peer's mean loss of an epoch may be off lenet's by this part: another order
PILOT = Amount(images=4000, seconds=0.2, limit=20)
EXIT_FAILED, EXIT_LACKING, EXIT_INTERRUPTED = 1, 4, 130

# kind: what peers call it; figure: what they print of it, in `unit`; sign: 1 where more is better
Work = collections.namedtuple("Work", "name title kind batch figure unit sign")
WORKS = [
    *(Work(f"train{batch}", f"an epoch in batches of {batch}", "train", batch, "seconds", "s", -1)
      for batch in (16, 64, 256)),
    Work("forward1", "forward in batches, one thread", "forward", 0, "images_per_second",
         "images/s", 1),
    Work("forward", "forward in batches", "forward", 0, "images_per_second", "images/s", 1),
    Work("latency", "one image (median)", "latency", 0, "median_us", "us", -1),
]


def progress(text):
    """One line that changes where a person looks on, else nothing."""
    if sys.stderr.isatty():
        print(f"\r{text[:78]:78}", end="\r" if not text else "", file=sys.stderr, flush=True)


def say(text):
    progress("")
    print(f"compare.py: {text}", file=sys.stderr, flush=True)


# ---------------------------------------------------------------- measuring


class Row:
    """What one contestant came to in one work."""

    def __init__(self, work, who, threads):
        self.work, self.who, self.threads = work, who, threads
        self.runs, self.failure = [], None

    def add(self, told):
        self.runs.append(told)

    def figures(self):
        return [run[self.work.figure] for run in self.runs]

    def best(self):
        return max(self.runs, key=lambda run: self.work.sign * run[self.work.figure])

    def figure(self):
        return self.best()[self.work.figure]

    def spread(self):
        low, high = min(self.figures()), max(self.figures())
        return (high - low) / (high if self.work.sign > 0 else low)

    def ratio(self, ours):
        """How many times as fast as this one lenet is."""
        return (ours.figure() / self.figure()) ** self.work.sign

    def document(self, ours):
        result = {"work": self.work.name, "title": self.work.title, "who": self.who.name}
        if self.failure:
            return {**result, "failure": self.failure}
        best = {k: v for k, v in self.best().items() if k not in ("answers", "version")}
        return {**result, "figure": self.figure(), "unit": self.work.unit,
                "spread": self.spread(), "ratio": self.ratio(ours), "threads": self.threads,
                "runs": self.figures(), **best}


def fastest_threads(work, who, most, amount):
    """One thread or all, by a short trial: peers meet at barriers, which small work or a busy
    machine makes dear. lenet decides for itself, and so may they."""
    if work.name == "forward1" or most == 1:
        return 1
    if isinstance(who, Ours):
        return 1 if work.kind == "latency" else most
    pilot = PILOT._replace(images=min(PILOT.images, amount.images))
    figures = {}
    for threads in (1, most):
        try:
            figures[threads] = work.sign * who.measure(work, threads, pilot)[work.figure]
        except Failed as failure:
            reason = failure
    if not figures:
        raise reason
    return max(figures, key=figures.get)


def check_learning(ours, told):
    """The first weights were the same: so must be what was learned, but for the order."""
    if abs(told["loss"] - ours["loss"]) > LOSS * ours["loss"]:
        raise Failed(f"learns otherwise: loss {told['loss']:.4f}, lenet {ours['loss']:.4f}")


def measure_work(work, contestants, most, rounds, amount):
    """Round after round, one contestant after the other."""
    rows = []
    for who in contestants:
        if work.kind not in who.kinds:
            continue
        progress(f"{work.title}: {who.title}, how many threads")
        row = Row(work, who, most)
        rows.append(row)
        try:
            row.threads = fastest_threads(work, who, most, amount)
        except Failed as failure:
            row.failure = str(failure)
    for turn in range(rounds):
        for row in rows:
            if row.failure:
                continue
            progress(f"{work.title}: {row.who.title}, {turn + 1} of {rounds}")
            threads = most if isinstance(row.who, Ours) else row.threads
            try:
                told = row.who.measure(work, threads, amount)
                if work.kind == "train":
                    check_learning(rows[0].runs[0] if rows[0].runs else told, told)
                row.add(told)
            except Failed as failure:
                row.failure = str(failure)
    return rows


def find_peers(peers, materials):
    """(contestants, what is said of each peer): those that are there and give lenet's answers."""
    contestants, said = [], []
    for peer in peers:
        progress(f"looking for {peer.title}")
        note = {"who": peer.name, "title": peer.title}
        said.append(note)
        try:
            command = peer.find(materials.folder)
            if command is None:
                note["install"] = peer.install
                continue
            who = Theirs(peer, command, materials)
            progress(f"{peer.title}: is it the same network?")
            note["version"], note["differing"] = who.check()
            if note["differing"] > DIFFERING * materials.test:
                raise Failed(f"answers {note['differing']} of {materials.test} images otherwise")
            contestants.append(who)
        except Failed as failure:
            note["failure"] = str(failure)
    return contestants, said


# ---------------------------------------------------------------- printing


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def number(value, unit):
    if unit == "images/s":
        return f"{value:,.0f} {unit}"
    return f"{value:.{2 if unit == 's' else 1}f} {unit}"


def remark(row):
    best = row.best()
    parts = [f"{row.threads} thread{'s' if row.threads > 1 else ''}"]
    if "loss" in best:
        parts.append(f"loss {best['loss']:.3f}, {best['errors']} test errors")
    if "p99_us" in best:
        parts.append(f"99 in 100: {best['p99_us']:.1f} us")
    if "how" in best:
        parts.append(best["how"])
    return ", ".join(parts)


def print_table(result, works):
    print(f"{result['machine']}; lenet5 on {result['data']}, {result['images']:,} images an epoch; "
          f"best of {result['rounds']}\n")
    print(f"{'':34}{'figure':>18}{'spread':>8}{'ratio':>8}")
    for rows in works:
        print(rows[0].work.title)
        for row in rows:
            if row.failure:
                print(f"  {row.who.title:16}  {row.failure}")
                continue
            ratio = "" if row is rows[0] else f"{row.ratio(rows[0]):.1f}x"
            print(f"  {row.who.title:32}{number(row.figure(), row.work.unit):>18}"
                  f"{100 * row.spread():6.0f} % {ratio:>7}  {remark(row)}")
    print("\nratio: how many times as fast lenet is")
    for note in result["peers"]:
        if "install" in note:
            print(f"{note['title']}: not here; to install: {note['install']}")
        elif "failure" in note:
            print(f"{note['title']}: not measured: {note['failure']}")
        else:
            print(f"{note['title']}: {note['version']}; {note['differing']} of "
                  f"{result['test_images']:,} test images answered otherwise than by lenet")


# ---------------------------------------------------------------- the command


def parse(arguments):
    names = [work.name for work in WORKS] + ["lenet"] + [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(
        prog="compare.py", description="lenet beside its peers, on the same work in one run")
    parser.add_argument("--lenet", default=os.path.join(ROOT, "build", "lenet"), metavar="COMMAND",
                        help="the command that was built [build/lenet]")
    parser.add_argument("--data", metavar="SET", help="a folder with the four files of MNIST, a name "
                        "lenet knows, or synthetic:COUNT [mnist, or lenet's own digits without it]")
    parser.add_argument("--folder", default=os.path.join(ROOT, "build", "peers"),
                        help="for what is handed to the peers [build/peers]")
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts [3]")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)),
                        help="at most [one per processor]")
    parser.add_argument("--only", default="", metavar="NAME,...",
                        help=f"these works and these peers (lenet: none) alone, of: {', '.join(names)}")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND",
                        help="measure this program too, which speaks as README.md says")
    parser.add_argument("--quick", action="store_true",
                        help="a fifth of an epoch, one round; a first impression")
    parser.add_argument("--json", nargs="?", const="-", metavar="FILE",
                        help="print JSON instead of the table, or also write it to FILE")
    options = parser.parse_args(arguments)
    chosen = [name for name in options.only.split(",") if name]
    own = [Peer(name, name, ALL, lambda folder, line=line: shlex.split(line), "")
           for name, _, line in (text.partition("=") for text in options.peer)]
    unknown = [name for name in chosen if name not in names + [peer.name for peer in own]]
    if unknown:
        parser.error(f"--only: {unknown[0]} is none of {', '.join(names)}")
    if options.rounds < 1 or options.threads < 1:
        parser.error("--rounds and --threads are 1 or more")

    options.works = [work for work in WORKS if work.name in chosen] or WORKS
    options.peers = [peer for peer in PEERS + own if peer.name in chosen]
    if not options.peers and "lenet" not in chosen:
        options.peers = PEERS + own
    if options.threads == 1:
        options.works = [w for w in options.works if w.name != "forward1" or w.name in chosen]
    return options


def compare(options):
    load = os.getloadavg()[0]
    if load > 0.5:
        say(f"other programs keep this machine busy (load {load:.1f}): figures are too low")
    progress("preparing pictures and weights")
    materials = Materials(options.lenet, options.data, options.folder)
    images = materials.train // (5 if options.quick else 1)
    rounds, seconds = (1, 0.3) if options.quick else (options.rounds, 0.5)
    contestants, said = find_peers(options.peers, materials)
    names = ", ".join(peer.name for peer in contestants) or "no peer is here"
    say(f"lenet beside {names}; {len(options.works)} pieces of work in {rounds} rounds, some minutes")
    contestants.insert(0, Ours(options.lenet, materials))
    works = []
    for number, work in enumerate(options.works, 1):
        works.append(measure_work(work, contestants, options.threads, rounds,
                                  Amount(images, seconds, limit=180)))
        say(f"{work.name}: measured, {number} of {len(options.works)}")
    progress("")
    result = {
        "machine": f"{processor()}, {options.threads} threads", "load": load,
        "lenet": lenet(options.lenet, "version").get("version"), "data": materials.name,
        "images": images, "test_images": materials.test, "test_errors": materials.test_errors,
        "rounds": rounds, "threads": options.threads, "peers": said,
        "results": [row.document(rows[0]) for rows in works for row in rows],
    }
    if options.json:
        text = json.dumps(result) + "\n"
        if options.json == "-":
            sys.stdout.write(text)
        else:
            with open(options.json, "w", encoding="utf-8") as file:
                file.write(text)
    if options.json != "-":
        print_table(result, works)
    failures = [note for note in said + result["results"] if "failure" in note]
    return EXIT_FAILED if failures else 0


def main():
    try:
        return compare(parse(sys.argv[1:]))
    except Lacking as reason:
        say(f"nothing to compare: {reason}")
        return EXIT_LACKING
    except KeyboardInterrupt:
        say("interrupted")
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
