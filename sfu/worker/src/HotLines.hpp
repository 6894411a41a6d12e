#ifndef MERIDIAN_HOT_LINES_HPP
#define MERIDIAN_HOT_LINES_HPP

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
	class HotLines
	{
	public:
		static bool IsOn()
		{
			static const bool isOn = Meridian::IsOn("prefetch");

			return isOn;
		}

		/** Notes memory. Lines beyond the last place, and those that are noted, are left out. */
		void Add(const void* from, size_t bytes)
		{
			const auto begin = reinterpret_cast<uintptr_t>(from);

			for (auto line = begin & ~(LineBytes - 1); line < begin + bytes && this->count < LinesMax; line += LineBytes)
			{
				if (!Has(line))
				{
					this->lines[this->count++] = line;
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
			for (size_t at{ 0 }; at < this->count; ++at)
			{
				__builtin_prefetch(reinterpret_cast<const void*>(this->lines[at]));
			}
		}

		/** Lets the processor fetch the notes. */
		void FetchNotes() const
		{
			for (size_t at{ 0 }; at < sizeof(*this); at += LineBytes)
			{
				__builtin_prefetch(reinterpret_cast<const uint8_t*>(this) + at);
			}
		}

	private:
		static constexpr size_t LineBytes{ 64 };
		static constexpr size_t LinesMax{ 63 };
		/** Seldom enough to cost nothing, often enough to follow a transport that connects anew. */
		static constexpr uint32_t UsesMax{ 512 };

		bool Has(uintptr_t line) const
		{
			for (size_t at{ 0 }; at < this->count; ++at)
			{
				if (this->lines[at] == line)
				{
					return true;
				}
			}

			return false;
		}

		uint32_t count{ 0 };
		uint32_t uses{ 0 };
		std::array<uintptr_t, LinesMax> lines;
	};
} // namespace Meridian

#endif
