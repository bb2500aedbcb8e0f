"""Frames of a simulated car: gymnasium's CarRacing-v3, driven over sixteen tracks of different colours.

The driver follows a line that wanders to both sides of the road, at a speed that changes on its own, so that neither can be told
from the other labels. Every fifth step is kept, ten frames a second. The bar at the bottom of the picture is cut off, because it
shows the speed.
"""

import csv
import os
import subprocess
import sys
from pathlib import Path

from .common import FetchError, python_with_pip

NAME = "car-racing"
ABOUT = "2,720 drawn frames of a car on 16 tracks, made by a simulation of three minutes (packages of 20 MB)"
LICENCE = "the simulation is gymnasium's (MIT), with Box2D and pygame; its pictures are drawn, not photographed"
PACKAGES = ["gymnasium==1.4.0", "box2d==2.3.10", "pygame==2.6.1", "numpy"]
STAMP = "\n".join(PACKAGES) + "\n1\n"

TRACKS, TEST_TRACKS = 16, 4
LABELS = {"offset": ("left", "middle", "right"), "curve": ("left", "straight", "right"), "speed": ("slow", "medium", "fast")}
STRAIGHT = 0.15  # radians


def fill(scratch: Path, folder: Path) -> str:
    """Writes `frames/track-NN/*.png`, a CSV of each label, in three classes, with the column `track`, and `measured.csv` with the numbers."""
    packages = scratch / "python"
    done = subprocess.run(
        [python_with_pip(), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--target", packages, *PACKAGES],
        capture_output=True, text=True)
    if done.returncode:
        raise FetchError("pip could not install the simulation: " + (done.stderr.strip().splitlines() or ["no reason"])[-1])
    print("  driving", file=sys.stderr)
    # In a process of its own, with the Python whose packages these are.
    done = subprocess.run(
        [python_with_pip(), Path(__file__).with_name("drive_car.py"), folder, str(TRACKS)], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(packages), "SDL_VIDEODRIVER": "dummy"})
    if done.returncode:
        raise FetchError("the simulation stopped: " + (done.stderr.strip().splitlines() or ["no reason"])[-1])
    with (folder / "measured.csv").open(newline="") as stream:
        frames = list(csv.DictReader(stream))
    write_labels(frames, folder)
    return f"{len(frames)} frames, and a CSV for each of {', '.join(LABELS)}"


def write_labels(frames: list, folder: Path) -> None:
    """The last tracks are the test part. Classes of offset and speed are thirds of the training tracks; the road is straight where
    its direction 25 m ahead differs by at most 0.15 radians from that beneath the car."""
    tracks = sorted({frame["track"] for frame in frames})
    test = set(tracks[-TEST_TRACKS:])
    for label, names in LABELS.items():
        known = sorted(float(frame[label]) for frame in frames if frame["track"] not in test)
        low, high = (-STRAIGHT, STRAIGHT) if label == "curve" else (known[len(known) // 3], known[2 * len(known) // 3])
        with (folder / f"{label}.csv").open("w", newline="") as stream:
            table = csv.writer(stream, lineterminator="\n")
            table.writerow(["path", "label", "track", "split"])
            for frame in frames:
                value = float(frame[label])
                table.writerow([frame["path"], names[(value > low) + (value > high)], frame["track"],
                                "test" if frame["track"] in test else "train"])
