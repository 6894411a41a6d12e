#include "KeyPicture.hpp"
#include "Switches.hpp"
#include <string_view>

namespace Meridian
{
	bool KeyPicture::IsOn()
	{
		// The media node looks for the whole text in the worker's file (worker-patches.ts).
		static constexpr std::string_view Mark{ "patch key-picture" };
		static const bool on = Meridian::IsOn(Mark.substr(Mark.find(' ') + 1));

		return on;
	}
} // namespace Meridian
