// The bands of up to eight frames; compiled once for each set of instructions, as KERNEL.

// The sample at a place, which may lie before the first or behind the last.
static float mirrored(const float *samples, size_t count, ptrdiff_t place) {
  const ptrdiff_t last = (ptrdiff_t)count - 1;
  if (last == 0) return samples[0];
  place %= 2 * last;
  if (place < 0) place += 2 * last;
  return samples[place <= last ? place : 2 * last - place];
}

// Pairs of samples become complex numbers, in the order that the transform begins with.
static void load(
  const cspectra_plan *plan, const float *samples, size_t count, ptrdiff_t start, size_t lane, float *real,
  float *imaginary) {
  const bool is_inside = start >= 0 && (size_t)start + plan->size <= count;
  for (size_t k = 0; k < plan->half; k++) {
    const ptrdiff_t place = start + 2 * (ptrdiff_t)k;
    const float even = is_inside ? samples[place] : mirrored(samples, count, place);
    const float odd = is_inside ? samples[place + 1] : mirrored(samples, count, place + 1);
    const size_t target = plan->reversed[k] * lanes + lane;
    real[target] = even * plan->window[2 * k];
    imaginary[target] = odd * plan->window[2 * k + 1];
  }
}

// Two levels of the transform at a time: parts of `length` become parts of four times that.
static const float *quadruple(size_t half, size_t length, const float *twiddles, vector *re, vector *im) {
  for (size_t base = 0; base < half; base += 4 * length) {
    const float *w = twiddles;
    for (size_t j = base; j < base + length; j++, w += 4) {
      const size_t a = j, b = j + length, c = j + 2 * length, d = j + 3 * length;
      vector tr = re[b] * w[0] - im[b] * w[1], ti = re[b] * w[1] + im[b] * w[0];
      const vector ar = re[a] + tr, ai = im[a] + ti, br = re[a] - tr, bi = im[a] - ti;
      tr = re[d] * w[0] - im[d] * w[1], ti = re[d] * w[1] + im[d] * w[0];
      const vector cr = re[c] + tr, ci = im[c] + ti, dr = re[c] - tr, di = im[c] - ti;
      tr = cr * w[2] - ci * w[3], ti = cr * w[3] + ci * w[2];
      re[a] = ar + tr, im[a] = ai + ti, re[c] = ar - tr, im[c] = ai - ti;
      // The other half of the circle's first quarter: a turn by a quarter more.
      tr = dr * w[3] + di * w[2], ti = di * w[3] - dr * w[2];
      re[b] = br + tr, im[b] = bi + ti, re[d] = br - tr, im[d] = bi - ti;
    }
  }
  return twiddles + 4 * length;
}

static void twice(size_t half, vector *re, vector *im) {
  for (size_t j = 0; j < half; j += 2) {
    const vector r = re[j + 1], i = im[j + 1];
    re[j + 1] = re[j] - r, im[j + 1] = im[j] - i;
    re[j] += r, im[j] += i;
  }
}

static void take_roots(vector *x) {
  for (int lane = 0; lane < lanes; lane++) (*x)[lane] = sqrtf((*x)[lane]);
}

// The spectrum of the real samples, from that of the pairs.
static void powers(const cspectra_plan *plan, bool takes_magnitude, const vector *re, const vector *im, vector *power) {
  const size_t half = plan->half;
  for (size_t k = 0; k <= half; k++) {
    const size_t own = k == half ? 0 : k, other = k == 0 ? 0 : half - k;
    const vector er = (re[own] + re[other]) * 0.5f, ei = (im[own] - im[other]) * 0.5f;
    const vector or = (im[own] + im[other]) * 0.5f, oi = (re[other] - re[own]) * 0.5f;
    const float c = plan->turns[2 * k], s = plan->turns[2 * k + 1];
    const vector r = er + (or * c - oi * s), i = ei + (or * s + oi * c);
    power[k] = r * r + i * i;
    if (takes_magnitude) take_roots(&power[k]);
  }
}

void KERNEL(
  const cspectra_plan *plan, cspectra_rule rule, const float *samples, size_t count, size_t first, size_t wanted,
  size_t frames, vector *scratch, float *output) {
  vector *re = scratch, *im = re + plan->half, *power = im + plan->half;
  for (size_t lane = 0; lane < lanes; lane++) {
    // Lanes without a frame of their own repeat the last.
    const size_t frame = first + (lane < wanted ? lane : wanted - 1);
    load(plan, samples, count, (ptrdiff_t)(frame * rule.hop) - (ptrdiff_t)plan->half, lane, (float *)re, (float *)im);
  }
  size_t length = 1;
  const float *twiddles = plan->twiddles;
  if (__builtin_ctzl(plan->half) % 2) twice(plan->half, re, im), length = 2;
  for (; length < plan->half; length *= 4) twiddles = quadruple(plan->half, length, twiddles, re, im);
  powers(plan, rule.takes_magnitude, re, im, power);
  for (size_t band = 0; band < plan->bands; band++) {
    const float *weights = plan->weights[band];
    vector sum = {0};
    for (size_t k = plan->first[band]; k < plan->end[band]; k++) sum += power[k] * weights[k - plan->first[band]];
    for (size_t lane = 0; lane < wanted; lane++) {
      float value = sum[lane] + rule.offset;
      value = value < rule.floor ? rule.floor : value > rule.ceiling ? rule.ceiling : value;
      output[band * frames + first + lane] = logf(value);
    }
  }
}
