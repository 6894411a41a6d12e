#ifndef MERIDIAN_HOT_LINES_HPP
#define MERIDIAN_HOT_LINES_HPP

#include "Meridian/Fetch.hpp"
#include "Meridian/Switches.hpp"
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace Meridian
{
	/**
	 * Addresses of the memory that a packet to one receiver needs, noted once, so that the processor can fetch all of it at
	 * once, without a walk from object to object. A wrong address costs time and does no harm.
	 */
	class alignas(64) HotLines
	{
	public:
		static bool IsOn()
		{
			static const bool isOn = Meridian::IsOn("prefetch");

			return isOn;
		}

		/** Notes memory. Lines beyond the last place, noted ones, and those more than 100 GB away are left out. */
		void Add(const void* from, size_t bytes)
		{
			const auto end = LineOf(static_cast<const uint8_t*>(from) + bytes - 1);

			for (auto line = LineOf(from); line <= end && this->count < LinesMax; ++line)
			{
				const auto distance = static_cast<int32_t>(line - LineOf(this));

				if (LineOf(this) + distance == line && !Has(distance))
				{
					this->lines[this->count++] = distance;
				}
			}
		}

		template<typename T>
		void Add(const T& thing)
		{
			Add(static_cast<const void*>(std::addressof(thing)), sizeof(thing));
		}

		/** Whether it is time to note everything anew, for objects may have come and gone. To be called once for each turn. */
		bool IsOld()
		{
			return this->uses++ % UsesMax == 0;
		}

		void Clear()
		{
			this->count = 0;
		}

		/** Lets the processor fetch what is noted. */
		void Fetch() const
		{
			const auto own = LineOf(this);

			for (size_t at{ 0 }; at < this->count; ++at)
			{
				Meridian::Fetch(reinterpret_cast<const void*>((own + this->lines[at]) * LineBytes));
			}
		}

		/** Lets the processor fetch the notes. */
		void FetchNotes() const
		{
			for (size_t at{ 0 }; at < sizeof(*this); at += LineBytes)
			{
				Meridian::Fetch(reinterpret_cast<const uint8_t*>(this) + at);
			}
		}

	private:
		static constexpr intptr_t LineBytes{ 64 };
		static constexpr size_t LinesMax{ 94 };
		/** Seldom enough to cost nothing, often enough to follow a transport that connects anew. */
		static constexpr uint32_t UsesMax{ 512 };

		static intptr_t LineOf(const void* address)
		{
			return static_cast<intptr_t>(reinterpret_cast<uintptr_t>(address) / LineBytes);
		}

		bool Has(int32_t distance) const
		{
			for (size_t at{ 0 }; at < this->count; ++at)
			{
				if (this->lines[at] == distance)
				{
					return true;
				}
			}

			return false;
		}

		uint32_t count{ 0 };
		uint32_t uses{ 0 };
		/** Distances from here in lines, which take half of the memory of addresses. */
		std::array<int32_t, LinesMax> lines;
	};
} // namespace Meridian

#endif
