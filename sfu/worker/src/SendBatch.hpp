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
		/** Larger datagrams are not sent as segments of one message; 0 when the kernel refuses segments. */
		size_t segmentBytesMax{ 0 };
		/** Messages of segments that the kernel refused since it last took one. */
		size_t refusals{ 0 };
		/** Whether the kernel refuses datagrams beyond a path's MTU, instead of fragmenting them. */
		bool isWhole{ false };
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
	 *
	 * A round is what leaves together: a turn's datagrams, or a part of them when a turn is long. Rounds are numbered, so
	 * that a packet can be given the time at which its round was sent.
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
		/** Begins or ends to note what IsGiven() and GivenRound() return: around the sending and reporting of a packet. */
		static void Watch(bool isOn);
		/** Returns whether a datagram came to Add() since Watch(), taken or not: it then leaves, this way or the stock way. */
		static bool IsGiven();
		/** Returns the round that takes the last datagram with it, 0 if none came since Watch() or it was not taken. */
		static uint32_t GivenRound();
		/** Returns when a round was sent, in ms, or `otherwise` if it was not yet or is too long ago. */
		static int64_t SentTimeMs(uint32_t round, int64_t otherwise);
	};
} // namespace Meridian

#endif
