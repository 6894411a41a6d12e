#define MS_CLASS "Meridian::SendBatch"

#include "Meridian/SendBatch.hpp"
#include "DepLibUV.hpp"
#include "Logger.hpp"
#include "Meridian/Clock.hpp"
#include "Meridian/Switches.hpp"
#include "handles/UdpSocketHandle.hpp"
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <netinet/udp.h>
#include <unistd.h>
#include <vector>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace Meridian
{
	/** One datagram. */
	struct SendItem
	{
		const uint8_t* data;
		size_t len;
		SendCallback* cb;
		SendItem* next;
	};

	/** Datagrams of one socket to one destination, in order. */
	struct SendGroup
	{
		SendSocket* socket;
		sockaddr_in6 addr; // of either family
		SendItem* first;
		SendItem* last;
		SendGroup* next;
	};

	namespace
	{
		constexpr size_t DatagramBytesMax{ 65536 };
		constexpr size_t SlabBytes{ 2 * 1024 * 1024 };
		constexpr size_t ItemsMax{ 4096 };
		constexpr size_t SlotsMax{ 2 * ItemsMax };
		/** Limits of Linux: segments of a message, bytes of a message with room for its headers, messages of a call. */
		constexpr size_t SegmentsMax{ 64 };
		constexpr size_t MessageBytesMax{ 65000 };
		constexpr size_t MessagesMax{ 256 };
		constexpr size_t PiecesMax{ 1024 };

		struct Control
		{
			alignas(cmsghdr) std::array<uint8_t, CMSG_SPACE(sizeof(uint16_t))> bytes;
		};

		/** The datagrams of a message. */
		struct Run
		{
			SendGroup* group;
			SendItem* first;
			size_t count;
		};

		struct Done
		{
			SendCallback* cb;
			bool sent;
		};

		struct Counters
		{
			uint64_t turns{ 0 };
			uint64_t datagrams{ 0 };
			uint64_t messages{ 0 };
			uint64_t calls{ 0 };
		};

		// The worker is a process with one loop.
		/** With room behind its end for what a callback encrypts during a flush. */
		alignas(64) std::array<uint8_t, SlabBytes + (2 * DatagramBytesMax)> slab;
		size_t used{ 0 };
		std::array<SendItem, ItemsMax> items;
		size_t itemCount{ 0 };
		std::array<SendGroup, ItemsMax> groups;
		size_t groupCount{ 0 };
		/** Groups by destination, in an open hash table; slots of an older round are free. */
		struct Slot
		{
			uint32_t round;
			uint32_t group;
		};
		std::array<Slot, SlotsMax> slots;
		uint32_t round{ 1 };
		SendSocket* firstSocket{ nullptr };
		SendSocket* lastSocket{ nullptr };
		std::vector<Done> done;
		Counters counters;
		size_t segmentBytesMax{ 0 };
		bool isRunning{ false };
		bool isFlushing{ false };
		bool hasRefusalLogged{ false };
		uv_prepare_t prepare;
		uv_check_t check;

		std::array<mmsghdr, MessagesMax> messages;
		std::array<Run, MessagesMax> runs;
		std::array<iovec, PiecesMax> pieces;
		std::array<Control, MessagesMax> controls;

		bool IsBusy(int error)
		{
			return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM;
		}

		/** An older kernel would ignore the segment size and send one huge datagram. */
		bool HasSegments(int fd)
		{
			int value{ 0 };
			socklen_t size{ sizeof(value) };

			return getsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, std::addressof(value), std::addressof(size)) == 0;
		}

		size_t AddressBytes(const sockaddr* addr)
		{
			return addr->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
		}

		/** Compares what Linux reads of an address. */
		bool IsSameAddress(const sockaddr* a, const sockaddr_in6& b)
		{
			if (a->sa_family != b.sin6_family)
			{
				return false;
			}

			if (a->sa_family == AF_INET6)
			{
				const auto* six = reinterpret_cast<const sockaddr_in6*>(a);

				return six->sin6_port == b.sin6_port && six->sin6_scope_id == b.sin6_scope_id &&
				       std::memcmp(std::addressof(six->sin6_addr), std::addressof(b.sin6_addr), sizeof(in6_addr)) == 0;
			}

			const auto* four  = reinterpret_cast<const sockaddr_in*>(a);
			const auto& other = reinterpret_cast<const sockaddr_in&>(b);

			return four->sin_port == other.sin_port && four->sin_addr.s_addr == other.sin_addr.s_addr;
		}

		size_t HashOf(const SendSocket& socket, const sockaddr* addr)
		{
			uint64_t hash = reinterpret_cast<uintptr_t>(std::addressof(socket)) >> 4;

			if (addr->sa_family == AF_INET6)
			{
				const auto* six = reinterpret_cast<const sockaddr_in6*>(addr);
				std::array<uint64_t, 2> halves;

				std::memcpy(halves.data(), std::addressof(six->sin6_addr), sizeof(in6_addr));
				hash ^= (halves[0] * 31) ^ halves[1] ^ (static_cast<uint64_t>(six->sin6_port) << 32);
			}
			else
			{
				const auto* four = reinterpret_cast<const sockaddr_in*>(addr);

				hash ^= four->sin_addr.s_addr ^ (static_cast<uint64_t>(four->sin_port) << 32);
			}

			return static_cast<size_t>((hash * 0x9e3779b97f4a7c15ULL) >> 51) % SlotsMax;
		}

		SendGroup* GroupOf(SendSocket& socket, const sockaddr* addr)
		{
			size_t at = HashOf(socket, addr);

			for (; slots[at].round == round; at = (at + 1) % SlotsMax)
			{
				auto& group = groups[slots[at].group];

				if (group.socket == std::addressof(socket) && IsSameAddress(addr, group.addr))
				{
					return std::addressof(group);
				}
			}

			slots[at] = { round, static_cast<uint32_t>(groupCount) };

			auto* group   = std::addressof(groups[groupCount++]);
			group->socket = std::addressof(socket);
			group->first  = nullptr;
			group->next   = nullptr;
			std::memcpy(std::addressof(group->addr), addr, AddressBytes(addr));

			if (socket.first)
			{
				socket.last->next = group;
			}
			else
			{
				socket.first = group;
				socket.next  = nullptr;
				(firstSocket ? lastSocket->next : firstSocket) = std::addressof(socket);
				lastSocket                                     = std::addressof(socket);
			}

			socket.last = group;

			return group;
		}

		/** Makes message `index` of the group's datagrams from `first` on and returns the first one after it. */
		SendItem* MakeMessage(size_t index, size_t& pieceCount, SendGroup* group, SendItem* first)
		{
			const size_t len   = first->len;
			const bool isWhole = len > group->socket->segmentBytesMax || len > MessageBytesMax;
			const size_t limit =
			  isWhole ? 1 : std::min({ SegmentsMax, MessageBytesMax / len, PiecesMax - pieceCount });
			auto* piece        = std::addressof(pieces[pieceCount]);
			auto& header       = messages[index].msg_hdr;
			size_t count{ 0 };
			SendItem* item{ first };

			while (item && count < limit && item->len <= len)
			{
				piece[count++] = { const_cast<uint8_t*>(item->data), item->len };

				const bool isLast = item->len < len;

				item = item->next;

				if (isLast)
				{
					break;
				}
			}

			pieceCount += count;
			runs[index]        = { group, first, count };
			header.msg_name    = std::addressof(group->addr);
			header.msg_namelen = AddressBytes(reinterpret_cast<sockaddr*>(std::addressof(group->addr)));
			header.msg_iov     = piece;
			header.msg_iovlen  = count;
			header.msg_flags   = 0;

			if (count == 1)
			{
				header.msg_control    = nullptr;
				header.msg_controllen = 0;

				return item;
			}

			header.msg_control    = controls[index].bytes.data();
			header.msg_controllen = controls[index].bytes.size();

			auto* control       = CMSG_FIRSTHDR(std::addressof(header));
			const auto segment  = static_cast<uint16_t>(len);
			control->cmsg_level = IPPROTO_UDP;
			control->cmsg_type  = UDP_SEGMENT;
			control->cmsg_len   = CMSG_LEN(sizeof(segment));
			std::memcpy(CMSG_DATA(control), std::addressof(segment), sizeof(segment));

			return item;
		}

		/** Reports the run's datagrams as sent or lost. */
		void Report(const Run& run, bool sent)
		{
			auto* item = run.first;

			for (size_t i{ 0 }; i < run.count; ++i, item = item->next)
			{
				if (sent)
				{
					run.group->socket->owner->AddSentBytes(item->len);
				}

				if (item->cb)
				{
					done.push_back({ item->cb, sent });
				}
			}
		}

		/** Hands everything from `item` on to libuv, which queues it. */
		void SendStockWay(SendGroup* group, SendItem* item)
		{
			while (group)
			{
				for (; item; item = item->next)
				{
					auto* addr = reinterpret_cast<sockaddr*>(std::addressof(group->addr));

					group->socket->owner->Send(item->data, item->len, addr, item->cb);
				}

				group = group->next;
				item  = group ? group->first : nullptr;
			}
		}

		/** The kernel has refused a message of segments: this socket does not try segments of this size again. */
		void LearnRefusal(SendSocket& socket, const Run& run, int error)
		{
			// The size alone can be wrong, for one destination behind a smaller MTU.
			const bool isSize      = error == EINVAL || error == EMSGSIZE;
			socket.segmentBytesMax = isSize ? run.first->len - 1 : 0;

			if (!hasRefusalLogged)
			{
				hasRefusalLogged = true;
				MS_WARN_TAG(
				  info,
				  "UDP_SEGMENT refused, sending datagrams one by one [segment:%zu, error:%s]",
				  run.first->len,
				  std::strerror(error));
			}
		}

		void FlushSocket(SendSocket& socket)
		{
			auto* group = socket.first;
			auto* item  = group->first;

			while (group)
			{
				size_t count{ 0 };
				size_t pieceCount{ 0 };

				while (group && count < MessagesMax && pieceCount < PiecesMax)
				{
					item = MakeMessage(count++, pieceCount, group, item);

					if (!item)
					{
						group = group->next;
						item  = group ? group->first : nullptr;
					}
				}

				for (size_t from{ 0 }; from < count;)
				{
					const int sent = sendmmsg(socket.fd, std::addressof(messages[from]), count - from, 0);

					counters.calls++;

					if (sent > 0)
					{
						counters.messages += sent;

						for (const size_t end = from + sent; from < end; ++from)
						{
							Report(runs[from], true);
						}
					}
					else if (errno == EINTR)
					{
						continue;
					}
					else if (IsBusy(errno))
					{
						SendStockWay(runs[from].group, runs[from].first);

						return;
					}
					else if (runs[from].count > 1)
					{
						LearnRefusal(socket, runs[from], errno);
						group = runs[from].group;
						item  = runs[from].first;

						break;
					}
					else
					{
						MS_WARN_DEV("sendmmsg() failed: %s", std::strerror(errno));
						Report(runs[from], false);
						++from;
					}
				}
			}
		}

		void EndTurn()
		{
			if (itemCount == 0 && done.empty())
			{
				return;
			}

			counters.turns++;

			// A callback may send.
			while (itemCount > 0 || !done.empty())
			{
				SendBatch::Flush();

				std::vector<Done> reports;

				reports.swap(done);

				const Clock::Hold hold;

				for (const auto& report : reports)
				{
					(*report.cb)(report.sent);
					delete report.cb;
				}
			}
		}
	} // namespace

	void SendBatch::ClassInit()
	{
		if (!IsOn("send-batch"))
		{
			return;
		}

		const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

		if (fd >= 0)
		{
			segmentBytesMax = IsOn("send-segments") && HasSegments(fd) ? DatagramBytesMax : 0;
			close(fd);
		}

		auto* loop = DepLibUV::GetLoop();

		// Timers run before the loop's preparation, sockets before its check.
		uv_prepare_init(loop, std::addressof(prepare));
		uv_prepare_start(std::addressof(prepare), [](uv_prepare_t* /*handle*/) { EndTurn(); });
		uv_unref(reinterpret_cast<uv_handle_t*>(std::addressof(prepare)));
		uv_check_init(loop, std::addressof(check));
		uv_check_start(std::addressof(check), [](uv_check_t* /*handle*/) { EndTurn(); });
		uv_unref(reinterpret_cast<uv_handle_t*>(std::addressof(check)));
		isRunning = true;
	}

	void SendBatch::ClassDestroy()
	{
		if (!isRunning)
		{
			return;
		}

		EndTurn();
		isRunning = false;
		uv_close(reinterpret_cast<uv_handle_t*>(std::addressof(prepare)), nullptr);
		uv_close(reinterpret_cast<uv_handle_t*>(std::addressof(check)), nullptr);
		MS_DEBUG_TAG(
		  info,
		  "send batch [turns:%" PRIu64 ", datagrams:%" PRIu64 ", messages:%" PRIu64 ", calls:%" PRIu64 "]",
		  counters.turns,
		  counters.datagrams,
		  counters.messages,
		  counters.calls);
	}

	uint8_t* SendBatch::Reserve(size_t len)
	{
		if (used + len > SlabBytes)
		{
			Flush();
		}

		return std::addressof(slab[used]);
	}

	bool SendBatch::Add(
	  SendSocket& socket, const uint8_t* data, size_t len, const struct sockaddr* addr, SendCallback* cb)
	{
		// Behind datagrams in libuv's queue a new one would overtake them.
		if (!isRunning || isFlushing || len > DatagramBytesMax || uv_udp_get_send_queue_count(socket.uvHandle) > 0)
		{
			return false;
		}

		if (socket.fd < 0)
		{
			if (uv_fileno(reinterpret_cast<uv_handle_t*>(socket.uvHandle), std::addressof(socket.fd)) != 0)
			{
				return false;
			}

			socket.segmentBytesMax = segmentBytesMax;
		}

		if (itemCount == ItemsMax)
		{
			Flush();
		}

		// After a flush the reserved memory is elsewhere, but its content is still there.
		if (data != std::addressof(slab[used]))
		{
			auto* copy = Reserve(len);

			std::memmove(copy, data, len);
			data = copy;
		}

		used += (len + 15) & ~size_t{ 15 };

		auto* group = GroupOf(socket, addr);
		auto* item  = std::addressof(items[itemCount++]);

		*item = { data, len, cb, nullptr };
		(group->first ? group->last->next : group->first) = item;
		group->last                                       = item;
		counters.datagrams++;

		return true;
	}

	void SendBatch::Flush()
	{
		if (isFlushing || itemCount == 0)
		{
			return;
		}

		isFlushing = true;

		for (auto* socket = firstSocket; socket; socket = socket->next)
		{
			FlushSocket(*socket);
			socket->first = nullptr;
		}

		firstSocket = nullptr;
		itemCount   = 0;
		groupCount  = 0;
		used        = 0;
		// Round 0 marks slots that were never used.
		if (++round == 0)
		{
			round = 1;
		}
		isFlushing = false;
	}
} // namespace Meridian
