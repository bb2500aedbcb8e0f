// The cores that a thread may run on. C, because Swift's Glibc does not have what is GNU's alone.
#include "Boundary.h"

#ifdef __linux__
#include <sched.h>
#endif

int32_t ct_cores(int32_t *cores, int32_t capacity) {
  int32_t count = 0;
#ifdef __linux__
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
  for (int32_t core = 0; core < CPU_SETSIZE && count < capacity; ++core) {
    if (CPU_ISSET(core, &allowed)) cores[count++] = core;
  }
#else
  (void)cores, (void)capacity;
#endif
  return count;
}

void ct_bind_to_cores(const int32_t *cores, int32_t count) {
#ifdef __linux__
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  for (int32_t index = 0; index < count; ++index) CPU_SET(cores[index], &allowed);
  sched_setaffinity(0, sizeof allowed, &allowed);
#else
  (void)cores, (void)count;
#endif
}
