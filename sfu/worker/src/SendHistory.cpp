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
		static_assert(sizeof(Entry) == 16);
	}

	void SendHistory::RemoveOld(int64_t nowMs)
	{
		this->nowMs = nowMs;

		while (nowMs - this->creationTimeMsMin > this->ageMaxMs)
		{
			const auto number      = First();
			const auto* entry      = number ? Find(*number) : nullptr;
			const auto createdAtMs = entry ? Whole(entry->creationTimeMs, nowMs) : nowMs;

			if (nowMs - createdAtMs <= this->ageMaxMs)
			{
				if (this->isOrdered)
				{
					this->creationTimeMsMin = createdAtMs;
				}

				return;
			}

			RemoveBytes(*entry, *number);
			Remove(*number);
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

		auto& entry = PlaceOf(number);

		if (Has(entry, number) || (!this->older.empty() && this->older.contains(number)))
		{
			this->newest = number;

			return;
		}

		if (entry.bytes != 0)
		{
			this->older.emplace(NumberOf(entry), entry);
		}

		this->newest         = number;
		entry.number         = static_cast<uint32_t>(number);
		entry.creationTimeMs = static_cast<uint32_t>(packet.creation_time_ms);
		entry.round          = 0;
		entry.bytes          = static_cast<uint16_t>(std::min<size_t>(packet.payload_size, UINT16_MAX));
		entry.isProbe        = packet.pacing_info.probe_cluster_id != webrtc::PacedPacketInfo::kNotAProbe;
		entry.sentAfterMs    = NotSent;

		if (entry.isProbe)
		{
			this->probes[number] = packet.pacing_info;
		}
	}

	SendHistory::Status SendHistory::OnSent(uint16_t seq, int64_t sendTimeMs)
	{
		const int64_t number = this->unwrapper.Unwrap(seq);
		auto* entry          = Find(number);

		if (!entry)
		{
			return Status::NOT_ADDED;
		}

		const bool isAgain    = entry->sentAfterMs != NotSent;
		const int64_t afterMs = sendTimeMs - Whole(entry->creationTimeMs, sendTimeMs);

		entry->sentAfterMs = static_cast<uint16_t>(std::clamp<int64_t>(afterMs, 0, NotSent - 1));
		entry->round       = SendBatch::GivenRound();

		if (!isAgain)
		{
			AddBytes(*entry, number);
		}

		return isAgain ? Status::DUPLICATE : Status::OK;
	}

	absl::optional<webrtc::PacketFeedback> SendHistory::Get(uint16_t seq) const
	{
		const int64_t number = this->unwrapper.UnwrapWithoutUpdate(seq);
		const auto* entry    = Find(number);

		return entry ? absl::make_optional(FeedbackOf(*entry, number)) : absl::nullopt;
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

		*packet                 = FeedbackOf(*entry, number);
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

		if (!entry || entry->sentAfterMs == NotSent)
		{
			return absl::nullopt;
		}

		return SendTimeMsOf(*entry);
	}

	/** Returns the time at which a packet that counts as sent was sent. */
	int64_t SendHistory::SendTimeMsOf(const Entry& entry) const
	{
		const int64_t givenAtMs = Whole(entry.creationTimeMs, this->nowMs) + entry.sentAfterMs;

		return entry.round == 0 ? givenAtMs : SendBatch::SentTimeMs(entry.round, givenAtMs);
	}

	webrtc::PacketFeedback SendHistory::FeedbackOf(const Entry& entry, int64_t number) const
	{
		const auto probe = entry.isProbe ? this->probes.find(number) : this->probes.end();
		webrtc::PacketFeedback packet(
		  Whole(entry.creationTimeMs, this->nowMs),
		  static_cast<uint16_t>(number),
		  entry.bytes,
		  0,
		  0,
		  probe == this->probes.end() ? webrtc::PacedPacketInfo() : probe->second);

		packet.long_sequence_number = number;

		if (entry.sentAfterMs != NotSent)
		{
			packet.send_time_ms = SendTimeMsOf(entry);
		}

		return packet;
	}

	SendHistory::Entry* SendHistory::Find(int64_t number) const
	{
		auto& entry = PlaceOf(number);

		if (Has(entry, number))
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

	/** Returns the lowest number of a packet. */
	std::optional<int64_t> SendHistory::First() const
	{
		std::optional<int64_t> first;

		if (!this->older.empty())
		{
			first = this->older.begin()->first;

			if (this->isOrdered)
			{
				return first;
			}
		}

		for (const auto& entry : *this->ring)
		{
			if (entry.bytes != 0 && (!first || NumberOf(entry) < *first))
			{
				first = NumberOf(entry);
			}
		}

		return first;
	}

	/** Removes a packet that is there. */
	void SendHistory::Remove(int64_t number)
	{
		auto& entry = PlaceOf(number);

		if (Has(entry, number))
		{
			entry.bytes = 0;
		}
		else
		{
			this->older.erase(number);
		}

		if (!this->probes.empty())
		{
			this->probes.erase(number);
		}
	}

	void SendHistory::AddBytes(const Entry& entry, int64_t number)
	{
		if (IsInFlight(entry, number))
		{
			this->inFlightBytes += entry.bytes;
		}
	}

	void SendHistory::RemoveBytes(const Entry& entry, int64_t number)
	{
		if (IsInFlight(entry, number) && this->inFlightBytes != 0)
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

		const int64_t from = this->lastAcked.value_or(INT64_MIN);

		if (!this->older.empty())
		{
			for (auto it = this->older.upper_bound(from); it != this->older.end() && it->first <= number; ++it)
			{
				RemoveBytes(it->second, it->first);
			}
		}

		if (!this->lastAcked || number - from >= PlaceCount)
		{
			for (const auto& entry : *this->ring)
			{
				if (entry.bytes != 0 && NumberOf(entry) > from && NumberOf(entry) <= number)
				{
					RemoveBytes(entry, NumberOf(entry));
				}
			}
		}
		else
		{
			for (int64_t each = from + 1; each <= number; ++each)
			{
				const auto& entry = PlaceOf(each);

				if (Has(entry, each))
				{
					RemoveBytes(entry, each);
				}
			}
		}

		this->lastAcked.emplace(number);
	}
} // namespace Meridian
