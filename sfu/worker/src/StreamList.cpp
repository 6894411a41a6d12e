// The streams of an SRTP session by their SSRC, in the place of libsrtp's own implementation, which build.sh leaves out
// (SRTP_NO_STREAM_LIST). That walks a list for each packet; a pipe has a stream for each track.
#ifdef MERIDIAN_OWN_SRTP
#include "Meridian/Switches.hpp"
#include <srtp2/srtp.h>
// After srtp.h.
#include <srtp2/srtp_priv.h>
#include <cstdint>
#include <memory>
#include <new>
#include <unordered_map>

struct srtp_stream_list_ctx_t_
{
	/** Stands before the first stream. */
	srtp_stream_ctx_t head{};
	std::unordered_map<uint32_t, srtp_stream_t> streams;
};

namespace
{
	/** Most sessions are a client's: walking past so few streams is cheaper than looking up one. */
	constexpr size_t WalkedMax{ 4 };
} // namespace

extern "C"
{
	srtp_err_status_t srtp_stream_list_alloc(srtp_stream_list_t* made)
	{
		*made = new (std::nothrow) srtp_stream_list_ctx_t_();

		return *made ? srtp_err_status_ok : srtp_err_status_alloc_fail;
	}

	srtp_err_status_t srtp_stream_list_dealloc(srtp_stream_list_t list)
	{
		if (list->head.next)
		{
			return srtp_err_status_fail;
		}

		delete list;

		return srtp_err_status_ok;
	}

	srtp_err_status_t srtp_stream_list_insert(srtp_stream_list_t list, srtp_stream_t stream)
	{
		try
		{
			list->streams.insert_or_assign(stream->ssrc, stream);
		}
		catch (const std::bad_alloc& /*error*/)
		{
			return srtp_err_status_alloc_fail;
		}

		stream->prev = std::addressof(list->head);
		stream->next = list->head.next;

		if (stream->next)
		{
			stream->next->prev = stream;
		}

		list->head.next = stream;

		return srtp_err_status_ok;
	}

	srtp_stream_t srtp_stream_list_get(srtp_stream_list_t list, uint32_t ssrc)
	{
		static const bool isOn{ Meridian::IsOn("stream-list") };

		auto* stream = list->head.next;

		for (size_t i{ 0 }; stream && (i < WalkedMax || !isOn); ++i, stream = stream->next)
		{
			if (stream->ssrc == ssrc)
			{
				return stream;
			}
		}

		if (!stream)
		{
			return nullptr;
		}

		const auto it = list->streams.find(ssrc);

		return it == list->streams.end() ? nullptr : it->second;
	}

	void srtp_stream_list_remove(srtp_stream_list_t list, srtp_stream_t stream)
	{
		list->streams.erase(stream->ssrc);
		stream->prev->next = stream->next;

		if (stream->next)
		{
			stream->next->prev = stream->prev;
		}
	}

	void srtp_stream_list_for_each(srtp_stream_list_t list, int (*callback)(srtp_stream_t, void*), void* data)
	{
		// The callback may remove its stream.
		for (auto* stream = list->head.next; stream;)
		{
			auto* next = stream->next;

			if (callback(stream, data) != 0)
			{
				return;
			}

			stream = next;
		}
	}
}
#endif
