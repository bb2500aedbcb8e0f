"""Cuts PNGs of 32 x 32 pixels out of the photographs of Benchmarks/views/pictures.py.

    small_pictures.py FOLDER COUNT
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "views"))
from pictures import cut, photographs  # noqa: E402

SIDE = 32


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(6)
    whole = photographs()
    for index in range(count):
        cut(whole[index % len(whole)], SIDE, SIDE, generator).save(folder / f"{index:05}.png")


if __name__ == "__main__":
    main()
