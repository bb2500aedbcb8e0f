"""Writes formats.json: small drawn files of each format, and their samples as Pillow, tifffile and numpy read them.

Needs Pillow, tifffile, imagecodecs and numpy. Files and samples are base64, samples little-endian. Where the decoder
does more than read (transparency over white, ink to light, white as 0), the formula stands here in numpy.
"""
import base64
import io
import json
import pathlib
import struct

import numpy
import PIL
import tifffile
from PIL import Image

WIDTH, HEIGHT = 21, 13
x, y = numpy.meshgrid(numpy.arange(WIDTH), numpy.arange(HEIGHT))
planes = numpy.stack([0.5 + 0.45 * numpy.sin(x / 5.0 + phase) * numpy.cos(y / 4.0 - phase)
                      for phase in (0, 1.1, 2.7, 4.0, 5.2)], -1)
u8 = numpy.round(planes * 255).astype(numpy.uint8)
u16 = numpy.round(planes * 65535).astype(numpy.uint16)
f32 = (planes * 3 - 1).astype(numpy.float32)
rgb = Image.fromarray(numpy.ascontiguousarray(u8[..., :3]))
rgba = Image.fromarray(numpy.ascontiguousarray(u8[..., :4]))
cases = []


def add(name, file, samples, tolerance=0, pages=False):
    samples = numpy.asarray(samples)
    if samples.ndim == 2:
        samples = samples[..., None]
    stored = numpy.ascontiguousarray(samples.astype(samples.dtype.newbyteorder("<")))
    cases.append({
        "name": name, "file": base64.b64encode(file).decode(), "width": samples.shape[1], "height": samples.shape[0],
        "channels": samples.shape[2], "type": samples.dtype.newbyteorder("=").name, "tolerance": tolerance,
        "hasMorePages": pages, "samples": base64.b64encode(stored.tobytes()).decode()})


def over_white(image, associated=False):
    most = numpy.iinfo(image.dtype).max
    colour, alpha = image[..., :-1].astype(numpy.float64), image[..., -1:].astype(numpy.float64) / most
    light = colour if associated else colour * alpha
    return numpy.minimum(numpy.floor(light + most * (1 - alpha) + 0.5), most).astype(image.dtype)


def from_ink(image):
    most = float(numpy.iinfo(image.dtype).max)
    light = most - image.astype(numpy.float64)
    return numpy.floor(light[..., :3] * light[..., 3:] / most + 0.5).astype(image.dtype)


# Pillow writes, Pillow reads.
def pillow(name, image, kind, tolerance=0, read=numpy.asarray, mode=None, pages=False, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    opened = Image.open(io.BytesIO(stream.getvalue()))
    add(name, stream.getvalue(), read(numpy.asarray(opened.convert(mode) if mode else opened)), tolerance, pages)


pillow("webp lossy", rgb, "WEBP", 2, quality=80)
pillow("webp lossless", rgb, "WEBP", lossless=True)
pillow("webp lossless alpha", rgba, "WEBP", 1, over_white, lossless=True, exact=True)
pillow("webp lossy alpha", rgba, "WEBP", 3, over_white, quality=80, exact=True)
exif = Image.Exif()
exif[0x0112] = 6
stream = io.BytesIO()
rgb.save(stream, "WEBP", lossless=True, exif=exif)
add("webp turned by exif", stream.getvalue(), numpy.rot90(u8[..., :3], -1))
pillow("webp animation", rgb, "WEBP", mode="RGB", pages=True, lossless=True, save_all=True,
       append_images=[rgb.transpose(Image.Transpose.FLIP_LEFT_RIGHT)], duration=50)

pillow("bmp 24 bits", rgb, "BMP")
pillow("bmp grey", rgb.convert("L"), "BMP")
pillow("bmp palette", rgb.quantize(40), "BMP", mode="RGB")
pillow("bmp 1 bit", rgb.convert("1"), "BMP", read=lambda a: (a * 255).astype(numpy.uint8))


# A bitmap by Microsoft's description, the lines from the bottom up; Pillow reads it.
def bitmap(name, bits, lines, masks=b"", palette=b"", compression=0, top_down=False, core=False, tolerance=0, read=None):
    lines = b"".join(line + bytes(-len(line) % 4) for line in (lines if top_down else lines[::-1])) \
        if isinstance(lines, list) else lines
    if core:
        head = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, bits)
    else:
        size = 108 if len(masks) == 16 else 40
        head = struct.pack("<IiiHHIIiiII", size, WIDTH, -HEIGHT if top_down else HEIGHT, 1, bits, compression,
                           len(lines), 2835, 2835, len(palette) // 4, 0)
        head += masks + (bytes(108 - 40 - 16) if size == 108 else b"")
    start = 14 + len(head) + len(palette)
    file = b"BM" + struct.pack("<IHHI", start + len(lines), 0, 0, start) + head + palette + lines
    opened = Image.open(io.BytesIO(file))
    assert opened.size == (WIDTH, HEIGHT)
    add(name, file, read(opened) if read else numpy.asarray(opened.convert("RGB")), tolerance)


bgra = u8[..., [2, 1, 0, 3]]
colours = b"".join(bytes([40 * i % 256, 90 * i % 256, 17 * i, 0]) for i in range(16))
index = (x * 3 + y * 5 + x * y // 7) % 16
packed = [bytes((int(a) << 4) | int(b) for a, b in zip(row[::2], list(row[1::2]) + [0])) for row in index]
bitmap("bmp 32 bits", 32, [row.tobytes() for row in bgra])
bitmap("bmp 32 bits with alpha", 32, [row.tobytes() for row in bgra], compression=3, tolerance=1,
       masks=struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000),
       read=lambda image: over_white(numpy.asarray(image.convert("RGBA"))))
bitmap("bmp from the top", 24, [row[:, :3].tobytes() for row in bgra], top_down=True)
bitmap("bmp of os/2", 24, [row[:, :3].tobytes() for row in bgra], core=True)
bitmap("bmp 4 bits", 4, packed, palette=colours)
five = (u8.astype(int) >> 3)
word565 = (five[..., 0] << 11 | (u8[..., 1].astype(int) >> 2) << 5 | five[..., 2]).astype("<u2")
word555 = (five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2]).astype("<u2")
bitmap("bmp 16 bits", 16, [row.tobytes() for row in word555], tolerance=1)
bitmap("bmp 16 bits with masks", 16, [row.tobytes() for row in word565], compression=3, tolerance=1,
       masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
grey256 = b"".join(bytes([i, 255 - i, i // 2, 0]) for i in range(256))


def runs(rows):
    out = b""
    for number, row in enumerate(rows[::-1]):
        at = 0
        while at < len(row):
            length = 1
            while at + length < len(row) and row[at + length] == row[at]:
                length += 1
            if length == 1 and at + 5 < len(row):  # pixels as they are, an odd number of them
                out += bytes([0, 5]) + bytes(row[at:at + 5]) + b"\0"
                at += 5
            else:
                out += bytes([length, row[at]])
                at += length
        out += b"\0\0"
    return out[:-2] + b"\0\1"


steps = [[int(v) // 40 * 40 for v in row] for row in u8[..., 0]]
bitmap("bmp run lengths of 8 bits", 8, runs(steps), palette=grey256, compression=1)
nibbles = [[int(v) % 16 * 17 for v in row // 3] for row in index]
bitmap("bmp run lengths of 4 bits", 4, b"".join(
    b"".join(bytes([1, v]) for v in row) + b"\0\0" for row in nibbles[::-1])[:-2] + b"\0\1", palette=colours,
    compression=2)


# tifffile writes, tifffile reads.
def tiff(name, array, read=None, pages=False, axes=None, tolerance=0, **options):
    stream = io.BytesIO()
    tifffile.imwrite(stream, array, metadata=None, **options)
    page = tifffile.TiffFile(io.BytesIO(stream.getvalue())).pages[0]
    back = page.asarray()
    if page.planarconfig == 2:
        back = numpy.moveaxis(back, 0, -1)
    add("tiff " + name, stream.getvalue(), read(back) if read else back, tolerance, pages)


first = numpy.ascontiguousarray
grey8, grey16 = first(u8[..., 0]), first(u16[..., 1])
rgb8, rgb16 = first(u8[..., :3]), first(u16[..., :3])
tiff("grey", grey8)
tiff("rgb", rgb8, photometric="rgb")
tiff("rgb in strips", rgb8, photometric="rgb", rowsperstrip=4, compression="zlib", predictor=True)
tiff("16 bits in tiles", rgb16, photometric="rgb", tile=(16, 16), compression="zlib")
tiff("16 bits big-endian", grey16, byteorder=">")
tiff("big", grey16, bigtiff=True, compression="lzw")
tiff("white is zero", grey16, read=lambda a: 65535 - a, photometric="miniswhite")
tiff("1 bit", grey8 > 127, read=lambda a: (~a).astype(numpy.uint8) * 255)  # white is zero
tiff("5 channels", first(u16), photometric="minisblack", planarconfig="contig", extrasamples=[0, 0, 0, 0])
tiff("5 planes", first(numpy.moveaxis(u16, -1, 0)), photometric="minisblack", planarconfig="separate",
     extrasamples=[0, 0, 0, 0], rowsperstrip=5)
tiff("5 planes in tiles", first(numpy.moveaxis(u8, -1, 0)), photometric="minisblack", planarconfig="separate",
     extrasamples=[0, 0, 0, 0], tile=(16, 16), compression="zlib")
tiff("rgb and infrared", first(u8[..., :4]), photometric="rgb", extrasamples=[0])
tiff("grey and another", first(u8[..., :2]), photometric="minisblack", planarconfig="contig", extrasamples=[0])
tiff("alpha", first(u8[..., :4]), read=over_white, photometric="rgb", extrasamples=["unassalpha"])
tiff("alpha of 16 bits", first(u16[..., :4]), read=over_white, photometric="rgb", extrasamples=["unassalpha"])
tiff("associated alpha", first(u8[..., :4]), read=lambda a: over_white(a, True), photometric="rgb",
     extrasamples=["assocalpha"])
tiff("alpha in planes", first(numpy.moveaxis(u8[..., :4], -1, 0)), read=over_white, photometric="rgb",
     planarconfig="separate", extrasamples=["unassalpha"])
tiff("ink", first(u8[..., :4]), read=from_ink, photometric="separated")
tiff("ink of 16 bits", first(u16[..., :4]), read=from_ink, photometric="separated")
tiff("palette", index.astype(numpy.uint8), photometric="palette",
     colormap=numpy.stack([numpy.arange(256) * factor % 256 * 257 for factor in (1, 5, 11)]).astype(numpy.uint16),
     read=lambda a: numpy.stack([a.astype(int) * factor % 256 for factor in (1, 5, 11)], -1).astype(numpy.uint8))
tiff("palette of 16 bits", index.astype(numpy.uint8), photometric="palette",
     colormap=numpy.stack([numpy.arange(256) * factor for factor in (1, 177, 255)]).astype(numpy.uint16),
     read=lambda a: numpy.stack([a.astype(int) * factor for factor in (1, 177, 255)], -1).astype(numpy.uint16))
tiff("float32", f32[..., 0].copy())
tiff("float32 with a predictor", first(f32[..., :3]), photometric="rgb", compression="zlib", predictor=True,
     tile=(16, 16))
tiff("float64", f32[..., 0].astype(numpy.float64), read=lambda a: a.astype(numpy.float32))
tiff("float16", f32[..., 0].astype(numpy.float16), read=lambda a: a.astype(numpy.float32))
tiff("int16", (f32[..., 0] * 1000).astype(numpy.int16), read=lambda a: a.astype(numpy.float32))
tiff("uint32", (planes[..., 0] * 1e6).astype(numpy.uint32), read=lambda a: a.astype(numpy.float32))
tiff("12 bits", (grey16 >> 4), bitspersample=12)
tiff("jpeg", numpy.kron(rgb8, numpy.ones((2, 2, 1), numpy.uint8)), photometric="rgb", compression="jpeg",
     rowsperstrip=16, tolerance=3)
tiff("several pages", numpy.stack([grey8, grey8[::-1]]), pages=True, photometric="minisblack")
tiff("turned", rgb8, read=lambda a: numpy.rot90(a, -1), photometric="rgb", extratags=[(274, "H", 1, 6, True)])
pillow("tiff fax", rgb.convert("1"), "TIFF", read=lambda a: (a * 255).astype(numpy.uint8), compression="group4")
pillow("tiff 4 bits", rgb.convert("L").quantize(16), "TIFF", mode="RGB")


def array(name, values, samples=None, fortran=False):
    stream = io.BytesIO()
    numpy.save(stream, numpy.asfortranarray(values) if fortran else values)
    back = numpy.load(io.BytesIO(stream.getvalue()))
    add("npy " + name, stream.getvalue(), back if samples is None else samples)


array("grey", grey8)
array("channels last", u8)
array("channels first", numpy.moveaxis(u16, -1, 0).copy(), u16)
array("one channel first", grey16[None], grey16)
array("fortran order", u8, fortran=True)
array("fortran order, channels first", numpy.moveaxis(u16, -1, 0), u16, fortran=True)
array("as wide as channels", u8[:5, :3, :5].copy())
array("big-endian", u16.astype(">u2"), u16)
array("float32", f32)
array("float64 big-endian", f32.astype(">f8"), f32)
array("float16", f32.astype(numpy.float16), f32.astype(numpy.float16).astype(numpy.float32))
array("int16", (f32 * 1000).astype(numpy.int16), (f32 * 1000).astype(numpy.int16).astype(numpy.float32))
array("int64", (f32 * 1000).astype(numpy.int64), (f32 * 1000).astype(numpy.int64).astype(numpy.float32))
array("bool", grey8 > 127, (grey8 > 127).astype(numpy.uint8) * 255)

pillow("png", rgb, "PNG")
pillow("png 16 bits", Image.fromarray(grey16), "PNG")

path = pathlib.Path(__file__).with_name("formats.json")
golden = {"pillow": PIL.__version__, "tifffile": tifffile.__version__, "numpy": numpy.__version__, "cases": cases}
path.write_text(json.dumps(golden, separators=(",", ":")).replace("},{", "},\n{") + "\n")
print(len(cases), "files", path.stat().st_size, "bytes")
