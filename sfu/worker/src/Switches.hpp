#ifndef MERIDIAN_SWITCHES_HPP
#define MERIDIAN_SWITCHES_HPP

#include <string_view>

namespace Meridian
{
	/**
	 * Returns whether a patch is on. MERIDIAN_WORKER_OFF names the patches that are off, separated by commas; "all"
	 * names every patch. Keep the answer in a constant: the environment is read at each call.
	 */
	bool IsOn(std::string_view patch);
} // namespace Meridian

#endif
