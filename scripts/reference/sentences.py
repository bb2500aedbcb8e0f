#!/usr/bin/env python3
"""A model of sentence-transformers beside Swiftlet: `sentences.py make|check DIR …`.

    make DIR --model FOLDER [--corpus FILE]    1,000 varied texts, the model in two layouts, and its vectors
    check DIR EXPORT VECTORS                    loads what Swiftlet exported and compares with the vectors of the run

Between them, `SWIFTLET_SENTENCES=DIR swift test --filter SentenceVectorTests` compares the vectors of the model as it is.
Needs torch, sentence-transformers and safetensors. FOLDER has the layout of sentence-transformers before version 6;
`model-new` is the same model as the installed version writes it, with the vocabulary in tokenizer.json alone. A corpus is a file with a text a line.
"""

import argparse
import json
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer

from wordpiece import mixed

TOLERANCE = 1e-5
WRITTEN = [
    "The pump starts.", "Die Pumpe läuft nicht mehr an.", "La pompe ne démarre pas : vérifiez l'alimentation.",
    "ポンプが始動しない。", "泵无法启动,请检查电源。", "펌프가 시작되지 않습니다.", "Насос не запускается.", "المضخة لا تعمل",
    "המשאבה לא מתחילה", "पंप शुरू नहीं होता", "ปั๊มไม่ทำงาน", "🚰🔧 pump 👩‍🔧 broken 😡😡", "the [MASK] starts", "[CLS] twice [SEP] [SEP]",
    "[MASK] [UNK] [mask]", "résumé naïve façade Ångström", "e\u0301te\u0301 cafe\u0301", "x", "…", "a\tb\u00a0c\u200bd", "İSTANBUL", "ﬁne ﬂuff",
]


def texts(corpus: list) -> list:
    draw = random.Random(5)
    result = WRITTEN + mixed(corpus[:500], 400)
    for _ in range(120):
        # Longer than the model sees at once.
        result.append(" ".join(draw.choice(corpus or WRITTEN) for _ in range(draw.randint(8, 40))))
    # A text without any sign is no sample, and Swiftlet does not look at a written [PAD], which sentence-transformers sees.
    result = [text for text in (text.strip() for text in result) if any(c.isalnum() for c in text) and "[PAD]" not in text]
    while len(result) < 1000:
        result.append(draw.choice(corpus or WRITTEN).strip())
    return result


def make(folder: Path, model: Path, corpus: list) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(model, folder / "model-old", dirs_exist_ok=True)
    network = SentenceTransformer(str(model), device="cpu")
    network.save_pretrained(str(folder / "model-new"))
    found = texts(corpus)
    with (folder / "texts.jsonl").open("w", encoding="utf-8") as file:
        for text in found:
            file.write(json.dumps({"text": text}) + "\n")
    vectors = network.encode(found, batch_size=32, convert_to_tensor=True).float().cpu()
    save_file({"vectors": vectors.contiguous()}, folder / "vectors.safetensors")
    print(f"{len(found)} texts, vectors {list(vectors.shape)}")


def check(folder: Path, export: Path, vectors: Path) -> None:
    found = [json.loads(line)["text"] for line in (folder / "texts.jsonl").read_text(encoding="utf-8").splitlines()]
    expected = np.load(vectors)
    network = SentenceTransformer(str(export), device="cpu")
    given = network.encode(found, batch_size=32)
    worst = np.abs(given - expected).max()
    print(f"{export}: {len(found)} texts, largest difference {worst:.1e}")
    if not worst <= TOLERANCE:
        sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["make", "check"])
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--corpus", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(2)
    if given.what == "make":
        corpus = given.corpus.read_text(encoding="utf-8").splitlines() if given.corpus else []
        make(given.paths[0], given.model, corpus)
    else:
        check(*given.paths)


if __name__ == "__main__":
    main()
