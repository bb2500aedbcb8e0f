"""Descriptions of Debian's packages in English and Italian, as volunteers translated them."""

import csv
from pathlib import Path

from .package_descriptions import fetch_lists, parts, source_of, split

NAME = "package-translations"
ABOUT = "about 47,000 descriptions of packages in English and Italian, from the lists of this machine's apt"
LICENCE = "that of each package; Debian's descriptions and their translations are free"
# The lists change with each release: what was fetched is described by its counts.
STAMP = "1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `translations.csv`: each English description once, with its Italian one. A fifth of the source packages is for
    testing."""
    packages, descriptions = fetch_lists(scratch, ["en", "it"])
    rows = {}
    for record in packages:
        english, italian = (descriptions[language].get(record.get("Description-md5", ""), "") for language in ("en", "it"))
        if not english or not italian or english in rows:
            continue
        source = source_of(record)
        rows[english] = [record["Package"], source, *parts(english), *parts(italian), split(source)]
    with (folder / "translations.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerows([["package_id", "source", "title", "body", "titolo", "testo", "split"], *rows.values()])
    return f"{len(rows)} descriptions"
