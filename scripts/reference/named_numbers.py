"""Weights and views that both sides of a comparison compute from names, so that no file records them; in Swift, `namedNumbers`
of Tests/TestSupport."""

import numpy as np

ALL = 2**64 - 1


def numbers(name: str, count: int) -> np.ndarray:
    """Even numbers from -0.2 to 0.2 that depend on the name: FNV-1a of the name, then SplitMix64 of each place."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & ALL
    values = []
    for place in range(count):
        z = (seed + (place + 1) * 0x9E3779B97F4A7C15) & ALL
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & ALL
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & ALL
        values.append(((z ^ (z >> 31)) >> 40) / 2**24 - 0.5)
    return 0.4 * np.array(values)
