#ifndef MERIDIAN_CLOCK_HPP
#define MERIDIAN_CLOCK_HPP

#include "Meridian/Switches.hpp"
#include <cstdint>
#include <uv.h>

namespace Meridian
{
	/** The clock of the worker, which is a process with one thread. */
	class Clock
	{
	public:
		static uint64_t NowNs()
		{
			return heldNs != 0 ? heldNs : uv_hrtime();
		}

		/** As long as it lives, the clock says the time of its making. Where one lives already, another changes nothing. */
		class Hold
		{
		public:
			Hold() : isOwn(IsOn() && heldNs == 0)
			{
				if (this->isOwn)
				{
					heldNs = uv_hrtime();
				}
			}

			~Hold()
			{
				if (this->isOwn)
				{
					heldNs = 0;
				}
			}

			Hold(const Hold&)            = delete;
			Hold& operator=(const Hold&) = delete;

		private:
			const bool isOwn;
		};

	private:
		static bool IsOn()
		{
			static const bool isOn = Meridian::IsOn("turn-clock");

			return isOn;
		}

		/** 0: the clock runs. */
		static inline uint64_t heldNs{ 0 };
	};
} // namespace Meridian

#endif
