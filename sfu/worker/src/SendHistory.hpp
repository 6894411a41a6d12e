#ifndef MERIDIAN_SEND_HISTORY_HPP
#define MERIDIAN_SEND_HISTORY_HPP

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
	 * The packets that a transport sent and that no feedback has named yet, as webrtc::SendTimeHistory keeps them and
	 * with the same answers. Sixteen successive packets share one node of a tree, in which each has a cache line.
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

		explicit SendHistory(int64_t ageMaxMs) : ageMaxMs(ageMaxMs)
		{
		}

		void RemoveOld(int64_t nowMs);
		void Add(const webrtc::PacketFeedback& packet);
		void AddUntracked(size_t bytes, int64_t sendTimeMs);
		Status OnSent(uint16_t seq, int64_t sendTimeMs);
		absl::optional<webrtc::PacketFeedback> Get(uint16_t seq) const;
		/** Fills a packet of a feedback but for its arrival; returns false if the packet is unknown. */
		bool Acknowledge(webrtc::PacketFeedback* packet, bool remove);
		webrtc::DataSize Outstanding() const
		{
			return webrtc::DataSize::bytes(this->inFlightBytes);
		}
		absl::optional<int64_t> FirstUnackedSendTimeMs() const;

	private:
		struct alignas(64) Entry
		{
			int64_t creationTimeMs;
			int64_t sendTimeMs;
			size_t unacknowledgedBytes;
			uint32_t bytes;
			uint32_t ssrc;
			webrtc::PacedPacketInfo pacing;
			uint16_t rtpSeq;
			bool hasSsrc;
		};
		static constexpr int EntryBits{ 4 };
		static constexpr int EntryCount{ 1 << EntryBits };
		struct Chunk
		{
			/** Bit n: the chunk has entry n. */
			uint32_t present{ 0 };
			std::array<Entry, EntryCount> entries;
		};
		using Chunks = std::map<int64_t, std::unique_ptr<Chunk>>;

		Entry* Find(int64_t number) const;
		void Remove(int64_t number);
		void AddBytes(int64_t number, const Entry& entry);
		void RemoveBytes(int64_t number, const Entry& entry);
		void MoveAcked(int64_t number);

		const int64_t ageMaxMs;
		/** No first packet is older, so that the first one need not be looked at each time. */
		int64_t creationTimeMsMin{ 0 };
		int64_t newest{ 0 };
		/** Whether packets came in the order of their numbers, which absurd feedback can break. */
		bool isOrdered{ true };
		Chunks chunks;
		/** The chunk of the last look-up. */
		mutable int64_t recentKey{ -1 };
		mutable Chunk* recent{ nullptr };
		/** One chunk that became empty, for the next one. */
		std::unique_ptr<Chunk> spare;
		webrtc::SequenceNumberUnwrapper unwrapper;
		absl::optional<int64_t> lastAcked;
		size_t inFlightBytes{ 0 };
		size_t pendingUntrackedBytes{ 0 };
	};
} // namespace Meridian

#endif
