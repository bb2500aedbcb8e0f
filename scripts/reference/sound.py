#!/usr/bin/env python3
"""Golden values of sound, made with torchaudio, librosa and PyTorch.

    sound.py mel DIR        writes DIR/mel.json: log-mel spectrograms by torchaudio and librosa
    sound.py resize DIR     writes DIR/resize.json: bicubic interpolation from corner to corner by PyTorch
    sound.py files DIR      writes DIR/tone.*: the same sound in each format, by libsndfile

Needs torch, torchaudio and numpy for the first, librosa too; soundfile for the last. torchaudio's compiled part is not used, so
that it need not fit the version of torch.
"""

import json
import sys
import types
from pathlib import Path

import numpy as np


def rounded(array, digits=7):
    return [float(f"{x:.{digits}g}") for x in np.asarray(array, dtype=np.float64).ravel()]


def samples(rate=16000, seconds=0.25):
    """Two tones, of which one rises, and noise."""
    generator = np.random.default_rng(11)
    t = np.arange(int(rate * seconds)) / rate
    wave = 0.3 * np.sin(2 * np.pi * 440 * t) + 0.2 * np.sin(2 * np.pi * (800 + 6000 * t) * t)
    return np.round(wave + 0.01 * generator.normal(size=t.size), 5).astype(np.float32)


def torchaudio_without_extension():
    class Nothing(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return False if name.startswith("_") else (lambda function: function)

    for name in ("torchaudio._extension", "torchaudio._extension.utils"):
        sys.modules[name] = Nothing(name)
    import torchaudio
    return torchaudio


# fft, window, hop, bands, low, high, power, offset
FRONT_ENDS = [
    (1024, 1024, 160, 64, 60.0, 7800.0, 2.0),
    (1024, 400, 160, 64, 60.0, 7800.0, 1.0),
    (512, 512, 128, 40, 0.0, 8000.0, 2.0),
    (256, 200, 80, 24, 100.0, 4000.0, 2.0),
]
EPSILON = 1.1920928955078125e-7


def mel(folder: Path) -> None:
    import librosa
    import torch

    torchaudio = torchaudio_without_extension()
    wave, cases = samples(), []
    for fft, window, hop, bands, low, high, power in FRONT_ENDS:
        transform = torchaudio.transforms.MelSpectrogram(
            16000, n_fft=fft, win_length=window, hop_length=hop, f_min=low, f_max=high, n_mels=bands, power=power)
        by_torchaudio = np.log(transform(torch.tensor(wave)).numpy() + EPSILON)
        by_librosa = np.log(librosa.feature.melspectrogram(
            y=wave, sr=16000, n_fft=fft, win_length=window, hop_length=hop, fmin=low, fmax=high, n_mels=bands,
            power=power, pad_mode="reflect") + EPSILON)
        cases.append({
            "fft": fft, "window": window, "hop": hop, "bands": bands, "low": low, "high": high, "power": power,
            "frames": by_torchaudio.shape[1], "torchaudio": rounded(by_torchaudio), "librosa": rounded(by_librosa)})
    (folder / "mel.json").write_text(json.dumps({"samples": rounded(wave), "cases": cases}) + "\n")


def resize(folder: Path) -> None:
    import torch
    from torch.nn import functional as F

    generator = np.random.default_rng(4)
    bands, frames, canvas = 8, 12, 18
    values = np.round(generator.normal(size=(bands, frames)), 4)
    cases = []
    for band, frame, high, wide in [(0, 3, 8, 12), (1, 0, 6, 18), (2, 5, 5, 7), (3, 9, 1, 1), (0, 0, 8, 18)]:
        whole = np.zeros((bands, canvas), dtype=np.float32)
        whole[:, (canvas - frames) // 2:(canvas - frames) // 2 + frames] = values
        part = torch.tensor(whole[None, None, band:band + high, frame:frame + wide])
        result = F.interpolate(part, size=(bands, frames), mode="bicubic", align_corners=True)
        cases.append({"band": band, "frame": frame, "bands": high, "frames": wide, "result": rounded(result.numpy())})
    (folder / "resize.json").write_text(json.dumps({
        "bands": bands, "frames": frames, "canvas": canvas, "values": rounded(values), "cases": cases}) + "\n")


def files(folder: Path) -> None:
    import soundfile

    wave = np.stack([samples(16000, 0.3), -0.5 * samples(16000, 0.3)], axis=1)
    for suffix, kind, subtype in [
        ("wav", "WAV", "PCM_16"), ("w64", "W64", "PCM_24"), ("aiff", "AIFF", "PCM_16"), ("au", "AU", "PCM_16"),
        ("caf", "CAF", "ALAC_16"), ("flac", "FLAC", "PCM_24"), ("ogg", "OGG", "VORBIS"), ("opus", "OGG", "OPUS"),
        ("mp3", "MP3", "MPEG_LAYER_III")]:
        soundfile.write(folder / f"tone.{suffix}", wave, 16000, format=kind, subtype=subtype)


if __name__ == "__main__":
    {"mel": mel, "resize": resize, "files": files}[sys.argv[1]](Path(sys.argv[2]))
