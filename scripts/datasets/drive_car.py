"""Drives gymnasium's car and writes what it sees: `drive_car.py FOLDER TRACKS`. Needs gymnasium, box2d, pygame and numpy.

A driver with a given line and speed (pure pursuit): the wheels turn towards a point of the line some metres ahead. The line lies up
to 60 % of half the road beside its middle, and changes sides about every four seconds.
"""

import csv
import math
import struct
import sys
import zlib
from pathlib import Path

import gymnasium
import numpy as np

FRAMES, STEPS_PER_FRAME, STEPS_PER_SECOND = 170, 5, 50
# The picture turns and zooms during the first second.
WARM_UP = 60
# Rows of the picture without the bar that shows the speed.
ROWS = 84
HALF_ROAD = 40 / 6  # metres
AHEAD = 25  # metres to the place whose direction says how the road bends


def png(picture: np.ndarray) -> bytes:
    """A colour picture, [rows, columns, 3] of bytes."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows, columns, _ = picture.shape
    lines = b"".join(b"\0" + row.tobytes() for row in picture)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


class Road:
    """The middle of the road as a closed line."""

    def __init__(self, track):
        self.points = np.array([(x, y) for _, _, x, y in track])
        steps = np.roll(self.points, -1, 0) - self.points
        self.lengths = np.hypot(*steps.T)
        self.headings = np.arctan2(steps[:, 1], steps[:, 0])

    def nearest(self, place: np.ndarray) -> int:
        return int(np.argmin(((self.points - place) ** 2).sum(1)))

    def ahead(self, index: int, metres: float) -> int:
        while metres > 0:
            metres -= self.lengths[index]
            index = (index + 1) % len(self.points)
        return index

    def offset(self, place: np.ndarray, index: int) -> float:
        """Metres to the right of the middle; below zero to the left."""
        dx, dy = place - self.points[index]
        heading = self.headings[index]
        return math.sin(heading) * dx - math.cos(heading) * dy

    def beside(self, index: int, offset: float) -> np.ndarray:
        heading = self.headings[index]
        return self.points[index] + offset * np.array([math.sin(heading), -math.cos(heading)])


def wrapped(angle: float) -> float:
    return (angle + math.pi) % (2 * math.pi) - math.pi


def drive(track: int, folder: Path) -> list:
    world = gymnasium.make("CarRacing-v3", domain_randomize=True, max_episode_steps=10_000)
    picture, _ = world.reset(seed=track)
    inner = world.unwrapped
    generator = np.random.default_rng(track)
    phases, periods = generator.uniform(0, 2 * math.pi, 4), generator.uniform(3, 9, 4)
    road = Road(inner.track)
    rows = []
    (folder / "frames" / f"track-{track:02d}").mkdir(parents=True)
    for step in range(WARM_UP + FRAMES * STEPS_PER_FRAME):
        seconds = step / STEPS_PER_SECOND
        waves = np.sin(2 * math.pi * seconds / periods + phases)
        wanted_offset = 0.6 * HALF_ROAD * (waves[0] + waves[1]) / 1.5
        wanted_speed = 26 + 12 * (waves[2] + waves[3]) / 2
        hull = inner.car.hull
        place, velocity = np.array(hull.position), np.array(hull.linearVelocity)
        speed = float(np.hypot(*velocity))
        index = road.nearest(place)
        # The hull's angle is 0 where the car looks along y.
        heading = hull.angle + math.pi / 2
        aim = road.beside(road.ahead(index, 6 + 0.25 * speed), wanted_offset) - place
        turn = wrapped(math.atan2(aim[1], aim[0]) - heading)
        action = np.array([np.clip(-2.0 * turn, -1, 1), np.clip(0.06 * (wanted_speed - speed), 0, 0.6),
                           np.clip(0.04 * (speed - wanted_speed - 3), 0, 0.5)], np.float32)
        if step >= WARM_UP and (step - WARM_UP) % STEPS_PER_FRAME == 0:
            name = f"frames/track-{track:02d}/{len(rows):04d}.png"
            (folder / name).write_bytes(png(picture[:ROWS]))
            curve = wrapped(road.headings[index] - road.headings[road.ahead(index, AHEAD)])
            rows.append([name, f"track-{track:02d}", f"{road.offset(place, index):.4f}", f"{curve:.4f}", f"{speed:.3f}"])
        picture, _, done, _, _ = world.step(action)
        if done:
            sys.exit(f"track {track}: the drive ended after {step} steps.")
    return rows


def main() -> None:
    folder, tracks = Path(sys.argv[1]), int(sys.argv[2])
    rows = [row for track in range(tracks) for row in drive(track, folder)]
    with (folder / "measured.csv").open("w", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["path", "track", "offset", "curve", "speed"])
        table.writerows(rows)


if __name__ == "__main__":
    main()
