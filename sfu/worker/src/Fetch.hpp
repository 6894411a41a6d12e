#ifndef MERIDIAN_FETCH_HPP
#define MERIDIAN_FETCH_HPP

namespace Meridian
{
	/**
	 * Lets the processor fetch the cache line of an address. GCC takes a function that does nothing but __builtin_prefetch()
	 * for one without effects, and leaves calls of it out: hence the empty assembly.
	 */
	inline void Fetch(const void* address)
	{
		__builtin_prefetch(address);
		asm volatile("");
	}
} // namespace Meridian

#endif
