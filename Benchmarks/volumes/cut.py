"""Cuts volumes into patches of axial slices, named by the region of an atlas that their middle lies in.

A patch is 32 x 32 mm around a point of a grid, with the patient's right on the left and the front at the top. Slabs of 12 mm are kept
apart: every third is for testing, and its outermost slices are left out. The result has the form of a user's own data:
`HEAD/slab-NN/x-y/SLICE.png`, a folder for each place, so that the file before or after is the same place in the next slice; and
`labels.csv` with `path,label,slab,split`, where the training part is of the first head and the test part of the second.
"""

import csv
import struct
import zlib
from pathlib import Path

import numpy as np

SIDE, STRIDE, SLICE_STEP = 32, 8, 2  # mm
SLAB, MARGIN = 12, 3  # mm
FEWEST_TRAINING, FEWEST_TEST = 10, 5


def grey_png(picture: np.ndarray) -> bytes:
    """[rows, columns] of bytes."""
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows, columns = picture.shape
    lines = b"".join(b"\0" + row.tobytes() for row in picture)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


class Volume:
    """A volume with voxels of 1 mm whose axes are those of the space; `value` takes millimetres."""

    def __init__(self, path: Path):
        import nibabel

        image = nibabel.load(path)
        if not np.array_equal(image.affine[:3, :3], np.eye(3)):
            raise SystemExit(f"{path}: its voxels are not of 1 mm along the axes of the space.")
        self.values = np.asarray(image.dataobj)
        self.origin = np.rint(image.affine[:3, 3]).astype(int)

    def scaled(self) -> np.ndarray:
        """Bytes, from the 0.5th to the 99.5th percentile."""
        low, high = np.percentile(self.values, [0.5, 99.5])
        return np.rint(np.clip((self.values - low) / (high - low), 0, 1) * 255).astype(np.uint8)

    def place(self, point) -> tuple:
        return tuple(int(x) for x in np.array(point) - self.origin)

    def holds(self, point, reach: int) -> bool:
        place = self.place(point)
        return (all(reach <= place[axis] < self.values.shape[axis] - reach for axis in (0, 1))
                and 0 <= place[2] < self.values.shape[2])


def cut(folder: Path, into: Path, names=("colin27", "icbm152")) -> dict:
    """Writes the patches and `labels.csv`; returns how many there are by part, and how many regions."""
    atlas = Volume(folder / "atlas" / "aal.nii.gz")
    regions = dict(line.split()[:2] for line in (folder / "atlas" / "aal.txt").read_text().splitlines() if line.strip())
    rows = []
    half = SIDE // 2
    low = atlas.origin
    high = low + atlas.values.shape
    for name in names:
        volume = Volume(folder / "volumes" / f"{name}.nii.gz")
        pixels = volume.scaled()
        for z in range(low[2], high[2], SLICE_STEP):
            slab, within = divmod(z - low[2], SLAB)
            is_test = slab % 3 == 1
            # The first head's test slabs and the second's other slabs belong to no part.
            if is_test == (name == names[0]) or is_test and not MARGIN <= within < SLAB - MARGIN:
                continue
            for x in range(-88, 89, STRIDE):
                for y in range(-120, 89, STRIDE):
                    point = (x, y, z)
                    if not (atlas.holds(point, 0) and volume.holds(point, half)):
                        continue
                    region = int(atlas.values[atlas.place(point)])
                    if region == 0:
                        continue
                    i, j, k = volume.place(point)
                    # x grows to the patient's right and y to the front.
                    patch = pixels[i - half:i + half, j - half:j + half, k][::-1, ::-1].T
                    path = f"{name}/slab-{slab:02d}/{x:+04d}{y:+04d}/{z - low[2]:03d}.png"
                    (into / path).parent.mkdir(parents=True, exist_ok=True)
                    (into / path).write_bytes(grey_png(np.ascontiguousarray(patch)))
                    part = "test" if is_test else "train"
                    rows.append((path, regions[str(region)], f"slab-{slab:02d}", part))
    count = {part: {} for part in ("train", "test")}
    for row in rows:
        count[row[3]][row[1]] = count[row[3]].get(row[1], 0) + 1
    known = {region for region, number in count["train"].items()
             if number >= FEWEST_TRAINING and count["test"].get(region, 0) >= FEWEST_TEST}
    with (into / "labels.csv").open("w", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["path", "label", "slab", "split"])
        # Patches of other regions take part in pre-training, without a label.
        table.writerows([row[0], row[1] if row[1] in known else "", row[2], row[3]] for row in rows)
    return {"train": sum(row[3] == "train" for row in rows), "test": sum(row[3] == "test" for row in rows),
            "labelled": sum(row[1] in known for row in rows), "regions": len(known)}
