"""Italian prompts of telephone exchanges: the same words by a man and by a woman."""

import csv
import shutil
from pathlib import Path

from .common import FetchError, download_deb

NAME = "prompts"
ABOUT = "spoken prompts, each by a man and by a woman, as WAV files of 8 kHz (Debian packages of 37 MB)"
LICENCE = "CC BY-SA 3.0 and CC BY 3.0 (the packages' copyright files name the speakers)"
PACKAGES = [
    ("asterisk-core-sounds-it-wav=1.6.1-1", "5a26638089e134b8ac39363fe249c5c93c50cd8bfdc9b2499ae61ec4a35e2fcb", "man"),
    ("asterisk-prompt-it-menardi-wav=1:1.4.22+mm20110907-3.1",
     "3094530d98f8758ac275572d59624c41f60969fef883f34f4886d144f3dfeb21", "woman"),
]
COUNT = 517
STAMP = "".join(sha256 + "\n" for _, sha256, _ in PACKAGES) + "1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `man/….wav` and `woman/….wav` of the prompts that both speak, and `labels.csv` with the columns path, label (the
    prompt) and voice. Files of silence and tones are left out."""
    voices = {}
    for package, sha256, voice in PACKAGES:
        place = scratch / voice
        place.mkdir()
        sounds = download_deb(package, sha256, place) / "usr/share/asterisk/sounds"
        root = next(found for found in sorted(sounds.iterdir()) if found.is_dir() and not found.is_symlink())
        voices[voice] = {file.relative_to(root).as_posix(): file for file in root.rglob("*.wav")}
    shared = sorted(name for name in set.intersection(*map(set, voices.values())) if not name.startswith("silence/"))
    rows = []
    for voice, files in voices.items():
        for name in shared:
            place = Path(voice) / name
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(files[name], folder / place)
            rows.append([place.as_posix(), name.removesuffix(".wav"), voice])
    if len(shared) != COUNT:
        raise FetchError(f"the packages share {len(shared)} prompts, expected {COUNT}.")
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerows([["path", "label", "voice"], *rows])
    return f"{len(rows)} files of {len(shared)} prompts and labels.csv"
