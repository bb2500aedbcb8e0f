"""Two heads in one space: Colin27, which is one man, and ICBM152, which is an average of 152 people; and an atlas of their regions."""

import gzip
import shutil
import zipfile
from pathlib import Path

from .common import FetchError, download, download_deb

NAME = "colin27"
ABOUT = "two T1 volumes of heads without their skulls, as NIfTI, and the AAL atlas (packages of 28 MB)"
LICENCE = ("colin27 and icbm152: copyright McConnell Brain Imaging Centre, Montreal Neurological Institute; free to use and pass on "
           "with this notice. The packages: BSD (MRIcron, nilearn)")
DEBIAN = "mricron-data=1.2.20211006+dfsg-4"
DEBIAN_SHA256 = "d40aa0ed66cf89bf6cafa049ad3884703c9d975c2ee2737525b7196528df9d6f"
PYPI = "nilearn==0.14.1"
PYPI_SHA256 = "725206484e9fb3f6691f9c2d20204a068759d5072f12055324702ee0cb2bbe8a"
STAMP = f"{DEBIAN_SHA256}\n{PYPI_SHA256}\n1\n"


def fill(scratch: Path, folder: Path) -> str:
    """Writes `volumes/colin27.nii.gz`, `volumes/icbm152.nii.gz`, `atlas/aal.nii.gz` and `atlas/aal.txt`, a number and a name a line."""
    templates = download_deb(DEBIAN, DEBIAN_SHA256, scratch) / "usr" / "share" / "mricron" / "templates"
    for part in ("volumes", "atlas"):
        (folder / part).mkdir()
    for source, name in (("ch2bet.nii.gz", "volumes/colin27.nii.gz"), ("aal.nii.gz", "atlas/aal.nii.gz"),
                         ("aal.nii.txt", "atlas/aal.txt")):
        shutil.copyfile(templates / source, folder / name)
    with zipfile.ZipFile(download(PYPI, PYPI_SHA256, scratch)) as archive:
        content = archive.read("nilearn/datasets/data/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz")
    (folder / "volumes" / "icbm152.nii.gz").write_bytes(content)
    for volume in (folder / "volumes").iterdir():
        # The size of a NIfTI-1 header.
        if gzip.decompress(volume.read_bytes())[:4] != b"\x5c\x01\x00\x00":
            raise FetchError(f"{volume.name} is no NIfTI file.")
    return "two volumes and an atlas"
