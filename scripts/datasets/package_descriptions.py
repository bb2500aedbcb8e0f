"""Descriptions of Debian's packages: short and long, with the section of each package."""

import csv
import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .common import FetchError

NAME = "package-descriptions"
ABOUT = "about 63,000 descriptions of packages in 58 sections, from the lists of this machine's apt"
LICENCE = "that of each package; Debian's descriptions are free"
# The lists change with each release: what was fetched is described by its counts.
STAMP = "1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `descriptions.csv`."""
    packages, descriptions = fetch_lists(scratch, ["en"])
    rows = {}
    for record in packages:
        text = descriptions["en"].get(record.get("Description-md5", ""), "")
        if not text or record["Package"] in rows:
            continue
        title, body = parts(text)
        source = source_of(record)
        rows[record["Package"]] = [record["Package"], source, record["Section"].split("/")[-1], title, body, split(source)]
    with (folder / "descriptions.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerows([["package_id", "source", "section", "title", "body", "split"], *rows.values()])
    return f"{len(rows)} descriptions"


def fetch_lists(scratch: Path, languages: list) -> tuple:
    """The records of all packages, and for each language the descriptions by the checksum of the English one."""
    for program in ("apt-get", "/usr/lib/apt/apt-helper"):
        if shutil.which(program) is None:
            raise FetchError(f"there is no {program} here; the descriptions come from the lists of Debian's apt.")
    lists = scratch / "lists"
    (lists / "partial").mkdir(parents=True)
    (scratch / "cache/archives/partial").mkdir(parents=True)
    print("  fetching apt's lists (50 MB)", file=sys.stderr)
    done = subprocess.run(
        ["apt-get", "update", "--quiet", "-o", f"Acquire::Languages={','.join(languages)}",
         "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Cache={scratch / 'cache'}"], capture_output=True, text=True)
    files = {language: sorted(lists.glob(f"*_main_i18n_Translation-{language}*")) for language in languages}
    packages = sorted(lists.glob("*_main_binary-*_Packages*"))
    if done.returncode != 0 or not packages or not all(files.values()):
        reason = (done.stderr.strip().splitlines() or ["apt-get gave no reason"])[-1]
        raise FetchError(f"apt-get could not fetch the lists: {reason}")
    descriptions = {
        language: {record["Description-md5"]: record.get(f"Description-{language}", "")
                   for file in found for record in records(file) if "Description-md5" in record}
        for language, found in files.items()}
    return [record for file in packages for record in records(file)], descriptions


def source_of(record: dict) -> str:
    return record.get("Source", record["Package"]).split()[0]


def split(source: str) -> str:
    """A fifth, by the hash of the source package, is for testing: packages of one source share much of their text."""
    return "test" if int(hashlib.sha256(source.encode()).hexdigest(), 16) % 5 == 0 else "train"


def parts(text: str) -> tuple:
    """The short description, and the long one without its line breaks."""
    title, _, body = text.partition("\n")
    return title.strip(), " ".join(re.sub(r"\n\.(?=\n|$)", "\n", body).split())


def records(file: Path):
    """The paragraphs of one of apt's lists, as dictionaries; lines that go on begin with a space."""
    text = subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", file], capture_output=True, check=True).stdout
    for paragraph in text.decode("utf-8", "replace").split("\n\n"):
        record, key = {}, None
        for line in paragraph.split("\n"):
            if line.startswith((" ", "\t")):
                if key:
                    record[key] += "\n" + line[1:]
            elif ":" in line:
                key, _, value = line.partition(":")
                record[key] = value.strip()
        if "Package" in record or "Description-md5" in record:
            yield record
