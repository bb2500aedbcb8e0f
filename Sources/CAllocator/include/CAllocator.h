// Nothing to call: a program that has this target among its own allocates with jemalloc.
#pragma once
