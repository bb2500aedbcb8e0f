#!/usr/bin/env python3
"""Swiftlet's WordPiece beside Hugging Face's `tokenizers`, on every Unicode scalar and on 10,000 mixed texts.

    wordpiece.py golden                       writes Tests/TextTests/Golden/wordpiece.json
    wordpiece.py texts DIR --vocabulary FILE [--corpus FILE]
    wordpiece.py scalars DIR

Needs `tokenizers`. `golden` holds, for each plane of Unicode and for vocabularies with and without lower case, a digest of
the words that `BertNormalizer` and `BertPreTokenizer` make of "a" + scalar + "b", without the scalars of `DIFFERENCES`.
`texts` and `scalars` write files for the tests of WordPieceComparisonTests, which `SWIFTLET_WORDPIECE=DIR` lets run: they
compare text by text and scalar by scalar, and print what differs. FILE is the `vocab.txt` of a BERT without capitals, and
a corpus is a file with a text a line.

Both divide all texts in the same way but for the scalars of `DIFFERENCES`. Categories inside `tokenizers` are those of
Unicode 8, whatever the version of its other tables, so that Swiftlet treats signs of newer versions as letters and knows the
seven that have another category since.
"""

import argparse
import json
import random
from pathlib import Path

from tokenizers import BertWordPieceTokenizer
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

# The scalars on which both differ, with the reason.
DIFFERENCES = {
    0x11938: "Dives Akuru vowel sign O: Unicode 13 decomposes it, tables of tokenizers are older",
}


def scalars(plane: int) -> range:
    return range(plane << 16, (plane + 1) << 16)


def is_scalar(value: int) -> bool:
    return not 0xD800 <= value <= 0xDFFF


class Words:
    def __init__(self, lowercase: bool):
        self.normalizer = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=lowercase)
        self.splitter = BertPreTokenizer()

    def __call__(self, text: str) -> str:
        return " ".join(word for word, _ in self.splitter.pre_tokenize_str(self.normalizer.normalize_str(text)))


def digest(lines) -> str:
    value = 0xCBF29CE484222325
    for line in lines:
        for byte in line.encode() + b"\n":
            value = ((value ^ byte) * 0x100000001B3) & (2**64 - 1)
    return f"{value:016x}"


def golden() -> None:
    result = {"differences": sorted(DIFFERENCES)}
    for name, lowercase in (("lowered", True), ("cased", False)):
        words = Words(lowercase)
        result[name] = [
            digest(words(f"a{chr(value)}b") for value in scalars(plane) if is_scalar(value) and value not in DIFFERENCES)
            for plane in range(17)]
    path = Path(__file__).resolve().parents[2] / "Tests/TextTests/Golden/wordpiece.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def write_scalars(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, lowercase in (("lowered", True), ("cased", False)):
        words = Words(lowercase)
        with (folder / f"scalars-{name}.txt").open("w", encoding="utf-8", newline="\n") as file:
            for plane in range(17):
                for value in scalars(plane):
                    if is_scalar(value):
                        file.write(words(f"a{chr(value)}b") + "\n")


def mixed(corpus: list, count: int) -> list:
    """Texts of words of many writings, marks, signs, emoji, controls and the names of symbols."""
    draw = random.Random(11)
    blocks = [(0x20, 0x7F), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x590, 0x6FF), (0x900, 0x97F),
              (0xE00, 0xE7F), (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2100, 0x27BF),
              (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE00, 0xFE0F), (0xFF00, 0xFFEF),
              (0x1D400, 0x1D7FF), (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF), (0xE0000, 0xE007F)]
    names = ["[MASK]", "[SEP]", "[CLS]", "[PAD]", "[UNK]", "[mask]", "[", "]", "##s", "'s", "...", "\u200b", "\t", "\n", "\r\n", "\0",
             "\ufeff", "\u00a0", "a" * 100, "a" * 101, "é" * 101, "👩‍👩‍👧‍👦", "🇮🇹", "e\u0301\u0323", "İstanbul", "straße", "ŒUVRE"]
    words = sorted({word for text in corpus for word in text.split()}) or ["the", "engine", "starts", "Zürich", "naïve"]
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(draw.randint(1, 25)):
            kind = draw.random()
            if kind < 0.5:
                part = draw.choice(words)
                part = draw.choice([part, part.upper(), part.capitalize()])
            elif kind < 0.8:
                first, last = draw.choice(blocks)
                part = "".join(chr(draw.randint(first, last)) for _ in range(draw.randint(1, 6)))
            elif kind < 0.95:
                part = draw.choice(names)
            else:
                part = "".join(chr(draw.choice([v for v in (draw.randrange(0x110000),) if is_scalar(v)] or [0x41]))
                               for _ in range(3))
            parts.append(part)
        texts.append(draw.choice([" ", " ", " ", ""]).join(parts))
    return texts


def write_texts(folder: Path, vocabulary: Path, corpus: list) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
    texts = corpus[:5000]
    texts += mixed(corpus[:2000], 10_000 - len(texts))
    texts = [text for text in texts if not set(text) & {chr(value) for value in DIFFERENCES}]
    ids = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
    (folder / "texts.json").write_text(json.dumps({
        "entries": vocabulary.read_text(encoding="utf-8").rstrip("\n").split("\n"), "texts": texts, "ids": ids}))
    print(f"{len(texts)} texts, {sum(map(len, ids))} tokens")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["golden", "texts", "scalars"])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("."))
    parser.add_argument("--vocabulary", type=Path)
    parser.add_argument("--corpus", type=Path)
    given = parser.parse_args()
    if given.what == "golden":
        golden()
    elif given.what == "scalars":
        write_scalars(given.folder)
    else:
        corpus = given.corpus.read_text(encoding="utf-8").splitlines() if given.corpus else []
        write_texts(given.folder, given.vocabulary, corpus)


if __name__ == "__main__":
    main()
