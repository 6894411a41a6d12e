#ifndef MERIDIAN_SEND_HISTORY_HPP
#define MERIDIAN_SEND_HISTORY_HPP

#include "Meridian/Fetch.hpp"
#include "api/units/data_size.h"
#include "modules/include/module_common_types_public.h"
#include "modules/rtp_rtcp/include/rtp_rtcp_defines.h"
#include <absl/types/optional.h>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace Meridian
{
	/**
	 * The packets that a transport sent and that no feedback has named yet, as webrtc::SendTimeHistory keeps them and with
	 * the same answers. The newest ones stand in a ring by their number, four in a cache line. A packet that the ring
	 * needs the place of, because feedback reported it lost or is late, moves to a tree.
	 * There is one network route, the only one that mediasoup has, and no packet without a number. SSRC and RTP number of
	 * a packet are not kept, for no observer asks for them.
	 */
	class SendHistory
	{
	public:
		enum class Status
		{
			NOT_ADDED,
			OK,
			DUPLICATE
		};

		/** Returns a history, or none when the patch `send-history` is off. */
		static std::unique_ptr<SendHistory> Make(int64_t ageMaxMs);

		explicit SendHistory(int64_t ageMaxMs);

		void RemoveOld(int64_t nowMs);
		void Add(const webrtc::PacketFeedback& packet);
		/** A packet that waits in the batch counts as sent now, and gets the time of the batch when that is sent. */
		Status OnSent(uint16_t seq, int64_t sendTimeMs);
		absl::optional<webrtc::PacketFeedback> Get(uint16_t seq) const;
		/** Fills a packet of a feedback but for its arrival; returns false if the packet is unknown. */
		bool Acknowledge(webrtc::PacketFeedback* packet, bool remove);
		webrtc::DataSize Outstanding() const
		{
			return webrtc::DataSize::bytes(this->inFlightBytes);
		}
		absl::optional<int64_t> FirstUnackedSendTimeMs() const;
		/** Lets the processor fetch the place that Add() takes next. */
		void PrefetchNext() const
		{
			Fetch(std::addressof(PlaceOf(this->newest + 1)));
		}

	private:
		static constexpr int64_t None{ INT64_MIN };
		struct Entry
		{
			/** Lower half of the packet's number across wraps. */
			uint32_t number;
			/** Lower half of the time at which the packet was made. */
			uint32_t creationTimeMs;
			/** Round of the batch that the packet left with; 0: none. */
			uint32_t round;
			/** 0: the place is free. */
			uint16_t bytes;
			/** Whether `probes` has the packet's pacing. */
			uint16_t isProbe : 1;
			/** Time from making to sending, or NotSent. */
			uint16_t sentAfterMs : 15;
		};
		static constexpr uint16_t NotSent{ 0x7FFF };
		static constexpr int64_t PlaceCount{ 128 };

		/** Returns the number or time with these lower bits that is nearest to another one. */
		static int64_t Whole(uint32_t lower, int64_t near)
		{
			return near + static_cast<int32_t>(lower - static_cast<uint32_t>(near));
		}
		int64_t NumberOf(const Entry& entry) const
		{
			return Whole(entry.number, this->newest);
		}
		bool Has(const Entry& entry, int64_t number) const
		{
			return entry.bytes != 0 && entry.number == static_cast<uint32_t>(number);
		}
		int64_t SendTimeMsOf(const Entry& entry) const;
		webrtc::PacketFeedback FeedbackOf(const Entry& entry, int64_t number) const;
		Entry& PlaceOf(int64_t number) const
		{
			return (*this->ring)[number & (PlaceCount - 1)];
		}
		Entry* Find(int64_t number) const;
		std::optional<int64_t> First() const;
		void Remove(int64_t number);
		bool IsInFlight(const Entry& entry, int64_t number) const
		{
			return entry.sentAfterMs != NotSent && !(this->lastAcked && *this->lastAcked >= number);
		}
		void AddBytes(const Entry& entry, int64_t number);
		void RemoveBytes(const Entry& entry, int64_t number);
		void MoveAcked(int64_t number);

		const int64_t ageMaxMs;
		std::unique_ptr<std::array<Entry, PlaceCount>> ring;
		/** Packets that stand no longer in the ring. */
		mutable std::map<int64_t, Entry> older;
		/** Pacing of the packets that are probes, by their numbers. */
		std::map<int64_t, webrtc::PacedPacketInfo> probes;
		/** Time of the last RemoveOld(). */
		int64_t nowMs{ 0 };
		/** The first packet is not older, so that it need not be looked at each time. */
		int64_t creationTimeMsMin{ 0 };
		int64_t newest{ None };
		/** Whether packets came in the order of their numbers, which absurd feedback can break. */
		bool isOrdered{ true };
		webrtc::SequenceNumberUnwrapper unwrapper;
		absl::optional<int64_t> lastAcked;
		size_t inFlightBytes{ 0 };
	};
} // namespace Meridian

#endif
