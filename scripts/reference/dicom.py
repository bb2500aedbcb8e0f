#!/usr/bin/env python3
"""The files that come with pydicom, and their pixels as pydicom decodes them.

    dicom.py DIR        copies the files to DIR, writes DIR/N.f32 for each with pixels, and DIR/reference.json
    dicom.py --speed DIR COMMAND…
                        slices a second of pydicom and numpy on DICOM files in DIR, in turns with COMMAND, which prints its own

Grey values have the modality LUT or slope and intercept, and NaN for padding; palettes are looked up, in 16 bits; YBR becomes RGB.
"""

import json
import logging
import os
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array

LOSSY = {
    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.91",
}


def values(data):
    array = pixel_array(data)
    if data.PhotometricInterpretation == "PALETTE COLOR":
        colours = apply_color_lut(array, data)
        return colours.astype(np.uint32) * 257 if colours.dtype == np.uint8 else colours
    if data.get("SamplesPerPixel", 1) == 3:
        return array
    result = np.asarray(apply_modality_lut(array, data), np.float64)
    padding = data.get("PixelPaddingValue")
    if padding is not None:
        limit = data.get("PixelPaddingRangeLimit", padding)
        low, high = min(padding, limit), max(padding, limit)
        result = np.where((array >= low) & (array <= high), np.nan, result)
    return result


def main(folder):
    source = Path(pydicom.data.__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for path in sorted(p for p in source.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")):
        name = str(path.relative_to(source))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
        entry = {"file": name, "frames": 0, "isLossy": False}
        try:
            data = pydicom.dcmread(path, force=True)
            if not any(key in data for key in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
                continue
            entry["isLossy"] = str(data.file_meta.get("TransferSyntaxUID", "")) in LOSSY
            found = values(data).astype(np.float32)
            entry["frames"] = int(data.get("NumberOfFrames", 1) or 1)
            entry["values"] = f"{len(entries)}.f32"
            found.tofile(folder / entry["values"])
        except Exception as error:  # Broken files are part of the set.
            entry["reason"] = repr(error)[:200]
        entries.append(entry)
    (folder / "reference.json").write_text(json.dumps(entries, indent=1))
    print(f"{len(entries)} files with pixels, {sum('values' in e for e in entries)} decoded by pydicom, in {folder}")


def speed(folder, command):
    files = sorted(str(p) for p in folder.rglob("*") if p.is_file())
    ratios = []
    for _ in range(5):
        start = time.perf_counter()
        count = 0
        for file in files:
            data = pydicom.dcmread(file)
            array = np.asarray(apply_modality_lut(pixel_array(data), data), np.float32)
            shown = (np.clip((array + 1024) / 2048, 0, 1) * 65535 + 0.5).astype(np.uint16)
            count += shown.shape[0] if shown.ndim == 3 else 1
        own = count / (time.perf_counter() - start)
        other = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1])
        ratios.append(other / own)
        print(f"pydicom + numpy {own:8.1f} slices/s, Swiftlet {other:8.1f}, ratio {other / own:.2f}")
    print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.2f}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if len(sys.argv) > 3 and sys.argv[1] == "--speed":
        speed(Path(sys.argv[2]), sys.argv[3:])
    elif len(sys.argv) == 2:
        main(Path(sys.argv[1]))
    else:
        sys.exit(__doc__)
