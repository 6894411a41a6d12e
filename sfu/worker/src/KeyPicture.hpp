#ifndef MERIDIAN_KEY_PICTURE_HPP
#define MERIDIAN_KEY_PICTURE_HPP

#include <algorithm>
#include <cstdint>
#include <optional>

namespace Meridian
{
	/**
	 * The latest key picture of a K-SVC stream. Its publisher may send fewer layers than were announced, and a key
	 * picture starts those that it holds: until the next one, a receiver gets the highest of them up to its own.
	 */
	class KeyPicture
	{
	public:
		static bool IsOn();

		/**
		 * Takes a packet, and returns the layer of the receiver. `isKeyFrame`: the packet starts a key picture;
		 * `packetLayer`: its spatial layer; `receiverLayer`: layer of the receiver, as if all layers were there.
		 */
		int16_t Follow(uint32_t timestamp, bool isKeyFrame, int16_t packetLayer, int16_t receiverLayer)
		{
			if (isKeyFrame && (!this->timestamp || IsAfter(timestamp)))
			{
				this->timestamp     = timestamp;
				this->highest       = packetLayer;
				this->receiverLayer = receiverLayer;
			}

			if (Holds(timestamp))
			{
				this->highest = std::max(this->highest, packetLayer);

				return this->receiverLayer;
			}

			return IsBefore(timestamp) ? std::min(this->receiverLayer, this->highest) : receiverLayer;
		}

		/** Returns the receiver's layer, as if all layers were there, from the layer of which it gets packets. */
		int16_t GetReceiverLayer(int16_t forwardedLayer) const
		{
			return forwardedLayer >= 0 && forwardedLayer == this->highest
			         ? std::max(forwardedLayer, this->receiverLayer)
			         : forwardedLayer;
		}

		bool Holds(uint32_t timestamp) const
		{
			return this->timestamp == timestamp;
		}

		/** Whether the packet is of a later picture. */
		bool IsBefore(uint32_t timestamp) const
		{
			return this->timestamp && IsAfter(timestamp);
		}

	private:
		bool IsAfter(uint32_t timestamp) const
		{
			return static_cast<int32_t>(timestamp - *this->timestamp) > 0;
		}

	private:
		std::optional<uint32_t> timestamp;
		int16_t highest{ -1 };
		int16_t receiverLayer{ -1 };
	};
} // namespace Meridian

#endif
