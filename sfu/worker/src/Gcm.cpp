#define MS_CLASS "Meridian::Gcm"

#include "Meridian/Gcm.hpp"
#ifdef MERIDIAN_IPSEC_MB
#include "Logger.hpp"
#include "Meridian/HotLines.hpp"
#include "Meridian/Switches.hpp"
#include <srtp2/srtp.h>
// After srtp.h.
#include <srtp2/cipher.h>
#include <srtp2/srtp_priv.h>
#include <cstring>
#include <intel-ipsec-mb.h>
#include <new>
#include <openssl/crypto.h>
#include <vector>

extern "C"
{
	// libsrtp's test vectors.
	extern const srtp_cipher_test_case_t srtp_aes_gcm_128_test_case_0;
	extern const srtp_cipher_test_case_t srtp_aes_gcm_256_test_case_0;
}

namespace Meridian
{
	namespace
	{
		constexpr int TagBytesMax{ 16 };
		constexpr size_t IvBytes{ 12 };

		IMB_MGR* manager{ nullptr };

		/** Packet of which libsrtp got the header alone, and where. */
		struct Source
		{
			const uint8_t* from{ nullptr };
			const uint8_t* to{ nullptr };
			size_t bytes{ 0 };
		};

		Source source;
		/** Whether libsrtp encrypts with all ciphers that are here. */
		bool isReplaced{ false };

		/** Returns the bytes of a packet before its payload, or 0 if it is none. */
		size_t HeaderBytes(const uint8_t* packet, size_t len)
		{
			if (len < 12)
			{
				return 0;
			}

			size_t bytes = 12 + (4 * (packet[0] & 0x0F));

			if ((packet[0] & 0x10) != 0)
			{
				bytes += 4;

				if (bytes > len)
				{
					return 0;
				}

				bytes += 4 * ((packet[bytes - 2] << 8) + packet[bytes - 1]);
			}

			return bytes <= len ? bytes : 0;
		}

		/** State of a cipher: a key, and what the next packet needs. */
		struct Gcm
		{
			alignas(64) gcm_key_data key;
			aes_gcm_enc_dec_t encrypt;
			aes_gcm_enc_dec_t decrypt;
			bool is256;
			uint64_t tagBytes;
			uint8_t iv[IvBytes];
			uint8_t tag[TagBytesMax];
			/** Authenticated data: in place, or joined where it comes in parts. */
			const uint8_t* aad;
			uint64_t aadBytes;
			std::vector<uint8_t> joined;
		};

		extern const srtp_cipher_type_t gcm128;
		extern const srtp_cipher_type_t gcm256;

		srtp_err_status_t Alloc(srtp_cipher_t** cipher, int keyBytes, int tagBytes)
		{
			const bool is256 = keyBytes == SRTP_AES_GCM_256_KEY_LEN_WSALT;

			if ((!is256 && keyBytes != SRTP_AES_GCM_128_KEY_LEN_WSALT) || (tagBytes != TagBytesMax && tagBytes != 8))
			{
				return srtp_err_status_bad_param;
			}

			auto* gcm = new (std::nothrow) Gcm();
			*cipher   = new (std::nothrow) srtp_cipher_t();

			if (!gcm || !*cipher)
			{
				delete gcm;
				delete *cipher;
				*cipher = nullptr;

				return srtp_err_status_alloc_fail;
			}

			gcm->is256    = is256;
			gcm->encrypt  = is256 ? manager->gcm256_enc : manager->gcm128_enc;
			gcm->decrypt  = is256 ? manager->gcm256_dec : manager->gcm128_dec;
			gcm->tagBytes = tagBytes;
			**cipher      = { is256 ? &gcm256 : &gcm128, gcm, keyBytes, is256 ? SRTP_AES_GCM_256 : SRTP_AES_GCM_128 };

			return srtp_err_status_ok;
		}

		srtp_err_status_t Dealloc(srtp_cipher_t* cipher)
		{
			auto* gcm = static_cast<Gcm*>(cipher->state);

			OPENSSL_cleanse(&gcm->key, sizeof(gcm->key));
			delete gcm;
			delete cipher;

			return srtp_err_status_ok;
		}

		srtp_err_status_t Init(void* state, const uint8_t* key)
		{
			auto* gcm = static_cast<Gcm*>(state);

			(gcm->is256 ? manager->gcm256_pre : manager->gcm128_pre)(key, &gcm->key);

			return srtp_err_status_ok;
		}

		srtp_err_status_t SetIv(void* state, uint8_t* iv, srtp_cipher_direction_t /*direction*/)
		{
			auto* gcm = static_cast<Gcm*>(state);

			std::memcpy(gcm->iv, iv, IvBytes);
			gcm->aadBytes = 0;

			return srtp_err_status_ok;
		}

		srtp_err_status_t SetAad(void* state, const uint8_t* aad, uint32_t bytes)
		{
			auto* gcm = static_cast<Gcm*>(state);

			if (gcm->aadBytes > 0)
			{
				// The first part may be the joined data itself.
				std::vector<uint8_t> joined(gcm->aad, gcm->aad + gcm->aadBytes);

				joined.insert(joined.end(), aad, aad + bytes);
				gcm->joined   = std::move(joined);
				gcm->aad      = gcm->joined.data();
				gcm->aadBytes = gcm->joined.size();

				return srtp_err_status_ok;
			}

			gcm->aad      = aad;
			gcm->aadBytes = bytes;

			return srtp_err_status_ok;
		}

		srtp_err_status_t Encrypt(void* state, uint8_t* data, unsigned int* bytes)
		{
			auto* gcm = static_cast<Gcm*>(state);
			const uint8_t* from{ data };
			gcm_context_data context;

			if (source.to && data >= source.to && data + *bytes <= source.to + source.bytes)
			{
				from   = source.from + (data - source.to);
				source = {};
			}

			gcm->encrypt(
			  &gcm->key, &context, data, from, *bytes, gcm->iv, gcm->aad, gcm->aadBytes, gcm->tag, gcm->tagBytes);

			return srtp_err_status_ok;
		}

		srtp_err_status_t GetTag(void* state, uint8_t* tag, uint32_t* bytes)
		{
			auto* gcm = static_cast<Gcm*>(state);

			std::memcpy(tag, gcm->tag, gcm->tagBytes);
			*bytes = gcm->tagBytes;

			return srtp_err_status_ok;
		}

		/** The data ends with the tag. */
		srtp_err_status_t Decrypt(void* state, uint8_t* data, unsigned int* bytes)
		{
			auto* gcm = static_cast<Gcm*>(state);
			gcm_context_data context;

			if (*bytes < gcm->tagBytes)
			{
				return srtp_err_status_auth_fail;
			}

			const uint64_t left = *bytes - gcm->tagBytes;

			gcm->decrypt(
			  &gcm->key, &context, data, data, left, gcm->iv, gcm->aad, gcm->aadBytes, gcm->tag, gcm->tagBytes);

			if (CRYPTO_memcmp(gcm->tag, data + left, gcm->tagBytes) != 0)
			{
				return srtp_err_status_auth_fail;
			}

			*bytes = left;

			return srtp_err_status_ok;
		}

		const srtp_cipher_type_t gcm128{
			Alloc,  Dealloc, Init,    SetAad, Encrypt, Decrypt, SetIv, GetTag, "AES-128 GCM of ipsec-mb",
			&srtp_aes_gcm_128_test_case_0, SRTP_AES_GCM_128
		};
		const srtp_cipher_type_t gcm256{
			Alloc,  Dealloc, Init,    SetAad, Encrypt, Decrypt, SetIv, GetTag, "AES-256 GCM of ipsec-mb",
			&srtp_aes_gcm_256_test_case_0, SRTP_AES_GCM_256
		};
	} // namespace

	void InitGcm()
	{
		if (!IsOn("gcm"))
		{
			return;
		}

		manager = alloc_mb_mgr(0);

		if (!manager)
		{
			return;
		}

		init_mb_mgr_auto(manager, nullptr);

		if (imb_get_errno(manager) != 0)
		{
			MS_WARN_TAG(info, "ipsec-mb does not start: %s", imb_get_strerror(imb_get_errno(manager)));

			return;
		}

		isReplaced = true;

		for (const auto* type : { &gcm128, &gcm256 })
		{
			const auto error = srtp_replace_cipher_type(type, type->id);

			if (error != srtp_err_status_ok)
			{
				isReplaced = false;
				MS_ERROR("libsrtp refuses %s [error:%d]", type->description, static_cast<int>(error));
			}
		}
	}

	bool CanProtectFrom()
	{
		static const bool isOn = IsOn("cipher-source");

		return isOn && isReplaced;
	}

	int ProtectFrom(srtp_ctx_t_* session, const uint8_t* packet, size_t len, uint8_t* out, size_t* outLen)
	{
		const size_t headerBytes = HeaderBytes(packet, len);

		if (headerBytes == 0)
		{
			return srtp_err_status_parse_err;
		}

		int bytes = static_cast<int>(len);

		std::memcpy(out, packet, headerBytes);
		source = { packet, out, len };

		const auto error   = srtp_protect(session, out, &bytes);
		const bool isTaken = source.to == nullptr;

		source  = {};
		*outLen = static_cast<size_t>(bytes);

		// A cipher of others would have encrypted what is not there.
		return error == srtp_err_status_ok && !isTaken ? srtp_err_status_cipher_fail : error;
	}

	void AddSrtpLines(HotLines& lines, srtp_ctx_t_* session, uint32_t ssrc)
	{
		lines.Add(*session);

		// The list begins with an entry that only leads to the others, which are looked at in turn.
		const auto* stream = reinterpret_cast<const srtp_stream_ctx_t*>(session->stream_list);

		do
		{
			lines.Add(stream->ssrc);
			lines.Add(stream->next);
			stream = stream->next;
		} while (stream && stream->ssrc != htonl(ssrc));

		if (!stream)
		{
			return;
		}

		lines.Add(*stream);
		lines.Add(static_cast<const void*>(stream->rtp_rdbx.bitmask.word), stream->rtp_rdbx.bitmask.length / 8);
		lines.Add(*stream->session_keys);
		lines.Add(*stream->session_keys->limit);
		lines.Add(*stream->session_keys->rtp_auth);
		lines.Add(*stream->session_keys->rtp_cipher);

		if (stream->session_keys->rtp_cipher->type == &gcm128 || stream->session_keys->rtp_cipher->type == &gcm256)
		{
			const auto* gcm = static_cast<const Gcm*>(stream->session_keys->rtp_cipher->state);

			// The round keys, and the powers for the last bytes of a packet.
			lines.Add(static_cast<const void*>(&gcm->key), 256);
			lines.Add(static_cast<const void*>(&gcm->encrypt), 128);
		}
	}
} // namespace Meridian
#else
namespace Meridian
{
	void InitGcm()
	{
	}

	bool CanProtectFrom()
	{
		return false;
	}

	int ProtectFrom(
	  srtp_ctx_t_* /*session*/, const uint8_t* /*packet*/, size_t /*len*/, uint8_t* /*out*/, size_t* /*outLen*/)
	{
		return -1;
	}

	void AddSrtpLines(HotLines& /*lines*/, srtp_ctx_t_* /*session*/, uint32_t /*ssrc*/)
	{
	}
} // namespace Meridian
#endif
