// Files and their mutations, the same on every machine.
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { most_files = 1000 };

typedef struct {
  unsigned char *bytes;
  size_t count;
} File;

static uint64_t state = 7;

// SplitMix64, so that every machine draws the same numbers.
static size_t below(size_t count) {
  uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (size_t)((z ^ (z >> 31)) % (count ? count : 1));
}

static File mutated(const File *files, size_t file_count, size_t number) {
  const File file = files[number % file_count], other = files[below(file_count)];
  File result = {malloc(file.count + other.count), file.count};
  memcpy(result.bytes, file.bytes, file.count);
  for (size_t change = below(5) + 1; change > 0; change--) {
    const size_t reach = below(2) && result.count > 200 ? 200 : result.count;
    switch (below(6)) {
    case 0: result.bytes[below(reach)] = (unsigned char)(below(2) * 255); break;
    case 1: result.bytes[below(reach)] ^= (unsigned char)(1u << below(8)); break;
    case 2: result.count -= below(result.count); break;
    case 3: {  // the end of another file
      const size_t start = below(result.count), from = below(other.count), room = file.count + other.count - start;
      const size_t length = other.count - from < room ? other.count - from : room;
      memcpy(result.bytes + start, other.bytes + from, length);
      result.count = start + length;
      break;
    }
    default: result.bytes[below(reach)] = (unsigned char)below(256);
    }
  }
  return result;
}

// Reads the files that are named; ends the program with status 2 if one cannot be read.
static size_t read_files(File files[most_files], int count, char **names) {
  size_t file_count = 0;
  for (int i = 0; i < count && file_count < most_files; i++) {
    FILE *stream = fopen(names[i], "rb");
    if (!stream) exit(2);
    fseek(stream, 0, SEEK_END);
    File file = {NULL, (size_t)ftell(stream)};
    rewind(stream);
    file.bytes = malloc(file.count);
    if (fread(file.bytes, 1, file.count, stream) != file.count) exit(2);
    fclose(stream);
    files[file_count++] = file;
  }
  return file_count;
}
