"""Writes broken.json: files as they lie about in real folders, broken in one way each, and what is said of them.

Needs Pillow. Files are base64.
"""
import base64
import io
import json
import pathlib
import struct

from PIL import Image

picture = Image.new("RGB", (40, 32))
picture.putdata([(6 * x, 7 * y, x * y % 256) for y in range(32) for x in range(40)])
cases = []


def written(kind, **options):
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return bytearray(stream.getvalue())


def add(name, file, reason):
    cases.append({"name": name, "file": base64.b64encode(bytes(file)).decode(), "reason": reason})


jpeg, png, webp, bmp, tiff = (written(kind) for kind in ("JPEG", "PNG", "WEBP", "BMP", "TIFF"))
add("cut.jpg", jpeg[:len(jpeg) * 2 // 3], "is a damaged or unsupported JPEG file")
checksum = png.index(b"IDAT") + 4 + struct.unpack(">I", png[png.index(b"IDAT") - 4:png.index(b"IDAT")])[0]
wrong = png[:]
wrong[checksum] ^= 1
add("checksum.png", wrong, "is a damaged or unsupported PNG file")
add("text.jpg", b"not a picture\n", "is none of the formats JPEG, PNG")
add("empty.png", b"", "is empty")
add("cut.webp", webp[:len(webp) * 2 // 3], "is a damaged or unsupported WebP file")
add("cut.bmp", bmp[:len(bmp) // 2], "is a damaged or unsupported BMP file (is cut off)")
add("cut.tif", tiff[:len(tiff) // 2], "is a damaged or unsupported TIFF file")
add("cut.npy", b"\x93NUMPY\1\0\x10\0{'descr': '|u1',", "is a damaged or unsupported NumPy file")

limit = "has 60000 x 60000 pixels, more than the limit of 250000000"
huge = jpeg[:]
frame = huge.index(b"\xff\xc0")
huge[frame + 5:frame + 9] = struct.pack(">HH", 60000, 60000)
add("huge.jpg", huge, limit)
head = b"IHDR" + struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
crc = __import__("zlib").crc32
huge = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", crc(head))
body = b"IDAT\x78\x01"
huge += struct.pack(">I", 2) + body + struct.pack(">I", crc(body)) + struct.pack(">II", 0, 0x49454E44) + b"\xaeB`\x82"
add("huge.png", huge, limit)
huge = bmp[:]
huge[18:26] = struct.pack("<ii", 60000, 60000)
huge[28:30] = struct.pack("<H", 8)
huge[30:34] = struct.pack("<I", 1)  # run lengths: the file need not be long
add("huge.bmp", huge, limit)
entries = [(256, 60000), (257, 60000), (258, 8), (259, 5), (262, 1), (273, 8), (277, 1), (278, 60000), (279, 4)]
huge = b"II" + struct.pack("<HIH", 42, 8, len(entries))
add("huge.tif", huge + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries) + bytes(4), limit)
huge = webp[:]
start = huge.index(b"\x9d\x01\x2a") + 3
huge[start:start + 4] = struct.pack("<HH", 16383, 16383)  # all that its 14 bits hold
add("huge.webp", huge, "has 16383 x 16383 pixels, more than the limit of 250000000")

path = pathlib.Path(__file__).with_name("broken.json")
path.write_text(json.dumps(cases, separators=(",", ":")).replace("},{", "},\n{") + "\n")
print(len(cases), "files", path.stat().st_size, "bytes")
