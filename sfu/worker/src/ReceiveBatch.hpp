#ifndef MERIDIAN_RECEIVE_BATCH_HPP
#define MERIDIAN_RECEIVE_BATCH_HPP

#include "common.hpp"
#include <uv.h>

namespace Meridian
{
	/**
	 * Reads the datagrams of a UDP socket: many in one call, and those that the kernel passes as one message (UDP_GRO)
	 * taken apart. libuv calls for each datagram, and once more to learn that none is left.
	 */
	class ReceiveBatch
	{
	public:
		static bool IsOn();
		/** Asks the kernel for messages of several datagrams; one that has none passes each on its own. */
		static void Open(uv_udp_t* handle);
		/**
		 * Reads what waits and calls `recv` for each datagram, as libuv would, with a buffer of 65536 bytes. Stops when the
		 * handle has lost its data, as in a close. Datagrams beyond a bound are left to the next turn.
		 */
		static void Take(uv_udp_t* handle, uv_udp_recv_cb recv);
	};
} // namespace Meridian

#endif
