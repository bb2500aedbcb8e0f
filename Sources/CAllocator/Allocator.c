// Makes jemalloc the allocator of the whole program, in place of the C library's malloc, and configures it.
//
// jemalloc keeps freed memory (no decay), because each training step asks for the same blocks as the step before. glibc
// returns blocks above 32 MB to the system and gets them back page by page, which took a sixth of a step. Configured to
// keep them, glibc is as fast, but its heap fragments: a run used 1.4 to 2.1 times the memory. See docs/benchmarks.md.
//
// jemalloc reads this variable before main; MALLOC_CONF in the environment overrides it, option by option.

// The name of the variable depends on the build of jemalloc: malloc_conf, or the same with a prefix (Homebrew).
#define JEMALLOC_NO_DEMANGLE
#include <jemalloc/jemalloc.h>

// Without a separate arena for large blocks (oversize_threshold:0), all blocks share the freed memory, which saves 5 %
// for some networks.
const char *je_malloc_conf = "dirty_decay_ms:-1,muzzy_decay_ms:-1,oversize_threshold:0";
