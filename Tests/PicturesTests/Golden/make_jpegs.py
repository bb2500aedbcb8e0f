"""Writes jpegs.json: small drawn JPEG files and what Pillow decodes them to, whole and reduced in the DCT domain.

Needs Pillow and numpy. Files and samples are base64.
"""
import base64
import io
import json
import pathlib

import numpy
import PIL
from PIL import Image

WIDTH, HEIGHT = 67, 50
x, y = numpy.meshgrid(numpy.arange(WIDTH), numpy.arange(HEIGHT))
planes = [127 + 110 * numpy.sin(x / 9.0 + phase) * numpy.cos(y / 11.0 - phase) for phase in (0, 1.1, 2.7, 4.0)]
ink = numpy.clip(numpy.stack(planes, -1), 0, 255).astype(numpy.uint8)
rgb = Image.fromarray(numpy.ascontiguousarray(ink[..., :3]))
cases = []


def add(name, image, reductions=(1,), **options):
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=85, **options)
    decoded = []
    for reduction in reductions:
        opened = Image.open(io.BytesIO(stream.getvalue()))
        if reduction > 1:
            opened.draft(opened.mode, (-(-image.width // reduction), -(-image.height // reduction)))
        pixels = opened.convert("RGB") if opened.mode == "CMYK" else opened
        decoded.append({
            "reduction": reduction, "width": pixels.width, "height": pixels.height, "channels": len(pixels.getbands()),
            "samples": base64.b64encode(pixels.tobytes()).decode()})
    cases.append({"name": name, "file": base64.b64encode(stream.getvalue()).decode(), "decoded": decoded})


add("rgb", rgb, (1, 2, 4, 8), subsampling=0)
add("halved colour", rgb, subsampling=2)
add("progressive", rgb, progressive=True)
add("restart markers", rgb, restart_marker_blocks=2)
add("grey", rgb.convert("L"), (1, 2, 4, 8))
add("cmyk", Image.fromarray(ink, "CMYK"))
add("one pixel", rgb.crop((5, 5, 6, 6)))

path = pathlib.Path(__file__).with_name("jpegs.json")
golden = {"pillow": PIL.__version__, "cases": cases}
path.write_text(json.dumps(golden, separators=(",", ":")).replace("},{", "},\n{") + "\n")
print(len(cases), "files", path.stat().st_size, "bytes")
