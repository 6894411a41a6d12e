// Fills the list of an SRTP session with as many streams as the argument says, removes half of them while it goes
// through them, and prints whether each look-up gave the right stream at every step.
#include <cstdio>
#include <cstdlib>
#include <srtp2/srtp.h>
#include <vector>

extern "C"
{
	srtp_err_status_t srtp_stream_list_alloc(srtp_stream_list_t* made);
	srtp_err_status_t srtp_stream_list_dealloc(srtp_stream_list_t list);
	srtp_err_status_t srtp_stream_list_insert(srtp_stream_list_t list, srtp_stream_t stream);
	srtp_stream_t srtp_stream_list_get(srtp_stream_list_t list, uint32_t ssrc);
	void srtp_stream_list_remove(srtp_stream_list_t list, srtp_stream_t stream);
	void srtp_stream_list_for_each(srtp_stream_list_t list, int (*callback)(srtp_stream_t, void*), void* data);
}

static srtp_stream_list_t list;
static unsigned visited;

static uint32_t SsrcOf(size_t at)
{
	return static_cast<uint32_t>(at * 2654435761U);
}

int main(int /*argc*/, char** argv)
{
	const size_t count = std::strtoul(argv[1], nullptr, 10);
	std::vector<srtp_stream_ctx_t> streams(count);
	bool isRight{ srtp_stream_list_alloc(&list) == srtp_err_status_ok };

	for (size_t at{ 0 }; at < count; ++at)
	{
		streams[at].ssrc = SsrcOf(at);
		isRight          = isRight && srtp_stream_list_get(list, SsrcOf(at)) == nullptr;
		srtp_stream_list_insert(list, &streams[at]);
	}

	for (size_t at{ 0 }; at < count; ++at)
	{
		isRight = isRight && srtp_stream_list_get(list, SsrcOf(at)) == &streams[at];
	}

	srtp_stream_list_for_each(
	  list,
	  [](srtp_stream_t stream, void* first)
	  {
		  visited++;

		  if ((stream - static_cast<srtp_stream_t>(first)) % 2 == 0)
		  {
			  srtp_stream_list_remove(list, stream);
		  }

		  return 0;
	  },
	  streams.data());
	isRight = isRight && visited == count && srtp_stream_list_dealloc(list) == srtp_err_status_fail;

	for (size_t at{ 0 }; at < count; ++at)
	{
		isRight = isRight && srtp_stream_list_get(list, SsrcOf(at)) == (at % 2 == 0 ? nullptr : &streams[at]);
	}

	// A callback's answer ends the walk.
	visited = 0;
	srtp_stream_list_for_each(
	  list,
	  [](srtp_stream_t /*stream*/, void* /*data*/)
	  {
		  visited++;

		  return 1;
	  },
	  nullptr);
	isRight = isRight && visited == 1;

	for (size_t at{ 1 }; at < count; at += 2)
	{
		srtp_stream_list_remove(list, &streams[at]);
	}

	isRight = isRight && srtp_stream_list_dealloc(list) == srtp_err_status_ok;
	std::puts(isRight ? "right" : "wrong");
}
