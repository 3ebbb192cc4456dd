#!/usr/bin/env python3
"""Draws the sample pictures beside it: digits as a pen, a marker or chalk leaves them.

    python3 examples/samples/make.py

The pictures are committed; this needs nothing but Python. Each digit is a few strokes of points in
a box of 0..1 x 0..1 (y down), smoothed by a Catmull-Rom spline, turned, and drawn with a round pen
on paper that is unevenly lit and grainy.
"""
import math
import os
import random

STROKES = {
    0: [[(.55, .03), (.25, .12), (.08, .45), (.15, .82), (.45, .98), (.80, .85), (.93, .50),
         (.82, .15), (.50, .03)]],
    1: [[(.30, .22), (.58, .02), (.56, .35), (.52, .70), (.50, .98)]],
    2: [[(.12, .25), (.30, .04), (.68, .04), (.84, .26), (.62, .58), (.30, .82), (.10, .96)],
        [(.10, .96), (.35, .90), (.65, .95), (.92, .92)]],
    3: [[(.15, .12), (.45, .02), (.78, .12), (.74, .36), (.42, .47)],
        [(.42, .47), (.80, .56), (.88, .80), (.58, .98), (.25, .95), (.08, .82)]],
    4: [[(.40, .03), (.28, .30), (.10, .58), (.45, .60), (.95, .55)],
        [(.72, .25), (.70, .60), (.66, .99)]],
    5: [[(.88, .04), (.60, .05), (.28, .06)],
        [(.28, .06), (.22, .44), (.50, .38), (.82, .50), (.86, .76), (.60, .97), (.28, .96),
         (.08, .86)]],
    6: [[(.72, .03), (.40, .22), (.16, .58), (.18, .86), (.48, .98), (.80, .84), (.78, .60),
         (.50, .52), (.20, .70)]],
    7: [[(.08, .08), (.45, .06), (.90, .05)], [(.90, .05), (.64, .42), (.46, .98)],
        [(.36, .52), (.60, .49), (.80, .50)]],
    8: [[(.80, .18), (.50, .03), (.22, .18), (.40, .42), (.72, .62), (.76, .86), (.46, .98),
         (.18, .84), (.30, .60), (.62, .42), (.80, .18)]],
    9: [[(.82, .20), (.50, .04), (.20, .22), (.24, .46), (.54, .50), (.80, .24)],
        [(.82, .20), (.78, .55), (.64, .98)]],
}

# name, digit, width, height, box of the digit (left, top, width, height), turn in degrees,
# pen radius, paper, ink, light falling off to the right, grain
PICTURES = [
    ("seven", 7, 90, 110, (22, 18, 46, 70), 4, 2.6, 235, 40, 25, 4),
    ("three", 3, 120, 100, (44, 16, 40, 64), -6, 3.4, 205, 60, 60, 5),
    ("five", 5, 84, 84, (18, 14, 44, 56), 3, 2.2, 245, 90, 10, 3),
    ("two", 2, 100, 120, (24, 26, 50, 64), -3, 4.5, 35, 225, -8, 6),
    ("eight", 8, 80, 110, (20, 20, 38, 68), 8, 2.8, 225, 30, 45, 6),
    ("four", 4, 110, 110, (32, 22, 46, 66), -4, 3.0, 190, 50, 30, 8),
]

# The lines of lines.pgm: left, top and what is written; 5 and 0 of the second touch.
LINES = [(24, 22, "1998"), (52, 88, "4507")]


def spline(points, steps=24):
    """Catmull-Rom through the points."""
    ends = [points[0]] + points + [points[-1]]
    curve = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:]):
        for i in range(steps):
            t = i / steps
            curve.append(tuple(
                .5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t +
                      (3 * q - p - 3 * r + s) * t ** 3) for p, q, r, s in zip(a, b, c, d)))
    return curve + [points[-1]]


def write(digit, box, turn, pen):
    """Where a round pen goes: (x, y, radius)."""
    left, top, wide, high = box
    sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    marks = []
    for stroke in STROKES[digit]:
        curve = spline(stroke)
        for i, (u, v) in enumerate(curve):
            x, y = (u - .5) * wide, (v - .5) * high
            swell = pen * (1 + .18 * math.sin(3 * i / len(curve) * math.pi))
            marks.append((left + wide / 2 + cosine * x - sine * y,
                          top + high / 2 + sine * x + cosine * y, swell))
    return marks


def paint(marks, width, height, paper, ink, light, grain, rng):
    pixels = bytearray()
    for y in range(height):
        near = [mark for mark in marks if abs(mark[1] - y) < mark[2] + 1]
        for x in range(width):
            cover = max((min(1, r + .5 - math.hypot(x - cx, y - cy)) for cx, cy, r in near),
                        default=0)
            ground = paper - light * x / width - light / 3 * y / height
            value = ground + (ink - ground) * max(0, cover) + rng.gauss(0, grain)
            pixels.append(max(0, min(255, round(value))))
    return bytes(pixels)


def write_lines(rng):
    marks = []
    for left, top, text in LINES:
        for digit in text:
            wide = 14 if digit == "1" else 27
            top += rng.uniform(-2, 4)  # the lines fall to the right
            marks += write(int(digit), (left, top, wide, 42), rng.uniform(-6, 6), 2.1)
            left += wide + (-2 if digit == "5" else rng.uniform(9, 14))
    return marks


def save(name, width, height, pixels):
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, name + ".pgm"), "wb") as file:
        file.write(b"P5\n%d %d\n255\n" % (width, height) + pixels)


def main():
    for name, digit, width, height, box, turn, pen, *look in PICTURES:
        pixels = paint(write(digit, box, turn, pen), width, height, *look, random.Random(digit))
        save(name, width, height, pixels)
    rng = random.Random(10)
    save("lines", 230, 160, paint(write_lines(rng), 230, 160, 215, 55, 60, 5, rng))


if __name__ == "__main__":
    main()
