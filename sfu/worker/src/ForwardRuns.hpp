#ifndef MERIDIAN_FORWARD_RUNS_HPP
#define MERIDIAN_FORWARD_RUNS_HPP

#include "common.hpp"
#include <ankerl/unordered_dense.h>

namespace RTC
{
	class Consumer;

	namespace RTP
	{
		class Packet;
	}
} // namespace RTC

namespace Meridian
{
	/**
	 * Packets of a turn of the event loop that wait for its end, when each consumer gets all of its producer's packets in
	 * a row. The order of a producer's packets for a consumer is kept. Whatever else can change a producer, a consumer or
	 * a transport calls Flush() first, so that it finds them as if each packet had been forwarded when it came.
	 */
	class ForwardRuns
	{
	public:
		using Consumers = ankerl::unordered_dense::set<RTC::Consumer*>;

		/** After SendBatch::ClassInit(). Without it, or with the patch off, Add() takes nothing. */
		static void ClassInit();
		/** Forwards what is left. Idempotent; the loop must still turn afterwards. */
		static void ClassDestroy();
		/**
		 * Takes a copy of a packet. Returns false when the caller must forward it, before which what waited is forwarded.
		 * @param consumers unchanged until the next call of Flush()
		 */
		static bool Add(const Consumers& consumers, RTC::RTP::Packet* packet);
		/** Fetches memory of the consumers that come after one of them. */
		static void Prefetch(const Consumers& consumers, Consumers::const_iterator it);
		/** Forwards what waits. */
		static void Flush();
		/** Forwards what waits, unless the datagram is a media packet. */
		static void BeforeDatagram(const uint8_t* data, size_t len);
	};
} // namespace Meridian

#endif
