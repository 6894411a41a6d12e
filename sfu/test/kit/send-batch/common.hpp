// Stands in for mediasoup's header of this name, for the test of SendBatch.cpp alone.
#pragma once
#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
