#ifndef MERIDIAN_GCM_HPP
#define MERIDIAN_GCM_HPP

#include <cstddef>
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

	/** Returns whether ProtectFrom() may encrypt for sessions with AES-GCM. */
	bool CanProtectFrom();

	/**
	 * Encrypts an RTP packet as srtp_protect() does, from one buffer into another: the header alone is copied, the cipher
	 * reads the payload where it stands.
	 * @return an srtp_err_status_t.
	 */
	int ProtectFrom(srtp_ctx_t_* session, const uint8_t* packet, size_t len, uint8_t* out, size_t* outLen);

	/** Notes the memory that libsrtp needs to encrypt a packet of a stream. */
	void AddSrtpLines(HotLines& lines, srtp_ctx_t_* session, uint32_t ssrc);
} // namespace Meridian

#endif
