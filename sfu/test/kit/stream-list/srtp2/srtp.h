// Stands in for libsrtp's header of this name, for the test of StreamList.cpp alone.
#pragma once
#include <cstdint>

enum srtp_err_status_t
{
	srtp_err_status_ok,
	srtp_err_status_fail,
	srtp_err_status_alloc_fail
};

struct srtp_stream_ctx_t
{
	uint32_t ssrc;
	srtp_stream_ctx_t* next;
	srtp_stream_ctx_t* prev;
};

using srtp_stream_t = srtp_stream_ctx_t*;
using srtp_stream_list_t = struct srtp_stream_list_ctx_t_*;
