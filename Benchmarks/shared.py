"""What the benchmarks share: paths, the program, and the environment of the Python tools that they compare with."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("SWIFTLET", ROOT / ".build" / "release" / "swiftlet"))
# Python with the tools of scripts/reference/setup, of Benchmarks/views/setup and of Benchmarks/neighbours/setup.
REFERENCE_PYTHON = ROOT / ".deps" / "reference" / "bin" / "python"
VIEWS_PYTHON = ROOT / ".build" / "peers" / "bin" / "python"
NEIGHBOURS_PYTHON = ROOT / ".build" / "neighbours" / "bin" / "python"
# Student's t at 97.5 %, by degrees of freedom; beyond these, the 1.96 of the normal distribution is close enough.
STUDENT = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26}


def require(*files: Path) -> None:
    """Exits if a file is missing. The top of each script says how to get it."""
    for file in files:
        if not file.exists():
            sys.exit(f"{file} is missing; see the top of {Path(sys.argv[0]).resolve().relative_to(ROOT)}.")


def swiftlet(*arguments) -> str:
    """Runs the program and returns its output; exits with its message if it fails."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"swiftlet {' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


def further_options() -> tuple:
    """The words of the command line before `--`, and those behind it."""
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    return words[:end], words[end + 1:]


def without_test_part(rows, group: str | None = None):
    """The training rows of a table alone; a fifth of them, by whole groups, is called the test part."""
    places: dict = {}
    for index, row in enumerate(row for row in rows if row["split"] == "train"):
        place = places.setdefault(row[group] if group else index, len(places))
        yield {**row, "split": "test" if place % 5 == 4 else "train"}


def reference_environment(**more: str) -> dict:
    """The environment in which the modules of scripts/reference can be imported."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "scripts" / "reference"), "PYTHONWARNINGS": "ignore", **more}


def continue_in(python: Path) -> None:
    """Restarts the script in another Python environment, unless it runs there already."""
    if Path(sys.prefix) != python.parent.parent:
        os.execv(python, [str(python), *sys.argv])
