#!/usr/bin/env python3
"""Networks for texts that `swiftlet export` wrote, in other libraries: `export_text.py make|check …`.

    make DIR                           texts, and a tiny BERT with a WordPiece vocabulary as sentence-transformers writes it
    check EXPORT TEXTS VECTORS         features in onnxruntime, and by the lines of Python in README.md, beside the run's

Needs torch, transformers, tokenizers, sentence-transformers, sentencepiece, onnxruntime and onnx.
"""

import re
import sys
from pathlib import Path

import numpy as np

TOLERANCE = 1e-5


def texts() -> list:
    subjects = ["the engine", "a turbine", "this pump", "the patient", "a nurse", "our doctor"]
    verbs = ["starts", "stops", "slows down", "gets better", "needs help", "waits for news"]
    places = ["in the morning", "near the river", "after the storm", "before lunch", "without warning"]
    lines = [f"{subjects[i % 6]} {verbs[i // 2 % 6]} {places[i // 7 % 5]} on day {i}" for i in range(60)]
    return lines + ["café Zürich 你好 😀", "x", "the engine " * 60, "[MASK] the [SEP] engine", "İSTANBUL ﬁne"]


def make(folder: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "texts.txt").write_text("\n".join(texts()) + "\n", encoding="utf-8")
    torch.manual_seed(3)
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)] + list("0123456789")
    entries = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "engine", "on", "day", "你", "好", *letters,
               *["##" + letter for letter in letters]]
    parts = folder / "parts"
    parts.mkdir(exist_ok=True)
    (parts / "vocab.txt").write_text("\n".join(entries) + "\n", encoding="utf-8")
    BertTokenizerFast(str(parts / "vocab.txt"), do_lower_case=True, model_max_length=40).save_pretrained(parts)
    network = BertModel(BertConfig(vocab_size=len(entries), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                                   intermediate_size=48, max_position_embeddings=40))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    network.save_pretrained(parts)
    transformer = Transformer(str(parts), max_seq_length=40)
    SentenceTransformer(modules=[transformer, Pooling(32, "mean"), Normalize()]).save_pretrained(str(folder / "model"))


def token_lists(card: str, folder: Path, found: list) -> list:
    """The ids of each text by the lines of the card that make them."""
    if "SentenceTransformer(" in card:
        from transformers import AutoTokenizer
        tokenizer = AutoTokenizer.from_pretrained(folder)
        return [tokenizer(text, truncation=True)["input_ids"] for text in found]
    code = card.split("```python\n")[1].split("```")[0].replace("FOLDER", str(folder))
    lines = code.split("\n\nimport torch")[0].split("\n\nfrom safetensors")[0].replace('"a text"', "text")
    return [run(lines, "ids", text) for text in found]


def run(code: str, name: str, text: str):
    names = {"text": text}
    exec(code, names)
    return names[name]


def check(folder: Path, place: Path, vectors: Path) -> None:
    import onnx
    import onnxruntime

    found = place.read_text(encoding="utf-8").splitlines()
    expected = np.load(vectors)
    card = (folder / "README.md").read_text(encoding="utf-8")
    ids = token_lists(card, folder, found)
    results = {}
    onnx.checker.check_model(onnx.load(folder / "model.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    for size in (len(ids), 7, 1):
        parts = []
        for start in range(0, len(ids), size):
            rows = ids[start:start + size]
            longest = max(map(len, rows))
            batch = np.array([row + [0] * (longest - len(row)) for row in rows], np.int64)
            parts.append(session.run(["features"], {"input": batch})[0])
        results[f"onnxruntime, {size} at a time"] = np.concatenate(parts)
    code = card.split("```python\n")[1].split("```")[0].replace("FOLDER", str(folder)).replace('"a text"', "text")
    name = "vectors" if "vectors =" in code else "vector"
    some = range(0, len(found), 6)
    results["README.md"] = {index: np.array(run(code, name, found[index])).reshape(-1) for index in some}
    worst = 0.0
    for label, values in results.items():
        pairs = values.items() if isinstance(values, dict) else enumerate(values)
        difference = max(np.abs(value - expected[index]).max() for index, value in pairs)
        worst = max(worst, difference)
        kind = re.search(r"A (.*?) that learned", card)[1]
        print(f"{kind:24} {label:28} {difference:.1e}")
    if not worst <= TOLERANCE:
        sys.exit(f"{folder}: {worst}")


def main() -> None:
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]))
    else:
        check(*map(Path, sys.argv[2:5]))


if __name__ == "__main__":
    main()
