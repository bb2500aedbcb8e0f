"""Photographs of clothes: Fashion-MNIST, in the form that Debian's package has."""

import csv
import gzip
import random
import struct
from pathlib import Path

from .common import FetchError, download_deb
from .digits import grey_png

NAME = "fashion"
ABOUT = "70,000 photographs of clothes as grey PNG files, 28 x 28 (a Debian package of 31 MB)"
LICENCE = "MIT (Fashion-MNIST, Zalando SE)"
PACKAGE = "dataset-fashion-mnist=0.0~git20200523.55506a9-1"
SHA256 = "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0"
STAMP = SHA256 + "\n1\n"

CLASSES = ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot"]
SIDE = 28
DRAWS = 5


def fill(scratch: Path, folder: Path) -> str:
    return fill_with(scratch, folder, {"train": 60_000, "t10k": 10_000})


def fill_with(scratch: Path, folder: Path, counts: dict) -> str:
    """Writes the first pictures of each part, `labels.csv`, and to `subsets/` five stratified draws of 1 % and 10 %."""
    package = download_deb(PACKAGE, SHA256, scratch)
    rows = []
    for part, count in counts.items():
        name = "train" if part == "train" else "test"
        (folder / "images" / name).mkdir(parents=True)
        pictures = numbers(package, f"{part}-images-idx3-ubyte.gz", header=16)
        labels = numbers(package, f"{part}-labels-idx1-ubyte.gz", header=8)
        for index in range(count):
            path = f"images/{name}/{index:05d}.png"
            (folder / path).write_bytes(grey_png(pictures[index * SIDE * SIDE:(index + 1) * SIDE * SIDE], SIDE))
            rows.append([path, CLASSES[labels[index]], name])
    write(folder / "labels.csv", rows)
    (folder / "subsets").mkdir()
    test = [row for row in rows if row[2] == "test"]
    for percent in (1, 10):
        for draw in range(DRAWS):
            drawn = random.Random(f"{percent} {draw}")
            kept = []
            for label in CLASSES:
                own = [row for row in rows if row[2] == "train" and row[1] == label]
                kept += drawn.sample(own, max(1, round(len(own) * percent / 100)))
            write(folder / "subsets" / f"{percent}-percent-{draw}.csv", sorted(kept) + test)
    return f"{len(rows)} files and labels.csv"


def numbers(package: Path, name: str, header: int) -> bytes:
    """The bytes of an IDX file after its header."""
    found = sorted(package.rglob(name))
    if len(found) != 1:
        raise FetchError(f"{PACKAGE} has no file {name}.")
    content = gzip.decompress(found[0].read_bytes())
    count = struct.unpack(">I", content[4:8])[0]
    if len(content) != header + count * (SIDE * SIDE if header == 16 else 1):
        raise FetchError(f"{name} of {PACKAGE} does not have the length that its header says.")
    return content[header:]


def write(file: Path, rows: list) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows([["path", "label", "split"], *rows])
