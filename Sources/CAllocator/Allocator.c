// jemalloc instead of the C library's malloc, for all of a program, and how it is set up.
//
// It keeps what is freed (no decay), for each step of a training asks for the blocks of the step before. glibc gives those
// above 32 MB back to the system and asks for them anew, page by page, which took a sixth of a step; told to keep them it is
// as fast as this, but leaves gaps: a run took 1.4 to 2.1 times the memory. What was measured: docs/benchmarks.md.
//
// jemalloc reads this variable before main; MALLOC_CONF in the environment overrides it, option by option.

// Leaves the name of the variable to this build of jemalloc: malloc_conf, or with a prefix (Homebrew).
#define JEMALLOC_NO_DEMANGLE
#include <jemalloc/jemalloc.h>

// Without an arena apart for large blocks (oversize_threshold:0) all blocks share what was freed: 5 % less for some networks.
const char *je_malloc_conf = "dirty_decay_ms:-1,muzzy_decay_ms:-1,oversize_threshold:0";
