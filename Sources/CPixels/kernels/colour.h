// A block of pixels that fits into the nearest cache goes through all steps before the next block. Contrast needs the
// mean of the picture after the steps before it, so that the whole picture passes these steps first.

typedef float Lanes __attribute__((vector_size(64)));  // always 16 floats, for any width of registers

enum { block_pixels = 512, large_view = 1 << 17 };

static inline float clip(float value) {
  value = value > 0 ? value : 0;
  return value < 1 ? value : 1;
}

static inline float smaller(float a, float b) { return a < b ? a : b; }
static inline float larger(float a, float b) { return a > b ? a : b; }
static inline float grey_of(float red, float green, float blue) {
  return 0.2989f * red + 0.587f * green + 0.114f * blue;
}

static void scale(float *values, size_t count, float factor, float offset) {
  for (size_t i = 0; i < count; i++) values[i] = clip(values[i] * factor + offset);
}

static void saturate(float *restrict red, float *restrict green, float *restrict blue, size_t count, float factor) {
  for (size_t i = 0; i < count; i++) {
    const float r = red[i], g = green[i], b = blue[i], rest = (1 - factor) * grey_of(r, g, b);
    red[i] = clip(r * factor + rest);
    green[i] = clip(g * factor + rest);
    blue[i] = clip(b * factor + rest);
  }
}

// Turning the hue in HSV keeps the largest of the three channels (V) and their range (V times S). Each channel becomes
// V - clip(min(k, 4 - k)) * range, where k is the distance of the hue from the channel's own hue, in sixths of the
// circle. k * range needs no division: it is the difference of the two other channels, plus the range times a number
// that depends on which channel is the largest. k has no effect in -2...0 and 4...6, so that -2...6 covers the circle
// and the number is in -1..<5.
static inline float channel(float most, float range, float k) {
  const float from_most = smaller(k, 4 * range - k);
  return most - smaller(larger(from_most, 0), range);
}

static inline float around(float sixths) { return sixths < -1 ? sixths + 6 : sixths < 5 ? sixths : sixths - 6; }

static void turn_hue(float *restrict red, float *restrict green, float *restrict blue, size_t count, float turns) {
  // The hue is at 0, 2 or 4 where red, green or blue is largest, and red, green and blue count from 5, 3 and 1.
  const float turn = 6 * turns;
  const float at_5 = around(turn - 1), at_1 = around(turn + 1), at_3 = around(turn + 3);
  for (size_t i = 0; i < count; i++) {
    const float r = red[i], g = green[i], b = blue[i];
    const float most = larger(r, larger(g, b)), range = most - smaller(r, smaller(g, b));
    const int is_red = most == r, is_green = most == g;
    const float difference = is_red ? g - b : is_green ? b - r : r - g;
    red[i] = channel(most, range, difference + (is_red ? at_5 : is_green ? at_1 : at_3) * range);
    green[i] = channel(most, range, difference + (is_red ? at_3 : is_green ? at_5 : at_1) * range);
    blue[i] = channel(most, range, difference + (is_red ? at_1 : is_green ? at_3 : at_5) * range);
  }
}

static void make_grey(float *restrict red, float *restrict green, float *restrict blue, size_t count) {
  for (size_t i = 0; i < count; i++) red[i] = green[i] = blue[i] = grey_of(red[i], green[i], blue[i]);
}

static void solarize(float *values, size_t count, float threshold) {
  for (size_t i = 0; i < count; i++) values[i] = values[i] >= threshold ? 1 - values[i] : values[i];
}

// Values below 2^-126 count as black.
static void raise(float *values, size_t count, float gamma) {
  for (size_t i = 0; i < count; i++) {
    const float value = values[i], inside = value > 0x1p-126f ? value < 1 ? value : 0.5f : 0.5f;
    const float exponent = gamma * log_of(inside) * 1.44269504f;
    const float power = exp2_of(exponent > -126 ? exponent : -126);
    values[i] = value < 1 ? value > 0x1p-126f ? power : 0 : 1;
  }
}

// Sixteen running sums, so that the order of addition, and so the result, is the same for any width of registers.
typedef struct {
  Lanes lanes;
  double rest;
} Sum;

static void add_up(Sum *sum, const float *values, size_t count) {
  Lanes lanes = sum->lanes;
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    Lanes next;
    memcpy(&next, values + i, sizeof next);
    lanes += next;
  }
  sum->lanes = lanes;
  for (; i < count; i++) sum->rest += (double)values[i];
}

static double total(const Sum *sum) {
  double result = sum->rest;
  for (int lane = 0; lane < 16; lane++) result += (double)sum->lanes[lane];
  return result;
}

// One step on a block whose planes are `plane` values apart; `offset` is what contrast adds.
static void take_step(CPixelsColour step, float offset, float *block, int planes, size_t plane, size_t count) {
  float *green = block + plane, *blue = block + 2 * plane;
  switch (step.kind) {
  case cpixels_brightness:
  case cpixels_contrast:
    for (int p = 0; p < planes; p++) scale(block + plane * p, count, step.amount, offset);
    break;
  case cpixels_saturation:
    if (planes == 3) saturate(block, green, blue, count, step.amount);
    break;
  case cpixels_hue:
    if (planes == 3) turn_hue(block, green, blue, count, step.amount);
    break;
  case cpixels_grey:
    if (planes == 3) make_grey(block, green, blue, count);
    break;
  case cpixels_solarize:
    for (int p = 0; p < planes; p++) solarize(block + plane * p, count, step.amount);
    break;
  case cpixels_gamma:
    for (int p = 0; p < planes; p++) raise(block + plane * p, count, step.amount);
    break;
  }
}

// Interleaves three planes, sixteen pixels at a time.
//
// A large view is written past the caches: it is read only after many other views were made, and fetching the memory
// that it overwrites would cost as much again.
static inline __attribute__((always_inline)) void interleave(
  const float *red, const float *green, const float *blue, size_t count, const float *mean, const float *per_deviation,
  int is_past_caches, float *target) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    Lanes r, g, b;
    memcpy(&r, red + i, sizeof r);
    memcpy(&g, green + i, sizeof g);
    memcpy(&b, blue + i, sizeof b);
    r = (r - mean[0]) * per_deviation[0];
    g = (g - mean[1]) * per_deviation[1];
    b = (b - mean[2]) * per_deviation[2];
    const Lanes first = __builtin_shufflevector(r, g, 0, 16, -1, 1, 17, -1, 2, 18, -1, 3, 19, -1, 4, 20, -1, 5);
    const Lanes second = __builtin_shufflevector(g, b, 5, 21, -1, 6, 22, -1, 7, 23, -1, 8, 24, -1, 9, 25, -1, 10);
    const Lanes third = __builtin_shufflevector(b, r, 10, 27, -1, 11, 28, -1, 12, 29, -1, 13, 30, -1, 14, 31, -1, 15);
    const Lanes pixels[3] = {
      __builtin_shufflevector(first, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15),
      __builtin_shufflevector(second, r, 0, 1, 22, 3, 4, 23, 6, 7, 24, 9, 10, 25, 12, 13, 26, 15),
      __builtin_shufflevector(third, g, 0, 1, 27, 3, 4, 28, 6, 7, 29, 9, 10, 30, 12, 13, 31, 15),
    };
    if (is_past_caches)
      for (int part = 0; part < 3; part++)
        __builtin_nontemporal_store(pixels[part], (Lanes *)(target + 3 * i + 16 * part));
    else
      memcpy(target + 3 * i, pixels, sizeof pixels);
  }
  for (; i < count; i++) {
    target[3 * i] = (red[i] - mean[0]) * per_deviation[0];
    target[3 * i + 1] = (green[i] - mean[1]) * per_deviation[1];
    target[3 * i + 2] = (blue[i] - mean[2]) * per_deviation[2];
  }
}

static void normalise(const float *block, int planes, size_t plane, size_t count,
                      const CPixelsNormalisation *normalisation, int is_past_caches, float *target) {
  const int channels = normalisation->channels;
  if (channels == 3 && (planes == 3 || planes == 1)) {
    const float *green = planes == 3 ? block + plane : block, *blue = planes == 3 ? block + 2 * plane : block;
    const float *deviation = normalisation->deviation;
    const float per_deviation[3] = {1 / deviation[0], 1 / deviation[1], 1 / deviation[2]};
    if (is_past_caches)
      interleave(block, green, blue, count, normalisation->mean, per_deviation, 1, target);
    else
      interleave(block, green, blue, count, normalisation->mean, per_deviation, 0, target);
    return;
  }
  for (int c = 0; c < channels; c++) {
    const float *values = block + plane * (size_t)(c < planes ? c : planes - 1);
    const float per_deviation = 1 / normalisation->deviation[c], mean = normalisation->mean[c];
    for (size_t i = 0; i < count; i++) target[(size_t)channels * i + c] = (values[i] - mean) * per_deviation;
  }
}

static double mean_grey(const Sum *sums, int planes, size_t count) {
  double mean = total(&sums[0]);
  if (planes == 3) mean = 0.2989 * mean + 0.587 * total(&sums[1]) + 0.114 * total(&sums[2]);
  return mean / (double)count;
}

// Where planes are neither grey nor RGB, each has its own mean and is treated as a picture of its own until the end.
static void colour(float *image, int planes, size_t count, const CPixelsColour *steps, int step_count,
                   const CPixelsNormalisation *normalisation, float *target) {
  if (planes != 1 && planes != 3) {
    for (int p = 0; p < planes; p++) colour(image + count * p, 1, count, steps, step_count, NULL, NULL);
    if (normalisation) normalise(image, planes, count, count, normalisation, 0, target);
    return;
  }
  // Blocks of 512 pixels of three floats keep the alignment.
  const int is_past_caches = count * 3 * sizeof(float) >= large_view && (uintptr_t)target % 64 == 0;
  int begin = 0, knows_mean = 0;
  float offset = 0;  // what the contrast at the beginning of a stage adds
  while (1) {
    int end = begin + knows_mean;  // end of the stage: the next step that has to wait for a mean
    while (end < step_count && steps[end].kind != cpixels_contrast) end++;
    const int is_last = end == step_count;
    Sum sums[3] = {0};
    for (size_t done = 0; done < count; done += block_pixels) {
      const size_t pixels = count - done < block_pixels ? count - done : block_pixels;
      float *block = image + done;
      for (int s = begin; s < end; s++)
        take_step(steps[s], steps[s].kind == cpixels_contrast ? offset : 0, block, planes, count, pixels);
      if (!is_last)
        for (int p = 0; p < planes; p++) add_up(&sums[p], block + count * p, pixels);
      else if (normalisation)
        normalise(block, planes, count, pixels, normalisation, is_past_caches,
                  target + done * (size_t)normalisation->channels);
    }
    if (is_last) {
      // Writes past the caches are not ordered. The fence makes them visible before the view is reported as ready.
      if (normalisation && is_past_caches) atomic_thread_fence(memory_order_seq_cst);
      return;
    }
    offset = (1 - steps[end].amount) * (float)mean_grey(sums, planes, count);
    begin = end;
    knows_mean = 1;
  }
}
