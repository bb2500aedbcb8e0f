"""Coloured stamps of Tux Paint: drawings and cut-out photographs of animals, coins, vehicles and other objects."""

import csv
import hashlib
import shutil
from pathlib import Path

from .common import FetchError, download_deb

NAME = "stamps"
ABOUT = "796 stamps as PNG files with transparency, in 16 kinds (a Debian package of 161 MB)"
LICENCE = "GPL 2 or later (Tux Paint's artists; the package's copyright file names them)"
PACKAGE = "tuxpaint-stamps-default=2022.06.04-1"
SHA256 = "6db6c1bfc870a47f1499d6203b083522eacb57c5f9c87d468f2e92eb6d9d5f34"
COUNT = 796
STAMP = SHA256 + "\n1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `images/KIND/….png` from the package, and `labels.csv`: a quarter, by the hash of the name, is for testing."""
    package = download_deb(PACKAGE, SHA256, scratch)
    stamps = package / "usr/share/tuxpaint/stamps"
    rows = []
    for source in sorted(stamps.rglob("*.png")):
        place = Path("images") / source.relative_to(stamps)
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / place)
        is_test = hashlib.sha256(place.as_posix().encode()).digest()[0] < 64
        rows.append([place.as_posix(), place.parts[1], "test" if is_test else "train"])
    if len(rows) != COUNT:
        raise FetchError(f"{PACKAGE} has {len(rows)} stamps, expected {COUNT}.")
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerows([["path", "label", "split"], *rows])
    return f"{len(rows)} files and labels.csv"
