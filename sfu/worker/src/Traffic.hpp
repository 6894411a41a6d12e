#ifndef MERIDIAN_TRAFFIC_HPP
#define MERIDIAN_TRAFFIC_HPP

#include "Meridian/Switches.hpp"
#include <cstdint>
#include <string_view>

namespace Meridian
{
	/** Bytes that all transports have sent and received since the worker's start, with those that have closed. */
	class Traffic
	{
	public:
		static bool IsOn()
		{
			// The media node looks for the whole text in the worker's file (worker-patches.ts).
			static constexpr std::string_view Mark{ "patch node-traffic" };
			static const bool on = Meridian::IsOn(Mark.substr(Mark.find(' ') + 1));

			return on;
		}

		static inline uint64_t sentBytes{ 0 };
		static inline uint64_t receivedBytes{ 0 };
	};
} // namespace Meridian

#endif
