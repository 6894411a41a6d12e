// Stands in for mediasoup's header of this name: logs to stderr.
#pragma once
#include <cstdio>
#define MS_WARN_TAG(tag, format, ...) std::fprintf(stderr, format "\n", ##__VA_ARGS__)
#define MS_DEBUG_TAG(tag, format, ...) std::fprintf(stderr, format "\n", ##__VA_ARGS__)
#define MS_WARN_DEV(format, ...)
