"""Draws PNGs of 32 x 32 pixels: small cuts of what Benchmarks/views/pictures.py draws.

    small_pictures.py FOLDER COUNT
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "views"))
from pictures import HEIGHT, WIDTH, picture  # noqa: E402

SIDE = 32


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(6)
    whole = picture(generator)
    for index in range(count):
        if index % 200 == 199:
            whole = picture(generator)
        top, left = generator.integers(0, HEIGHT - SIDE), generator.integers(0, WIDTH - SIDE)
        Image.fromarray(whole[top:top + SIDE, left:left + SIDE]).save(folder / f"{index:05}.png")


if __name__ == "__main__":
    main()
