// Stands in for mediasoup's header of this name.
#pragma once
#include "Meridian/Clock.hpp"
#include <cstdint>
#include <uv.h>

struct DepLibUV
{
	static uv_loop_t* GetLoop()
	{
		return uv_default_loop();
	}
	static int64_t GetTimeMs()
	{
		return static_cast<int64_t>(Meridian::Clock::NowNs() / 1000000);
	}
};
