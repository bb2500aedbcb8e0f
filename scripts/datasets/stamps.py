"""Coloured stamps of Tux Paint: drawings and cut-out photographs of animals, coins, vehicles and other objects."""

import csv
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from .common import FetchError, sha256_of

NAME = "stamps"
ABOUT = "796 stamps as PNG files with transparency, in 16 kinds (a Debian package of 161 MB)"
LICENCE = "GPL 2 or later (Tux Paint's artists; the package's copyright file names them)"
PACKAGE = "tuxpaint-stamps-default=2022.06.04-1"
SHA256 = "6db6c1bfc870a47f1499d6203b083522eacb57c5f9c87d468f2e92eb6d9d5f34"
COUNT = 796
STAMP = SHA256 + "\n1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `images/KIND/….png` from the package, and `labels.csv`: a quarter, by the hash of the name, is for testing."""
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise FetchError(f"there is no {program} here; the stamps come from a package of Debian's or Ubuntu's.")
    print(f"  downloading {PACKAGE}", file=sys.stderr)
    # apt warns that its sandbox user cannot write here.
    done = subprocess.run(["apt-get", "download", "--quiet", PACKAGE], cwd=scratch, capture_output=True, text=True)
    packages = sorted(scratch.glob("*.deb"))
    if done.returncode != 0 or len(packages) != 1:
        reason = (done.stderr.strip().splitlines() or ["apt-get gave no reason"])[-1]
        raise FetchError(f"apt-get could not download {PACKAGE}: {reason}")
    if (found := sha256_of(packages[0])) != SHA256:
        raise FetchError(f"{packages[0].name} has SHA-256 {found}, expected {SHA256}; nothing was taken from it.")
    subprocess.run(["dpkg-deb", "-x", packages[0], scratch / "package"], check=True)
    stamps = scratch / "package/usr/share/tuxpaint/stamps"
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
