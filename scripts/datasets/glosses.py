"""What WordNet says of its nouns: a sentence or two each, and the subject that it is filed under."""

import csv
import gzip
import hashlib
import re
from pathlib import Path

from .common import FetchError, download_deb

NAME = "glosses"
ABOUT = "82,115 explanations of nouns in 26 subjects, from WordNet 3.0 (a Debian package of 6 MB)"
LICENCE = "WordNet 3.0 licence (Princeton University): any use, with its notice"
PACKAGE = "wordnet-base=1:3.0-37"
SHA256 = "61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752"
COUNT = 82_115
STAMP = SHA256 + "\n1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `glosses.csv`: the words, the gloss with its examples, and the lexicographer file. A fifth, by the hash of the
    gloss, is for testing, so that equal ones stay together."""
    package = download_deb(PACKAGE, SHA256, scratch)
    subjects = dict(re.findall(r"^(\d\d)\tnoun\.(\w+)", manual(package), re.MULTILINE))
    rows = []
    with (package / "usr/share/wordnet/data.noun").open(encoding="utf-8") as stream:
        for line in stream:
            if line.startswith("  "):
                continue  # the licence
            fields, _, gloss = line.partition(" | ")
            number, subject, _, count, *rest = fields.split(" ")
            words = [word.replace("_", " ") for word in rest[:2 * int(count, 16):2]]
            gloss = gloss.strip()
            is_test = int(hashlib.sha256(gloss.encode()).hexdigest(), 16) % 5 == 0
            rows.append([number, ", ".join(words), gloss, subjects[subject], "test" if is_test else "train"])
    if len(rows) != COUNT:
        raise FetchError(f"{PACKAGE} has {len(rows)} nouns, expected {COUNT}.")
    with (folder / "glosses.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerows([["synset_id", "words", "gloss", "subject", "split"], *rows])
    return f"{len(rows)} glosses"


def manual(package: Path) -> str:
    """The page that lists the names of the lexicographer files."""
    with gzip.open(package / "usr/share/man/man5/lexnames.5WN.gz", "rt", encoding="latin-1") as stream:
        return stream.read()
