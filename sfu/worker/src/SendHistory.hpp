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

namespace Meridian
{
	/**
	 * The packets that a transport sent and that no feedback has named yet, as webrtc::SendTimeHistory keeps them and with
	 * the same answers. The newest ones stand in a ring by their number, one in a cache line. A packet that the ring
	 * needs the place of, because feedback reported it lost or is late, moves to a tree.
	 * There is one network route, the only one that mediasoup has.
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
		void AddUntracked(size_t bytes);
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
		struct alignas(64) Entry
		{
			/** Number of the packet across wraps; None: the place is free. */
			int64_t number;
			int64_t creationTimeMs;
			int64_t sendTimeMs;
			uint32_t unacknowledgedBytes;
			uint32_t bytes;
			uint32_t ssrc;
			webrtc::PacedPacketInfo pacing;
			/** Round of the batch that the packet left with; 0: none. */
			uint32_t round;
			uint16_t rtpSeq;
			bool hasSsrc;
		};
		static constexpr int64_t PlaceCount{ 128 };

		static int64_t SendTimeMsOf(const Entry& entry);
		static webrtc::PacketFeedback FeedbackOf(const Entry& entry);
		Entry& PlaceOf(int64_t number) const
		{
			return (*this->ring)[number & (PlaceCount - 1)];
		}
		Entry* Find(int64_t number) const;
		Entry* First() const;
		void Remove(int64_t number);
		void AddBytes(const Entry& entry);
		void RemoveBytes(const Entry& entry);
		void MoveAcked(int64_t number);

		const int64_t ageMaxMs;
		std::unique_ptr<std::array<Entry, PlaceCount>> ring;
		/** Packets that stand no longer in the ring. */
		mutable std::map<int64_t, Entry> older;
		/** The first packet is not older, so that it need not be looked at each time. */
		int64_t creationTimeMsMin{ 0 };
		int64_t newest{ None };
		/** Whether packets came in the order of their numbers, which absurd feedback can break. */
		bool isOrdered{ true };
		webrtc::SequenceNumberUnwrapper unwrapper;
		absl::optional<int64_t> lastAcked;
		size_t inFlightBytes{ 0 };
		size_t pendingUntrackedBytes{ 0 };
	};
} // namespace Meridian

#endif
