#ifndef MERIDIAN_MALLOC_HPP
#define MERIDIAN_MALLOC_HPP

namespace Meridian
{
	/**
	 * Starts the program once more, in the same process, with settings of glibc's allocator, which reads them at its start
	 * alone. Returns when they are set already, or cannot be. Call it first in main().
	 */
	void TuneMalloc(char* argv[]);
} // namespace Meridian

#endif
