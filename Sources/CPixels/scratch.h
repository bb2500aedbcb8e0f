// The layout of scratch memory that callers and kernels have to agree on.
#pragma once
#include <stddef.h>

/// `bytes` rounded up to whole cache lines.
size_t cpixels_round_up(size_t bytes);

/// Floats before and after a row that is blurred: whole cache lines, and at least one.
size_t cpixels_blur_margin(int radius);

/// Lines of a blur down a picture, including the mirrored ones; at least as many as weights.
size_t cpixels_blur_lines(int height, int radius);
