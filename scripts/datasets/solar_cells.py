"""Photographs of solar cells: functional or defective (Buerhop-Lutz et al. 2018, the ELPV data set)."""

import zipfile
from pathlib import Path

NAME = "solar-cells"
ABOUT = "2,624 grey photographs of solar cells by electroluminescence, 300 x 300 (91 MB)"
LICENCE = "CC BY-NC-SA 4.0 (not for commercial use); C. Buerhop-Lutz, S. Deitsch and others, the ELPV data set"
PACKAGE = "elpv-dataset==1.0.0.post1"
SHA256 = "85e31c1126ee9b48e62d3a0232c58f58b2d189b0814a45c13642fa0415af4a4c"

INSIDE = "elpv_dataset/data/"


def extract(archive: zipfile.ZipFile, folder: Path) -> list:
    """Writes `images/` and returns (path, label) for each. A cell with a probability of at least 1/2 is defective."""
    (folder / "images").mkdir()
    rows = []
    for line in archive.read(INSIDE + "labels.csv").decode("utf-8").splitlines():
        path, probability, _ = line.split()
        (folder / path).write_bytes(archive.read(INSIDE + path))
        rows.append((path, "defective" if float(probability) >= 0.5 else "functional"))
    licence = "elpv_dataset-1.0.0.post1.dist-info/licenses/LICENSE.md"
    (folder / "LICENSE.md").write_bytes(archive.read(licence))
    return rows
