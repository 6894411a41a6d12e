#ifndef MERIDIAN_SEND_BATCH_HPP
#define MERIDIAN_SEND_BATCH_HPP

#include "common.hpp"
#include <uv.h>

class UdpSocketHandle;

namespace Meridian
{
	using SendCallback = const std::function<void(bool sent)>;

	struct SendGroup;

	/** The part of a UDP socket that the batch needs. */
	struct SendSocket
	{
		UdpSocketHandle* owner{ nullptr };
		uv_udp_t* uvHandle{ nullptr };
		int fd{ -1 };
		/** Larger datagrams are not sent as segments of one message; it falls when the kernel refuses a size. */
		size_t segmentBytesMax{ 0 };
		/** Destinations with datagrams in the batch, in the order of their first ones. */
		SendGroup* first{ nullptr };
		SendGroup* last{ nullptr };
		SendSocket* next{ nullptr };
	};

	/**
	 * Collects the datagrams of one turn of the event loop and sends them before the loop polls again. Datagrams of equal
	 * size to one destination become one message that the kernel splits (UDP_SEGMENT), and all messages of a socket go in
	 * one call. The order for each destination is kept. Datagrams that a full socket refuses go the stock way, through
	 * libuv's queue.
	 */
	class SendBatch
	{
	public:
		/** Before the loop runs. Without it, or with the patch off, Add() takes nothing. */
		static void ClassInit();
		/** Sends and reports what is left. Idempotent; the loop must still turn afterwards. */
		static void ClassDestroy();
		/** Returns memory for one datagram of at most 65536 bytes, valid until the next call of Reserve() or Add(). */
		static uint8_t* Reserve(size_t len);
		/**
		 * Takes a datagram, which is copied unless it is at the address of the last Reserve(). The callback runs at the end
		 * of the turn, with the truth about this datagram.
		 * @return false if the caller must send the datagram itself, now.
		 */
		static bool Add(
		  SendSocket& socket, const uint8_t* data, size_t len, const struct sockaddr* addr, SendCallback* cb);
		/** Sends everything now; callbacks run at the end of the turn. Before a socket closes. */
		static void Flush();
	};
} // namespace Meridian

#endif
