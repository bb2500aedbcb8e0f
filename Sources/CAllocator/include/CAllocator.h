// There is nothing to call: a program that links this target allocates with jemalloc.
#pragma once
