"""Draws JPEGs of 500 x 375 pixels: noise whose spectrum falls like that of photographs, with edges.

    pictures.py FOLDER COUNT

The files are about as large as ImageNet's (about 120 kB), so that to decode them costs about as much.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT, QUALITY = 500, 375, 92


def picture(generator: np.random.Generator) -> np.ndarray:
    """[HEIGHT, WIDTH, 3] uint8"""
    across, down = np.fft.fftfreq(WIDTH)[None, :], np.fft.fftfreq(HEIGHT)[:, None]
    amplitude = 1 / np.maximum(np.hypot(across, down), 1 / WIDTH)  # 1/f, as natural scenes (Field 1987)
    def noise():
        field = np.fft.ifft2(np.fft.fft2(generator.normal(size=(HEIGHT, WIDTH))) * amplitude).real
        return field / field.std()
    light, tints = noise(), np.stack([noise() for _ in range(3)], axis=-1)
    for _ in range(12):  # objects: half-planes cut to boxes, each lighter or darker
        left, top = generator.integers(0, WIDTH - 50), generator.integers(0, HEIGHT - 50)
        light[top:top + generator.integers(20, 200), left:left + generator.integers(20, 200)] += generator.normal()
    values = 118 + 45 * light[..., None] + 18 * tints
    return np.clip(values, 0, 255).astype(np.uint8)


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(5)
    for index in range(count):
        Image.fromarray(picture(generator)).save(folder / f"{index:03}.jpg", quality=QUALITY)


if __name__ == "__main__":
    main()
