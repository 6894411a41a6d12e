#ifndef MERIDIAN_GCM_HPP
#define MERIDIAN_GCM_HPP

namespace Meridian
{
	/**
	 * Gives libsrtp the AES-GCM of Intel's IPsec library, whose set-up for each packet is cheap. libsrtp tests it with its
	 * own vectors first, and keeps OpenSSL's if one fails. Call it after srtp_init().
	 */
	void InitGcm();
} // namespace Meridian

#endif
