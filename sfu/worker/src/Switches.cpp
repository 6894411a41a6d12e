#include "Meridian/Switches.hpp"
#include <cstdlib>

namespace Meridian
{
	bool IsOn(std::string_view patch)
	{
		const char* value = std::getenv("MERIDIAN_WORKER_OFF");

		for (std::string_view rest{ value ? value : "" }; !rest.empty();)
		{
			const auto comma = rest.find(',');
			const auto name  = rest.substr(0, comma);

			if (name == patch || name == "all")
			{
				return false;
			}

			rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
		}

		return true;
	}
} // namespace Meridian
