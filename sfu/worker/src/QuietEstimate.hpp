#ifndef MERIDIAN_QUIET_ESTIMATE_HPP
#define MERIDIAN_QUIET_ESTIMATE_HPP

#include "Meridian/Switches.hpp"
#include <cstdint>
#include <cstdlib>

namespace Meridian
{
	/** The estimate of a transport's downlink that was reported last. */
	class QuietEstimate
	{
	public:
		/** Returns whether to report this estimate: the first one, and one that differs by 5 % from the last report. */
		bool IsNews(int64_t bps)
		{
			static const bool isOn = IsOn("quiet-estimates");

			if (isOn && this->reportedBps > 0 && std::llabs(bps - this->reportedBps) * 20 < this->reportedBps)
			{
				return false;
			}

			this->reportedBps = bps;

			return true;
		}

	private:
		int64_t reportedBps{ 0 };
	};
} // namespace Meridian

#endif
