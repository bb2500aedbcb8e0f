"""Cuts JPEGs of 500 x 375 pixels and quality 90 out of the two colour photographs that scikit-learn ships.

    pictures.py FOLDER COUNT

A temple and a flower, one rich in detail and one mostly out of focus: files of about 75 and 35 kB.
"""

import sys
from pathlib import Path

import numpy as np
import sklearn.datasets
from PIL import Image

WIDTH, HEIGHT, QUALITY = 500, 375, 90


def photographs() -> list[np.ndarray]:
    """Two pictures, [427, 640, 3] uint8 each."""
    return sklearn.datasets.load_sample_images().images


def cut(photograph: np.ndarray, width: int, height: int, generator: np.random.Generator) -> Image.Image:
    top = generator.integers(0, photograph.shape[0] - height + 1)
    left = generator.integers(0, photograph.shape[1] - width + 1)
    return Image.fromarray(photograph[top:top + height, left:left + width])


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(5)
    whole = photographs()
    for index in range(count):
        picture = cut(whole[index % len(whole)], WIDTH, HEIGHT, generator)
        picture.save(folder / f"{index:03}.jpg", quality=QUALITY)


if __name__ == "__main__":
    main()
