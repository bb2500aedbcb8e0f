// Runs codecs and kernels under the address and undefined-behaviour sanitizers, on valid files and on mutations of
// them.
//
//   drive COUNT FILE…     decodes every FILE unchanged, then COUNT mutated files
//
// Ends with status 0 and a line that counts the decoded files; a sanitizer ends it with a report.
#define _GNU_SOURCE  // memfd_create
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <CBMP.h>
#include <CJPEG.h>
#include <CNumPy.h>
#include <CPNG.h>
#include <CPixels.h>
#include <CTIFF.h>
#include <CWebP.h>

#include "mutations.h"

enum { most_pixels = 4000000 };

// Allocates exactly as many bytes as needed, so that the sanitizer finds accesses beyond them.
static void *aligned(size_t bytes) {
  void *memory = NULL;
  return posix_memalign(&memory, 64, bytes) ? NULL : memory;
}

// Runs every kernel on the decoded picture.
static void use(const CCodecHeader *header, unsigned reduction, const void *samples) {
  const int width = (int)((header->width + reduction - 1) / reduction);
  const int height = (int)((header->height + reduction - 1) / reduction), planes = header->channels;
  const CPixelsSample kind = header->sample == ccodec_uint8 ? cpixels_uint8
    : header->sample == ccodec_uint16                       ? cpixels_uint16
                                                            : cpixels_float32;
  if (header->sample == ccodec_float32) {
    const float *floats = samples;
    for (size_t i = 0; i < (size_t)width * (size_t)height * (size_t)planes; i++)
      if (!(floats[i] - floats[i] == 0)) return;  // not finite; the library refuses such pictures before any view
  }
  const int left = (int)below((size_t)width), top = (int)below((size_t)height);
  const CPixelsAxis across = {left, width - left, 1 + (int)below(120), 0, 0, (int)below(2)};
  const CPixelsAxis down = {top, height - top, 1 + (int)below(120), 0, 0, (int)below(2)};
  CPixelsAxis axes[2] = {across, down};
  for (int i = 0; i < 2; i++) {
    axes[i].offset = (int)below((size_t)axes[i].full);
    axes[i].count = 1 + (int)below((size_t)(axes[i].full - axes[i].offset));
  }
  cpixels_use((CPixelsInstructions)below(3));  // no change if this processor lacks the set
  const CPixelsFilter filter = below(2) ? cpixels_bilinear : cpixels_bicubic;
  const int w = axes[0].count, h = axes[1].count, radius = (int)below(20);
  const size_t count = (size_t)w * (size_t)h, all = count * (size_t)planes;
  void *scratch = aligned(cpixels_resample_scratch(axes[0], axes[1], filter, planes));
  float *image = malloc(all * sizeof *image), *other = malloc(all * sizeof *other);
  cpixels_resample(
    samples, kind, (size_t)width * (size_t)planes, planes, axes[0], axes[1], filter, scratch, image);
  free(scratch);
  const CPixelsColour steps[] = {
    {cpixels_brightness, 1.4f}, {cpixels_contrast, 0.6f}, {cpixels_saturation, 1.2f}, {cpixels_hue, 0.3f},
    {cpixels_solarize, 0.7f},   {cpixels_grey, 0},
  };
  const int step_count = (int)(sizeof steps / sizeof *steps);
  cpixels_colour(image, planes, count, steps, step_count - (int)below(2));
  float kernel[39] = {0};
  for (int k = 0; k <= 2 * radius; k++) kernel[k] = 1.0f / (float)(2 * radius + 1);
  scratch = aligned(cpixels_blur_scratch(w, h, radius));
  cpixels_blur(image, planes, w, h, kernel, radius, scratch);
  free(scratch);
  const float turns[2][9] = {
    {0.9f, 0.3f, 2, -0.3f, 0.9f, -1, 0.01f, 0, 1}, {1e30f, 0, 1e30f, 0, 0, -1e30f, 1e30f, 0, 0}};
  cpixels_project(image, planes, w, h, turns[below(2)], 0.5f, other);
  cpixels_erase(other, planes, w, h, w / 3, h / 3, w - w / 3, h - h / 3, 0.1f);
  cpixels_noise(other, all, 0.1f, below(1000));
  float mean[16], deviation[16];
  for (int c = 0; c < 16; c++) mean[c] = 0.4f, deviation[c] = 0.2f;
  const int channels = planes == 1 ? 3 : planes;
  float *target = malloc(count * (size_t)channels * sizeof *target);
  const CPixelsNormalisation normalisation = {mean, deviation, channels};
  cpixels_finish(other, planes, count, steps + below(6), 1, &normalisation, target);
  free(target);
  free(image);
  free(other);
}

static int opened(const CCodec *codec, File file, void **reader, CCodecHeader *header) {
  const int descriptor = memfd_create("picture", 0);
  if (descriptor < 0 || write(descriptor, file.bytes, file.count) != (ssize_t)file.count) exit(3);
  lseek(descriptor, 0, SEEK_SET);
  char message[256];
  return !codec->open(descriptor, reader, header, message, sizeof message);
}

// Aborts if a successful decode leaves some of its memory unwritten.
static void expect_all_written(
  const CCodec *codec, File file, unsigned reduction, const unsigned char *samples, size_t byte_count) {
  void *reader = NULL;
  CCodecHeader header;
  char message[256];
  unsigned char *again = malloc(byte_count);
  memset(again, 0xA5, byte_count);
  if (!opened(codec, file, &reader, &header)) abort();
  if (codec->decode(reader, reduction, again, byte_count, message, sizeof message)) abort();
  if (memcmp(samples, again, byte_count)) abort();
  codec->close(reader);
  free(again);
}

// Decodes a part and aborts if its samples differ from the whole picture, whose reduction and size are given.
static void expect_same_part(const CCodec *codec, File file, unsigned reduction, size_t width, size_t height,
                             size_t size, const unsigned char *samples) {
  void *reader = NULL;
  CCodecHeader header;
  char message[256];
  if (!opened(codec, file, &reader, &header)) abort();
  if (header.has_boxes) {
    const size_t left = below(width), top = below(height);
    const size_t columns = 1 + below(width - left), rows = 1 + below(height - top);
    CCodecBox box = {(uint32_t)left, (uint32_t)top, (uint32_t)columns, (uint32_t)rows};
    unsigned char *part = malloc(width * height * size);
    if (codec->decode_box(reader, reduction, &box, part, width * height * size, message, sizeof message)) abort();
    if (box.left > left || box.left + box.width < left + columns || box.left + box.width > width) abort();
    for (size_t y = 0; y < rows; y++)
      if (memcmp(part + (y * box.width + left - box.left) * size, samples + ((top + y) * width + left) * size,
                 columns * size))
        abort();
    free(part);
  }
  codec->close(reader);
}

static int decode(const CCodec *codec, File file) {
  char message[256];
  void *reader = NULL;
  CCodecHeader header;
  if (!opened(codec, file, &reader, &header)) return 0;
  int is_decoded = 0;
  if ((uint64_t)header.width * header.height * (uint64_t)header.channels <= 3 * most_pixels) {
    unsigned reduction = 1u << below(4);
    if (reduction > codec->most_reduction) reduction = 1;
    const size_t width = (header.width + reduction - 1) / reduction, height = (header.height + reduction - 1) / reduction;
    const size_t size = ccodec_sample_bytes(header.sample) * (size_t)header.channels;
    unsigned char *samples = calloc(width * height, size);
    is_decoded = !codec->decode(reader, reduction, samples, width * height * size, message, sizeof message);
    size_t length = 0, sum = 0;
    const uint8_t *exif = codec->exif ? codec->exif(reader, &length) : NULL;
    for (size_t i = 0; i < length; i++) sum += exif[i];
    // The orientation depends on every byte of the Exif data, so that all of them are read.
    uint8_t *turned = malloc(width * height * size);
    cpixels_orient(samples, width, height, size, 1 + (int)(sum % 8), turned);
    free(turned);
    if (is_decoded) expect_all_written(codec, file, reduction, samples, width * height * size);
    if (is_decoded) expect_same_part(codec, file, reduction, width, height, size, samples);
    if (is_decoded) use(&header, reduction, samples);
    free(samples);
  }
  codec->close(reader);
  return is_decoded;
}

int main(int argument_count, char **arguments) {
  const CCodec *codecs[] = {cjpeg_codec(), cpng_codec(), cwebp_codec(), ctiff_codec(), cbmp_codec(), cnumpy_codec()};
  static File files[most_files];
  if (argument_count < 3) return 2;
  const size_t file_count = read_files(files, argument_count - 2, arguments + 2);
  const size_t mutations = strtoul(arguments[1], NULL, 10);
  size_t valid = 0, decoded = 0;
  // Every codec gets every file, because the format is determined elsewhere.
  for (size_t i = 0; i < file_count; i++) {
    size_t taken = 0;
    for (size_t c = 0; c < sizeof codecs / sizeof *codecs; c++) taken += codecs[c] && decode(codecs[c], files[i]);
    if (!taken) fprintf(stderr, "not decoded: %s\n", arguments[2 + i]);
    valid += taken > 0;
  }
  for (size_t number = 0; number < mutations; number++) {
    const File file = mutated(files, file_count, number);
    for (size_t c = 0; c < sizeof codecs / sizeof *codecs; c++) decoded += codecs[c] && decode(codecs[c], file);
    free(file.bytes);
  }
  for (size_t i = 0; i < file_count; i++) free(files[i].bytes);
  printf("%zu of %zu valid files and %zu of %zu mutated ones decoded\n", valid, file_count, decoded, mutations);
  return valid == file_count ? 0 : 1;
}
