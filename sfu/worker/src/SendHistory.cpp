#include "Meridian/SendHistory.hpp"
#include "Meridian/SendBatch.hpp"
#include "Meridian/Switches.hpp"
#include <algorithm>

namespace Meridian
{
	std::unique_ptr<SendHistory> SendHistory::Make(int64_t ageMaxMs)
	{
		static const bool isOn = IsOn("send-history");

		return isOn ? std::make_unique<SendHistory>(ageMaxMs) : nullptr;
	}

	SendHistory::SendHistory(int64_t ageMaxMs)
	  : ageMaxMs(ageMaxMs), ring(std::make_unique<std::array<Entry, PlaceCount>>())
	{
		static_assert(sizeof(Entry) == 64);

		for (auto& entry : *this->ring)
		{
			entry.number = None;
		}
	}

	void SendHistory::RemoveOld(int64_t nowMs)
	{
		while (nowMs - this->creationTimeMsMin > this->ageMaxMs)
		{
			const auto* entry = First();

			if (!entry || nowMs - entry->creationTimeMs <= this->ageMaxMs)
			{
				if (this->isOrdered)
				{
					this->creationTimeMsMin = entry ? entry->creationTimeMs : nowMs;
				}

				return;
			}

			RemoveBytes(*entry);
			Remove(entry->number);
		}
	}

	void SendHistory::Add(const webrtc::PacketFeedback& packet)
	{
		const int64_t number = this->unwrapper.Unwrap(packet.sequence_number);

		if (number < this->newest)
		{
			this->isOrdered         = false;
			this->creationTimeMsMin = 0;
		}

		this->newest = number;

		auto& entry = PlaceOf(number);

		if (entry.number == number || (!this->older.empty() && this->older.contains(number)))
		{
			return;
		}

		if (entry.number != None)
		{
			this->older.emplace(entry.number, entry);
		}

		entry.number              = number;
		entry.creationTimeMs      = packet.creation_time_ms;
		entry.sendTimeMs          = packet.send_time_ms;
		entry.unacknowledgedBytes = static_cast<uint32_t>(packet.unacknowledged_data);
		entry.bytes               = static_cast<uint32_t>(packet.payload_size);
		entry.ssrc                = packet.ssrc.value_or(0);
		entry.pacing              = packet.pacing_info;
		entry.round               = 0;
		entry.rtpSeq              = packet.rtp_sequence_number;
		entry.hasSsrc             = packet.ssrc.has_value();

		AddBytes(entry);
	}

	void SendHistory::AddUntracked(size_t bytes)
	{
		this->pendingUntrackedBytes += bytes;
	}

	SendHistory::Status SendHistory::OnSent(uint16_t seq, int64_t sendTimeMs)
	{
		auto* entry = Find(this->unwrapper.Unwrap(seq));

		if (!entry)
		{
			return Status::NOT_ADDED;
		}

		const bool isAgain = entry->sendTimeMs >= 0;

		entry->sendTimeMs = sendTimeMs;
		entry->round      = SendBatch::GivenRound();

		if (!isAgain)
		{
			AddBytes(*entry);
		}

		entry->unacknowledgedBytes += static_cast<uint32_t>(this->pendingUntrackedBytes);
		this->pendingUntrackedBytes = 0;

		return isAgain ? Status::DUPLICATE : Status::OK;
	}

	absl::optional<webrtc::PacketFeedback> SendHistory::Get(uint16_t seq) const
	{
		const auto* entry = Find(this->unwrapper.UnwrapWithoutUpdate(seq));

		return entry ? absl::make_optional(FeedbackOf(*entry)) : absl::nullopt;
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

		*packet                 = FeedbackOf(*entry);
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

		return SendTimeMsOf(*entry);
	}

	int64_t SendHistory::SendTimeMsOf(const Entry& entry)
	{
		return entry.round == 0 ? entry.sendTimeMs : SendBatch::SentTimeMs(entry.round, entry.sendTimeMs);
	}

	webrtc::PacketFeedback SendHistory::FeedbackOf(const Entry& entry)
	{
		webrtc::PacketFeedback packet(
		  entry.creationTimeMs, static_cast<uint16_t>(entry.number), entry.bytes, 0, 0, entry.pacing);

		packet.send_time_ms         = SendTimeMsOf(entry);
		packet.long_sequence_number = entry.number;
		packet.unacknowledged_data  = entry.unacknowledgedBytes;
		packet.rtp_sequence_number  = entry.rtpSeq;

		if (entry.hasSsrc)
		{
			packet.ssrc = entry.ssrc;
		}

		return packet;
	}

	SendHistory::Entry* SendHistory::Find(int64_t number) const
	{
		auto& entry = PlaceOf(number);

		if (entry.number == number)
		{
			return std::addressof(entry);
		}

		if (this->older.empty())
		{
			return nullptr;
		}

		const auto it = this->older.find(number);

		return it == this->older.end() ? nullptr : std::addressof(it->second);
	}

	/** Returns the packet with the lowest number. */
	SendHistory::Entry* SendHistory::First() const
	{
		Entry* first = this->older.empty() ? nullptr : std::addressof(this->older.begin()->second);

		if (first && this->isOrdered)
		{
			return first;
		}

		for (auto& entry : *this->ring)
		{
			if (entry.number != None && (!first || entry.number < first->number))
			{
				first = std::addressof(entry);
			}
		}

		return first;
	}

	/** Removes a packet that is there. */
	void SendHistory::Remove(int64_t number)
	{
		auto& entry = PlaceOf(number);

		if (entry.number == number)
		{
			entry.number = None;
		}
		else
		{
			this->older.erase(number);
		}
	}

	void SendHistory::AddBytes(const Entry& entry)
	{
		if (entry.sendTimeMs >= 0 && !(this->lastAcked && *this->lastAcked >= entry.number))
		{
			this->inFlightBytes += entry.bytes;
		}
	}

	void SendHistory::RemoveBytes(const Entry& entry)
	{
		const bool counts = entry.sendTimeMs >= 0 && !(this->lastAcked && *this->lastAcked >= entry.number);

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

		const int64_t from = this->lastAcked.value_or(None);

		for (auto it = this->older.upper_bound(from); it != this->older.end() && it->first <= number; ++it)
		{
			RemoveBytes(it->second);
		}

		if (from == None || number - from >= PlaceCount)
		{
			for (const auto& entry : *this->ring)
			{
				if (entry.number > from && entry.number <= number)
				{
					RemoveBytes(entry);
				}
			}
		}
		else
		{
			for (int64_t each = from + 1; each <= number; ++each)
			{
				const auto& entry = PlaceOf(each);

				if (entry.number == each)
				{
					RemoveBytes(entry);
				}
			}
		}

		this->lastAcked.emplace(number);
	}
} // namespace Meridian
