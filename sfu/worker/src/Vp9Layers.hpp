#ifndef MERIDIAN_VP9_LAYERS_HPP
#define MERIDIAN_VP9_LAYERS_HPP

#include <cstddef>
#include <cstdint>

namespace Meridian
{
	/**
	 * Returns the number of spatial layers that the RTP payload of a VP9 key frame announces (RFC 9628, 4.2.1); 0: it
	 * announces none.
	 */
	uint8_t Vp9LayerCount(const uint8_t* payload, size_t length);
} // namespace Meridian

#endif
