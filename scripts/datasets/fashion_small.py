"""The first 6,000 pictures for training and 2,000 for testing of Fashion-MNIST: enough for a comparison within minutes."""

from pathlib import Path

from . import fashion

NAME = "fashion-small"
ABOUT = "8,000 photographs of clothes as grey PNG files, 28 x 28 (from a Debian package of 31 MB)"
LICENCE = fashion.LICENCE
STAMP = fashion.STAMP


def fill(scratch: Path, folder: Path) -> str:
    return fashion.fill_with(scratch, folder, {"train": 6_000, "t10k": 2_000})
