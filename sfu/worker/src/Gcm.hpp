#ifndef MERIDIAN_GCM_HPP
#define MERIDIAN_GCM_HPP

#include <cstdint>

struct srtp_ctx_t_;

namespace Meridian
{
	class HotLines;

	/**
	 * Gives libsrtp the AES-GCM of Intel's IPsec library, whose set-up for each packet is cheap. libsrtp tests it with its
	 * own vectors first, and keeps OpenSSL's if one fails. Call it after srtp_init().
	 */
	void InitGcm();

	/** Notes the memory that libsrtp needs to encrypt a packet of a stream. */
	void AddSrtpLines(HotLines& lines, srtp_ctx_t_* session, uint32_t ssrc);
} // namespace Meridian

#endif
