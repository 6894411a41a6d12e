#include "Meridian/Malloc.hpp"
#include "Meridian/Switches.hpp"
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace Meridian
{
	namespace
	{
		constexpr const char* MallocSettingsName{ "GLIBC_TUNABLES" };
		/**
		 * Freed pieces of each size that are kept at hand: more than a turn for 500 receivers frees. And large pages, where
		 * the system lets a program ask for them.
		 */
		constexpr const char* MallocSettings{ "glibc.malloc.tcache_count=2000:glibc.malloc.hugetlb=1" };
	} // namespace

	void TuneMalloc(char* argv[])
	{
		if (!IsOn("malloc") || std::getenv(MallocSettingsName))
		{
			return;
		}

		std::error_code error;
		// The link's target instead of the link, which would become the name of the process.
		const auto program = std::filesystem::read_symlink("/proc/self/exe", error);

		if (error || setenv(MallocSettingsName, MallocSettings, 0) != 0)
		{
			return;
		}

		// It returns only when it fails.
		execv(program.c_str(), argv);
		unsetenv(MallocSettingsName);
	}
} // namespace Meridian
