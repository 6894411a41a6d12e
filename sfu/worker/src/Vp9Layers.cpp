#include "Meridian/Vp9Layers.hpp"

namespace Meridian
{
	uint8_t Vp9LayerCount(const uint8_t* payload, size_t length)
	{
		if (length < 1)
		{
			return 0;
		}

		const uint8_t flags = payload[0];
		const bool hasPictureId{ (flags & 0x80) != 0 };
		const bool isPredicted{ (flags & 0x40) != 0 };
		const bool hasLayers{ (flags & 0x20) != 0 };
		const bool isFlexible{ (flags & 0x10) != 0 };
		const bool hasStructure{ (flags & 0x02) != 0 };

		if (isPredicted || !hasStructure)
		{
			return 0;
		}

		size_t at{ 1 };

		if (hasPictureId && at < length)
		{
			at += (payload[at] & 0x80) != 0 ? 2 : 1;
		}

		if (hasLayers)
		{
			at += isFlexible ? 1 : 2;
		}

		return at < length ? (payload[at] >> 5) + 1 : 0;
	}
} // namespace Meridian
