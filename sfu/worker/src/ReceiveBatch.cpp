#define MS_CLASS "Meridian::ReceiveBatch"

#include "Meridian/ReceiveBatch.hpp"
#include "Logger.hpp"
#include "Meridian/Switches.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/udp.h>
#include <sys/socket.h>

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace Meridian
{
	namespace
	{
		constexpr size_t ReceiveBytesMax{ 65536 };
		constexpr size_t ReceiveMessagesMax{ 16 };
		/** Datagrams after which a socket waits for the next turn, as with libuv. The call that passes it may bring more. */
		constexpr size_t ReceiveDatagramsMax{ 32 };
		/** Whether the kernel, or a filter of system calls, has refused recvmmsg(). */
		bool receiveRefused{ false };

		struct ReceiveControl
		{
			alignas(cmsghdr) std::array<uint8_t, CMSG_SPACE(sizeof(int))> bytes;
		};

		// The worker is a process with one loop. Packets are parsed where they are read, at addresses of 4-byte words, and
		// may grow there.
		alignas(64) std::array<std::array<uint8_t, ReceiveBytesMax>, ReceiveMessagesMax> receiveBuffers;
		alignas(64) std::array<uint8_t, ReceiveBytesMax> receiveSegment;
		std::array<mmsghdr, ReceiveMessagesMax> receiveMessages;
		std::array<iovec, ReceiveMessagesMax> receivePieces;
		std::array<sockaddr_storage, ReceiveMessagesMax> receiveAddresses;
		std::array<ReceiveControl, ReceiveMessagesMax> receiveControls;
		/** Messages before this one bear what the kernel has written into their headers. */
		size_t receiveUsed{ ReceiveMessagesMax };

		int Receive(int fd)
		{
			for (; receiveUsed > 0; --receiveUsed)
			{
				const auto at = receiveUsed - 1;
				auto& header = receiveMessages[at].msg_hdr;

				receivePieces[at]     = { receiveBuffers[at].data(), ReceiveBytesMax };
				header.msg_name       = std::addressof(receiveAddresses[at]);
				header.msg_namelen    = sizeof(sockaddr_storage);
				header.msg_iov        = std::addressof(receivePieces[at]);
				header.msg_iovlen     = 1;
				header.msg_control    = receiveControls[at].bytes.data();
				header.msg_controllen = receiveControls[at].bytes.size();
				header.msg_flags      = 0;
			}

			const int count = recvmmsg(fd, receiveMessages.data(), ReceiveMessagesMax, MSG_DONTWAIT, nullptr);

			receiveUsed = std::max(count, 0);

			return count;
		}

		/** Asks for a datagram without taking it. */
		bool IsReceiveTaken(int fd)
		{
			mmsghdr message{};

			if (recvmmsg(fd, std::addressof(message), 1, MSG_DONTWAIT | MSG_PEEK, nullptr) >= 0 || (errno != ENOSYS && errno != EPERM))
			{
				return true;
			}

			MS_WARN_TAG(info, "recvmmsg() refused, datagrams are read one by one: %s", std::strerror(errno));

			return false;
		}

		/** Returns the size of the datagrams in a message, of which the last may be shorter. */
		size_t SegmentBytesOf(msghdr& header, size_t len)
		{
			for (auto* control = CMSG_FIRSTHDR(std::addressof(header)); control;
			     control       = CMSG_NXTHDR(std::addressof(header), control))
			{
				if (control->cmsg_level == IPPROTO_UDP && control->cmsg_type == UDP_GRO)
				{
					int size{ 0 };

					std::memcpy(std::addressof(size), CMSG_DATA(control), sizeof(size));

					return size > 0 ? static_cast<size_t>(size) : len;
				}
			}

			return len;
		}

		/** Returns false when the handle is closed. */
		bool Give(uv_udp_t* handle, uv_udp_recv_cb recv, uint8_t* data, size_t len, size_t index)
		{
			const auto& header = receiveMessages[index].msg_hdr;
			const uv_buf_t buf = uv_buf_init(reinterpret_cast<char*>(data), ReceiveBytesMax);
			const auto* addr   = static_cast<const sockaddr*>(header.msg_name);

			recv(
			  handle,
			  static_cast<ssize_t>(len),
			  std::addressof(buf),
			  addr,
			  (header.msg_flags & MSG_TRUNC) != 0 ? UV_UDP_PARTIAL : 0);

			return handle->data != nullptr;
		}

		/** Gives the datagrams of a message, and counts them. Returns false when the handle is closed. */
		bool GiveMessage(uv_udp_t* handle, uv_udp_recv_cb recv, size_t index, size_t& datagrams)
		{
			auto* data         = receiveBuffers[index].data();
			const size_t len   = receiveMessages[index].msg_len;
			const auto segment = SegmentBytesOf(receiveMessages[index].msg_hdr, len);

			if (len <= segment)
			{
				++datagrams;

				return Give(handle, recv, data, len, index);
			}

			for (size_t at{ 0 }; at < len; at += segment)
			{
				const auto bytes = std::min(segment, len - at);

				++datagrams;
				std::memcpy(receiveSegment.data(), data + at, bytes);

				if (!Give(handle, recv, receiveSegment.data(), bytes, index))
				{
					return false;
				}
			}

			return true;
		}
	} // namespace

	bool ReceiveBatch::IsOn()
	{
		static const bool isOn = Meridian::IsOn("receive-batch");

		return isOn && !receiveRefused;
	}

	void ReceiveBatch::Open(uv_udp_t* handle)
	{
		static const bool isJoined = Meridian::IsOn("receive-segments");
		const int one{ 1 };
		int fd{ -1 };

		if (!IsOn() || uv_fileno(reinterpret_cast<uv_handle_t*>(handle), std::addressof(fd)) != 0)
		{
			return;
		}

		// Once refused, sockets are read by libuv, which must not get messages of several datagrams.
		static const bool isTaken = IsReceiveTaken(fd);

		if (!isTaken)
		{
			receiveRefused = true;
		}
		else if (isJoined)
		{
			setsockopt(fd, IPPROTO_UDP, UDP_GRO, std::addressof(one), sizeof(one));
		}
	}

	void ReceiveBatch::Take(uv_udp_t* handle, uv_udp_recv_cb recv)
	{
		int fd{ -1 };

		if (uv_fileno(reinterpret_cast<uv_handle_t*>(handle), std::addressof(fd)) != 0)
		{
			return;
		}

		for (size_t datagrams{ 0 }; datagrams < ReceiveDatagramsMax;)
		{
			// -1: nothing waits, or an ICMP error of an earlier datagram was read; what waits still wakes the loop again.
			const int count = Receive(fd);

			for (int index{ 0 }; index < count; ++index)
			{
				if (!GiveMessage(handle, recv, index, datagrams))
				{
					return;
				}
			}

			if (count < static_cast<int>(ReceiveMessagesMax))
			{
				return;
			}
		}
	}
} // namespace Meridian
