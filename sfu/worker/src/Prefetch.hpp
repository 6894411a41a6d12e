#ifndef MERIDIAN_PREFETCH_HPP
#define MERIDIAN_PREFETCH_HPP

#include "Meridian/Switches.hpp"
#include <cstddef>
#include <cstdint>

namespace Meridian
{
	inline bool IsPrefetching()
	{
		static const bool isOn = IsOn("prefetch");

		return isOn;
	}

	/** Lets the processor fetch memory that is needed soon. Any address will do. */
	inline void Prefetch(const void* from, size_t bytes)
	{
		constexpr size_t LineBytes{ 64 };

		for (size_t at{ 0 }; at < bytes; at += LineBytes)
		{
			__builtin_prefetch(static_cast<const uint8_t*>(from) + at);
		}
	}
} // namespace Meridian

#endif
