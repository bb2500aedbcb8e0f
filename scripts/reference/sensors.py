#!/usr/bin/env python3
"""Golden values of sensor files: writes DIR/sensors.json, small files with what pyEDFlib and wfdb read from them.

    pip install --target LIBRARIES pyedflib wfdb
    PYTHONPATH=LIBRARIES scripts/reference/sensors.py DIR

EDF+ and BDF+ have signals of 8, 4 and 3 samples a second, and annotations; WFDB records are of the formats 16 and 212, with missing
samples, an odd number of them, and two samples of one signal in a frame.
"""

import base64
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyedflib
import wfdb


def numbers(array) -> list:
    return [None if np.isnan(x) else float(f"{x:.9g}") for x in np.asarray(array, dtype=np.float64).ravel()]


def edf(path: Path, kind: int, generator) -> dict:
    rates = {"EEG Fpz": 8, "Temp": 4, "Resp": 3}
    with pyedflib.EdfWriter(str(path), len(rates), file_type=kind) as writer:
        for channel, (name, rate) in enumerate(rates.items()):
            writer.setSignalHeader(channel, {
                "label": name, "dimension": "uV", "sample_frequency": rate, "physical_max": 120.5 + channel,
                "physical_min": -80.0, "digital_max": 2000, "digital_min": -1500, "transducer": "", "prefilter": ""})
        writer.writeSamples([generator.uniform(-70, 110, 5 * rate) for rate in rates.values()])
        writer.writeAnnotation(0, 1.5, "rest")
        writer.writeAnnotation(2, -1, "button")
        writer.writeAnnotation(2.25, 2, "Übung")
    with pyedflib.EdfReader(str(path)) as reader:
        return {
            "channels": reader.getSignalLabels(), "rates": [int(x) for x in reader.getSampleFrequencies()],
            "signals": [numbers(reader.readSignal(channel)) for channel in range(len(rates))]}


def record(folder: Path, name: str, form: str, generator, count: int, per_frame=None) -> dict:
    os.chdir(folder)
    if per_frame:
        signals = [generator.uniform(-3, 3, count * n).round(3) for n in per_frame]
        wfdb.wrsamp(name, fs=25, units=["mV", "mV"], sig_name=["II", "V 5"], e_p_signal=signals, samps_per_frame=per_frame,
                    fmt=[form] * 2, adc_gain=[100.0, 50.0], baseline=[0, 20])
    else:
        signals = generator.uniform(-3, 3, (count, 2)).round(3)
        signals[3, 1] = np.nan
        wfdb.wrsamp(name, fs=25, units=["mV", "mV"], sig_name=["II", "V 5"], p_signal=signals, fmt=[form] * 2,
                    adc_gain=[100.0, 50.0], baseline=[0, 20])
    read = wfdb.rdrecord(name, smooth_frames=False)
    return {"channels": read.sig_name, "rates": [int(25 * n) for n in read.samps_per_frame],
            "signals": [numbers(signal) for signal in read.e_p_signal]}


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = Path(sys.argv[1]).resolve() / "sensors.json"
    generator = np.random.default_rng(11)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        expected = {
            "a.edf": edf(folder / "a.edf", pyedflib.FILETYPE_EDFPLUS, generator),
            "a.bdf": edf(folder / "a.bdf", pyedflib.FILETYPE_BDFPLUS, generator),
            "r16.hea": record(folder, "r16", "16", generator, 9), "r212.hea": record(folder, "r212", "212", generator, 9),
            "frames.hea": record(folder, "frames", "212", generator, 7, [2, 1]),
        }
        files = {path.name: base64.b64encode(path.read_bytes()).decode() for path in sorted(folder.iterdir())}
    target.write_text(json.dumps({"files": files, "expected": expected}) + "\n")


if __name__ == "__main__":
    main()
