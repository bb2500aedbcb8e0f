"""Single hits of drums from the kits of Hydrogen, with the instrument and the kit of each."""

import csv
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from .common import FetchError, download_deb

NAME = "drums"
ABOUT = "single hits of drums in 7 kinds, from kits of Hydrogen as FLAC and WAV files (Debian packages of 150 MB)"
LICENCE = "by kit: GPL 2 or later, CC BY 3.0, CC BY-SA 3.0, CC0 (the packages' copyright files name the authors)"
PACKAGES = [
    ("hydrogen-drumkits=2017.09.19~dfsg-1", "6ea3c6df9a67762e2362f946c695e619859126b19fbccf32a2e8f07dfd03b2f4"),
    ("hydrogen-data=1.2.0~beta1+dfsg-1", "d2cc3f281c02efb71f132bd173e95a958d3fede7c5aefcaba6547baf918cff2a"),
]
COUNT = 537
STAMP = "".join(sha256 + "\n" for _, sha256 in PACKAGES) + "1\n"

# The first rule that fits the name of an instrument says what it is; None leaves it out.
RULES = [
    (r"roll", None), (r"kick|bass ?drum", "kick"), (r"snare", "snare"), (r"tom", "tom"),
    (r"(hat|hh).*op|op.*(hat|hh)", "open hat"), (r"hat|hh", "closed hat"), (r"crash/?-?ride|ride-crash", "ride"),
    (r"crash|splash|china", "crash"), (r"ride", "ride"),
]


def kind(name: str):
    return next((kind for rule, kind in RULES if re.search(rule, name.lower())), None)


def fill(scratch: Path, folder: Path) -> str:
    """Writes `KIT/….flac` and `labels.csv` with the columns path, label and kit."""
    rows = []
    for number, (package, sha256) in enumerate(PACKAGES):
        place = scratch / str(number)
        place.mkdir()
        kits = download_deb(package, sha256, place) / "usr/share/hydrogen/data/drumkits"
        for description in sorted(kits.glob("*/drumkit.xml")):
            rows += hits(description, folder)
    if len(rows) != COUNT:
        raise FetchError(f"the packages have {len(rows)} hits, expected {COUNT}.")
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerows([["path", "label", "kit"], *sorted(rows)])
    return f"{len(rows)} files of {len({row[2] for row in rows})} kits and labels.csv"


def hits(description: Path, folder: Path) -> list:
    """Copies the hits of a kit; returns their rows."""
    kit, rows, seen = description.parent.name, [], set()
    for instrument in ElementTree.parse(description).iter():
        if instrument.tag.rpartition("}")[2] != "instrument":
            continue
        prefix = instrument.tag[:-len("instrument")]
        label = kind(instrument.findtext(prefix + "name") or "")
        for file in instrument.iter(prefix + "filename"):
            source = description.parent / (file.text or "")
            if label is None or not source.is_file() or source.name in seen:
                continue
            seen.add(source.name)
            (folder / kit).mkdir(exist_ok=True)
            shutil.copyfile(source, folder / kit / source.name)
            rows.append([f"{kit}/{source.name}", label, kit])
    return rows
