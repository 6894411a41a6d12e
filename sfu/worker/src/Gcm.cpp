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
			gcm_context_data context;

			gcm->encrypt(
			  &gcm->key, &context, data, data, *bytes, gcm->iv, gcm->aad, gcm->aadBytes, gcm->tag, gcm->tagBytes);

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

		for (const auto* type : { &gcm128, &gcm256 })
		{
			const auto error = srtp_replace_cipher_type(type, type->id);

			if (error != srtp_err_status_ok)
			{
				MS_ERROR("libsrtp refuses %s [error:%d]", type->description, static_cast<int>(error));
			}
		}
	}

	void AddSrtpLines(HotLines& lines, srtp_ctx_t_* session, uint32_t ssrc)
	{
		lines.Add(*session);

		const auto* stream = srtp_get_stream(session, htonl(ssrc));

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

	void AddSrtpLines(HotLines& /*lines*/, srtp_ctx_t_* /*session*/, uint32_t /*ssrc*/)
	{
	}
} // namespace Meridian
#endif
