#include "Meridian/SendHistory.hpp"
#include "Meridian/Switches.hpp"
#include <algorithm>
#include <bit>

namespace Meridian
{
	namespace
	{
		webrtc::PacketFeedback FeedbackOf(int64_t number, const auto& entry)
		{
			webrtc::PacketFeedback packet(
			  entry.creationTimeMs, static_cast<uint16_t>(number), entry.bytes, 0, 0, entry.pacing);

			packet.send_time_ms         = entry.sendTimeMs;
			packet.long_sequence_number = number;
			packet.unacknowledged_data  = entry.unacknowledgedBytes;
			packet.rtp_sequence_number  = entry.rtpSeq;

			if (entry.hasSsrc)
			{
				packet.ssrc = entry.ssrc;
			}

			return packet;
		}
	} // namespace

	std::unique_ptr<SendHistory> SendHistory::Make(int64_t ageMaxMs)
	{
		static const bool isOn = IsOn("send-history");

		return isOn ? std::make_unique<SendHistory>(ageMaxMs) : nullptr;
	}

	void SendHistory::RemoveOld(int64_t nowMs)
	{
		while (nowMs - this->creationTimeMsMin > this->ageMaxMs && !this->chunks.empty())
		{
			const auto& [key, chunk] = *this->chunks.begin();
			const int at             = std::countr_zero(chunk->present);
			const auto& entry        = chunk->entries[at];

			if (nowMs - entry.creationTimeMs <= this->ageMaxMs)
			{
				this->creationTimeMsMin = this->isOrdered ? entry.creationTimeMs : 0;
				return;
			}

			const int64_t number = (key << EntryBits) + at;

			RemoveBytes(number, entry);
			Remove(number);
		}
	}

	void SendHistory::Add(const webrtc::PacketFeedback& packet)
	{
		const int64_t number = this->unwrapper.Unwrap(packet.sequence_number);
		const int64_t key    = number >> EntryBits;

		if (number < this->newest)
		{
			this->isOrdered         = false;
			this->creationTimeMsMin = 0;
		}

		this->newest = number;

		if (this->recentKey != key)
		{
			auto& chunk = this->chunks[key];

			if (!chunk)
			{
				chunk = this->spare ? std::move(this->spare) : std::make_unique<Chunk>();
			}

			this->recentKey = key;
			this->recent    = chunk.get();
		}

		const int at = static_cast<int>(number & (EntryCount - 1));

		if ((this->recent->present >> at) & 1)
		{
			return;
		}

		this->recent->present |= 1u << at;

		auto& entry               = this->recent->entries[at];
		entry.creationTimeMs      = packet.creation_time_ms;
		entry.sendTimeMs          = packet.send_time_ms;
		entry.unacknowledgedBytes = packet.unacknowledged_data;
		entry.bytes               = static_cast<uint32_t>(packet.payload_size);
		entry.ssrc                = packet.ssrc.value_or(0);
		entry.pacing              = packet.pacing_info;
		entry.rtpSeq              = packet.rtp_sequence_number;
		entry.hasSsrc             = packet.ssrc.has_value();

		AddBytes(number, entry);
	}

	void SendHistory::AddUntracked(size_t bytes, int64_t /*sendTimeMs*/)
	{
		this->pendingUntrackedBytes += bytes;
	}

	SendHistory::Status SendHistory::OnSent(uint16_t seq, int64_t sendTimeMs)
	{
		const int64_t number = this->unwrapper.Unwrap(seq);
		auto* entry          = Find(number);

		if (!entry)
		{
			return Status::NOT_ADDED;
		}

		const bool isAgain = entry->sendTimeMs >= 0;

		entry->sendTimeMs = sendTimeMs;

		if (!isAgain)
		{
			AddBytes(number, *entry);
		}

		entry->unacknowledgedBytes += this->pendingUntrackedBytes;
		this->pendingUntrackedBytes = 0;

		return isAgain ? Status::DUPLICATE : Status::OK;
	}

	absl::optional<webrtc::PacketFeedback> SendHistory::Get(uint16_t seq) const
	{
		const int64_t number = this->unwrapper.UnwrapWithoutUpdate(seq);
		const auto* entry    = Find(number);

		return entry ? absl::make_optional(FeedbackOf(number, *entry)) : absl::nullopt;
	}

	bool SendHistory::Acknowledge(webrtc::PacketFeedback* packet, bool remove)
	{
		const int64_t number = this->unwrapper.Unwrap(packet->sequence_number);

		MoveAcked(number);

		const auto* entry = Find(number);

		if (!entry)
		{
			return false;
		}

		const int64_t arrivalTimeMs = packet->arrival_time_ms;

		*packet                 = FeedbackOf(number, *entry);
		packet->arrival_time_ms = arrivalTimeMs;

		if (remove)
		{
			Remove(number);
		}

		return true;
	}

	absl::optional<int64_t> SendHistory::FirstUnackedSendTimeMs() const
	{
		const auto* entry = this->lastAcked ? Find(*this->lastAcked) : nullptr;

		if (!entry || entry->sendTimeMs == webrtc::PacketFeedback::kNoSendTime)
		{
			return absl::nullopt;
		}

		return entry->sendTimeMs;
	}

	SendHistory::Entry* SendHistory::Find(int64_t number) const
	{
		const int64_t key = number >> EntryBits;

		if (this->recentKey != key)
		{
			const auto it = this->chunks.find(key);

			if (it == this->chunks.end())
			{
				return nullptr;
			}

			this->recentKey = key;
			this->recent    = it->second.get();
		}

		const auto at = number & (EntryCount - 1);

		return (this->recent->present >> at) & 1 ? std::addressof(this->recent->entries[at]) : nullptr;
	}

	/** Removes an entry that exists. */
	void SendHistory::Remove(int64_t number)
	{
		const auto it = this->chunks.find(number >> EntryBits);

		it->second->present &= ~(1u << (number & (EntryCount - 1)));

		if (it->second->present != 0)
		{
			return;
		}

		if (this->recent == it->second.get())
		{
			this->recentKey = -1;
			this->recent    = nullptr;
		}

		this->spare = std::move(it->second);
		this->chunks.erase(it);
	}

	void SendHistory::AddBytes(int64_t number, const Entry& entry)
	{
		if (entry.sendTimeMs >= 0 && entry.bytes != 0 && !(this->lastAcked && *this->lastAcked >= number))
		{
			this->inFlightBytes += entry.bytes;
		}
	}

	void SendHistory::RemoveBytes(int64_t number, const Entry& entry)
	{
		const bool counts = entry.sendTimeMs >= 0 && !(this->lastAcked && *this->lastAcked >= number);

		if (counts && this->inFlightBytes != 0)
		{
			this->inFlightBytes -= entry.bytes;
		}
	}

	void SendHistory::MoveAcked(int64_t number)
	{
		if (this->lastAcked && *this->lastAcked >= number)
		{
			return;
		}

		const int64_t from = this->lastAcked.value_or(0);

		for (auto it = this->chunks.lower_bound(from >> EntryBits); it != this->chunks.end(); ++it)
		{
			const int64_t start = it->first << EntryBits;

			if (start > number)
			{
				break;
			}

			for (uint32_t left = it->second->present; left != 0; left &= left - 1)
			{
				const int at = std::countr_zero(left);

				if (start + at <= number)
				{
					RemoveBytes(start + at, it->second->entries[at]);
				}
			}
		}

		this->lastAcked.emplace(number);
	}
} // namespace Meridian
