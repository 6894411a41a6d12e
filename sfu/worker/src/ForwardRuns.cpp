#define MS_CLASS "Meridian::ForwardRuns"

#include "Meridian/ForwardRuns.hpp"
#include "DepLibUV.hpp"
#include "Logger.hpp"
#include "Meridian/Clock.hpp"
#include "Meridian/HotLines.hpp"
#include "Meridian/Switches.hpp"
#include "RTC/Consumer.hpp"
#include "RTC/RTP/Codecs/AV1.hpp"
#include "RTC/RTP/Packet.hpp"
#include "RTC/RTP/SharedPacket.hpp"
#include <uv.h>
#include <vector>

namespace Meridian
{
	namespace
	{
		constexpr size_t ForwardPacketsMax{ 64 };

		/** Packets of one producer. */
		struct ForwardRun
		{
			const ForwardRuns::Consumers* consumers{ nullptr };
			std::vector<RTC::RTP::SharedPacket> packets;
		};

		struct ForwardCounters
		{
			uint64_t runs{ 0 };
			uint64_t packets{ 0 };
		};

		// The worker is a process with one loop.
		/** Runs beyond forwardRunCount keep their memory for later turns. */
		std::vector<ForwardRun> forwardRuns;
		size_t forwardRunCount{ 0 };
		size_t forwardPacketCount{ 0 };
		ForwardCounters forwardCounters;
		bool isForwarding{ false };
		bool isForwardFlushing{ false };
		uv_check_t forwardCheck;

		ForwardRun& RunOf(const ForwardRuns::Consumers* consumers)
		{
			for (size_t at{ 0 }; at < forwardRunCount; ++at)
			{
				if (forwardRuns[at].consumers == consumers)
				{
					return forwardRuns[at];
				}
			}

			if (forwardRunCount == forwardRuns.size())
			{
				forwardRuns.emplace_back();
			}

			auto& run     = forwardRuns[forwardRunCount++];
			run.consumers = consumers;

			return run;
		}
	} // namespace

	void ForwardRuns::ClassInit()
	{
		if (!IsOn("forward-runs"))
		{
			return;
		}

		// The check that was started last runs first: datagrams of a run leave with their turn.
		uv_check_init(DepLibUV::GetLoop(), std::addressof(forwardCheck));
		uv_check_start(std::addressof(forwardCheck), [](uv_check_t* /*handle*/) { Flush(); });
		uv_unref(reinterpret_cast<uv_handle_t*>(std::addressof(forwardCheck)));
		isForwarding = true;
	}

	void ForwardRuns::ClassDestroy()
	{
		if (!isForwarding)
		{
			return;
		}

		Flush();
		isForwarding = false;
		forwardRuns.clear();
		uv_close(reinterpret_cast<uv_handle_t*>(std::addressof(forwardCheck)), nullptr);
		MS_DEBUG_TAG(
		  info,
		  "forward runs [runs:%" PRIu64 ", packets:%" PRIu64 "]",
		  forwardCounters.runs,
		  forwardCounters.packets);
	}

	bool ForwardRuns::Add(const Consumers& consumers, RTC::RTP::Packet* packet)
	{
		// Key frames change layers, and a packet of AV1 shares its descriptor with its copy and with those that follow.
		if (
		  !isForwarding || isForwardFlushing || consumers.size() < 2 || packet->IsKeyFrame() ||
		  dynamic_cast<const RTC::RTP::Codecs::AV1::PayloadDescriptorHandler*>(packet->GetPayloadDescriptorHandler()))
		{
			Flush();

			return false;
		}

		RunOf(std::addressof(consumers)).packets.emplace_back(packet);

		if (++forwardPacketCount == ForwardPacketsMax)
		{
			Flush();
		}

		return true;
	}

	void ForwardRuns::Prefetch(const Consumers& consumers, Consumers::const_iterator it)
	{
		constexpr size_t AheadMax{ 3 };

		if (!HotLines::IsOn())
		{
			return;
		}

		for (size_t ahead{ 1 }; ++it != consumers.end() && ahead <= AheadMax; ++ahead)
		{
			(*it)->Prefetch(ahead);
		}
	}

	void ForwardRuns::Flush()
	{
		if (forwardPacketCount == 0 || isForwardFlushing)
		{
			return;
		}

		// All packets of a turn leave at its end.
		const Clock::Hold hold;

		isForwardFlushing = true;
		forwardCounters.runs += forwardRunCount;
		forwardCounters.packets += forwardPacketCount;

		for (size_t at{ 0 }; at < forwardRunCount; ++at)
		{
			auto& run = forwardRuns[at];

			for (auto it = run.consumers->begin(); it != run.consumers->end(); ++it)
			{
				auto* consumer = *it;

				Prefetch(*run.consumers, it);

				const auto& mid = consumer->GetRtpParameters().mid;

				for (auto& sharedPacket : run.packets)
				{
					auto* packet = sharedPacket.GetPacket();

					if (!mid.empty())
					{
						packet->UpdateMid(mid);
					}

					consumer->SendRtpPacket(packet, sharedPacket);
				}

				consumer->NoteHotLines();
			}

			run.packets.clear();
		}

		forwardRunCount    = 0;
		forwardPacketCount = 0;
		isForwardFlushing  = false;
	}

	void ForwardRuns::BeforeDatagram(const uint8_t* data, size_t len)
	{
		// RFC 7983: RTP and RTCP; RFC 5761: RTCP by its type.
		const bool isMedia = len > 1 && data[0] > 127 && data[0] < 192 && (data[1] < 192 || data[1] > 223);

		if (!isMedia)
		{
			Flush();
		}
	}
} // namespace Meridian
