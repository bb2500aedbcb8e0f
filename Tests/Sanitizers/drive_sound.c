// Runs the readers, the resampler and the kernel of sound under the address and undefined-behaviour sanitizers, on valid files and on
// mutations of them.
//
//   drive_sound COUNT FILE…     reads every FILE unchanged, then COUNT mutated files
//
// Ends with status 0 and a line that counts the files that were read; a sanitizer ends it with a report.
#define _GNU_SOURCE  // memfd_create
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include <CSndfile.h>
#include <CSoxr.h>
#include <CSpectra.h>

#include "mutations.h"

enum { most_frames = 200000, block = 4096, transform = 256, bands = 12 };

// The first channel at another rate, in exactly as much memory as needed; returns how many samples it has.
static size_t resampled(const float *samples, size_t count, double rate, float **result) {
  csoxr_resampler *resampler = NULL;
  *result = NULL;
  if (!(rate >= 100 && rate <= 1e6) || csoxr_open(rate, 16000, &resampler)) return 0;
  const size_t capacity = (size_t)((double)count * 16000 / rate) + 4096;
  float *output = malloc(capacity * sizeof *output);
  size_t used = 0, filled = 0;
  for (;;) {
    size_t taken = 0, given = 0;
    const size_t left = count - used;
    if (csoxr_process(
          resampler, left ? samples + used : NULL, left < block ? left : block, output + filled, capacity - filled, &taken,
          &given))
      break;
    used += taken;
    filled += given;
    if (filled == capacity || (!left && !given)) break;
  }
  csoxr_close(resampler);
  *result = output;
  return filled;
}

static void use(const cspectra_plan *plan, const float *samples, size_t count) {
  if (!count) return;
  const size_t hop = 1 + below(200), frames = 1 + count / hop;
  if (frames > 20000) return;
  float *output = malloc(frames * bands * sizeof *output);
  const cspectra_rule rule = {hop, below(2), 1e-7f, 0, INFINITY};
  if (!cspectra_bands(plan, rule, samples, count, frames, output)) exit(3);
  free(output);
}

static int is_read(const cspectra_plan *plan, File file) {
  const int descriptor = memfd_create("sound", 0);
  if (descriptor < 0 || write(descriptor, file.bytes, file.count) != (ssize_t)file.count) exit(3);
  lseek(descriptor, 0, SEEK_SET);
  csnd_file *opened = NULL;
  csnd_header header;
  char *message = csnd_open(descriptor, &opened, &header);
  if (message) {
    csnd_free(message);
    return 0;
  }
  if (header.channels > 64) {
    csnd_close(opened);
    return 0;
  }
  if (header.frames != UINT64_MAX && header.frames > 0 && below(3) == 0) csnd_free(csnd_seek(opened, below(header.frames)));
  float *samples = malloc(most_frames * sizeof *samples), *part = malloc(block * header.channels * sizeof *part);
  size_t count = 0;
  while (count + block <= most_frames) {
    const size_t got = csnd_read(opened, part, block);
    for (size_t i = 0; i < got; i++) {
      const float value = part[i * header.channels];
      samples[count++] = isfinite(value) ? value : 0;
    }
    if (got < block) break;
  }
  free(part);
  csnd_close(opened);
  // In exactly as much memory as needed.
  samples = realloc(samples, (count ? count : 1) * sizeof *samples);
  use(plan, samples, count);
  float *other;
  const size_t length = resampled(samples, count, header.rate, &other);
  use(plan, other, length);
  free(other);
  free(samples);
  return 1;
}

int main(int argument_count, char **arguments) {
  static File files[most_files];
  if (argument_count < 3) return 2;
  const size_t file_count = read_files(files, argument_count - 2, arguments + 2);
  const size_t mutations = strtoul(arguments[1], NULL, 10);
  static float window[transform], filters[bands * (transform / 2 + 1)];
  for (size_t i = 0; i < transform; i++) window[i] = 0.5f - 0.5f * cosf(6.2831853f * (float)i / transform);
  for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) filters[i] = i % 7 ? 0 : 0.25f;
  cspectra_plan *plan = cspectra_open(transform, window, bands, filters);
  if (!plan) return 3;
  size_t valid = 0, read = 0;
  for (size_t i = 0; i < file_count; i++) {
    const int is_valid = is_read(plan, files[i]);
    if (!is_valid) fprintf(stderr, "not read: %s\n", arguments[2 + i]);
    valid += (size_t)is_valid;
  }
  for (size_t number = 0; number < mutations; number++) {
    const File file = mutated(files, file_count, number);
    read += (size_t)is_read(plan, file);
    free(file.bytes);
  }
  cspectra_close(plan);
  for (size_t i = 0; i < file_count; i++) free(files[i].bytes);
  printf("%zu of %zu valid sound files and %zu of %zu mutated ones read\n", valid, file_count, read, mutations);
  return valid == file_count ? 0 : 1;
}
