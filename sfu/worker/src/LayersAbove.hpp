#ifndef MERIDIAN_LAYERS_ABOVE_HPP
#define MERIDIAN_LAYERS_ABOVE_HPP

#include "Meridian/Switches.hpp"
#include "RTC/RTP/RtpStreamRecv.hpp"
#include <cstdint>

namespace Meridian
{
	inline bool ForwardsTemporalLayersAbove()
	{
		static const bool on = IsOn("temporal-above");

		return on;
	}

	/**
	 * Returns the temporal layer up to which a receiver of `spatialLayer` gets packets: `temporalLayer`, for which there is
	 * bandwidth, or `preferredLayer` if no layer above `temporalLayer` arrives. A layer that begins is then forwarded at
	 * once, and not from the next look at the bandwidth on.
	 */
	inline int16_t WithTemporalLayersAbove(
	  RTC::RTP::RtpStreamRecv* rtpStream, int16_t spatialLayer, int16_t temporalLayer, int16_t preferredLayer, int64_t nowMs)
	{
		if (!ForwardsTemporalLayersAbove() || !rtpStream || spatialLayer < 0 || temporalLayer < 0 || temporalLayer >= preferredLayer)
		{
			return temporalLayer;
		}

		for (auto layer = temporalLayer + 1; layer < rtpStream->GetTemporalLayers(); ++layer)
		{
			if (rtpStream->GetLayerBitrate(nowMs, spatialLayer, layer) > 0)
			{
				return temporalLayer;
			}
		}

		return preferredLayer;
	}
} // namespace Meridian

#endif
