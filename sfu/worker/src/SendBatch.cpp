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
		/** Larger datagrams are not sent as segments of one message in this turn. */
		size_t segmentBytesMax;
	};

	namespace
	{
		constexpr size_t DatagramBytesMax{ 65536 };
		constexpr size_t SlabBytes{ 2 * 1024 * 1024 };
		constexpr size_t ItemsMax{ 4096 };
		constexpr size_t SlotsMax{ 2 * ItemsMax };
		/** Datagrams whose sending takes much longer than the call for it. */
		constexpr size_t ItemsEnough{ 64 };
		/** Limits of Linux: segments of a message, bytes of a message with room for its headers, messages of a call. */
		constexpr size_t SegmentsMax{ 64 };
		constexpr size_t MessageBytesMax{ 65000 };
		constexpr size_t MessagesMax{ 256 };
		constexpr size_t PiecesMax{ 1024 };
		constexpr size_t SentCount{ 8192 };
		/** Refusals in a row, without a message of segments between them, that the destinations do not explain. */
		constexpr size_t RefusalsMax{ 16 };
		constexpr size_t NarrowCount{ 256 };

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
		size_t itemsEnough{ ItemsMax };
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
		bool isWatched{ false };
		bool isGiven{ false };
		uint32_t givenRound{ 0 };
		/** When rounds were sent, each at its number modulo the size: at 4000 a second, those of two seconds. */
		struct Sent
		{
			uint32_t round;
			int64_t timeMs;
		};
		std::array<Sent, SentCount> sentRounds;
		/**
		 * Hosts to which the kernel refused segments of a size, as behind a smaller MTU, each at the hash of its address.
		 * When a host needs the place of another, the kernel refuses segments to the other once more.
		 */
		struct Narrow
		{
			sockaddr_in6 addr; // of either family
			size_t segmentBytesMax;
		};
		std::array<Narrow, NarrowCount> narrows;
		bool hasNarrows{ false };
		SendSocket* firstSocket{ nullptr };
		SendSocket* lastSocket{ nullptr };
		std::vector<Done> done;
		Counters counters;
		size_t segmentBytesMax{ 0 };
		SendGroup* lastGroup{ nullptr };
		bool isRunning{ false };
		bool isFlushing{ false };
		bool hasRefusalLogged{ false };
		bool isWholeOnly{ false };
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

		/** Compares what Linux reads of an address but for the port. */
		bool IsSameHost(const sockaddr* a, const sockaddr_in6& b)
		{
			if (a->sa_family != b.sin6_family)
			{
				return false;
			}

			if (a->sa_family == AF_INET6)
			{
				const auto* six = reinterpret_cast<const sockaddr_in6*>(a);

				return six->sin6_scope_id == b.sin6_scope_id &&
				       std::memcmp(std::addressof(six->sin6_addr), std::addressof(b.sin6_addr), sizeof(in6_addr)) == 0;
			}

			return reinterpret_cast<const sockaddr_in*>(a)->sin_addr.s_addr ==
			       reinterpret_cast<const sockaddr_in&>(b).sin_addr.s_addr;
		}

		bool IsSameAddress(const sockaddr* a, const sockaddr_in6& b)
		{
			static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));

			return reinterpret_cast<const sockaddr_in6*>(a)->sin6_port == b.sin6_port && IsSameHost(a, b);
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

		Narrow& NarrowOf(const sockaddr* addr)
		{
			uint64_t hash = addr->sa_family;

			if (addr->sa_family == AF_INET6)
			{
				std::array<uint64_t, 2> halves;

				std::memcpy(
				  halves.data(),
				  std::addressof(reinterpret_cast<const sockaddr_in6*>(addr)->sin6_addr),
				  sizeof(in6_addr));
				hash ^= (halves[0] * 31) ^ halves[1];
			}
			else
			{
				hash ^= reinterpret_cast<const sockaddr_in*>(addr)->sin_addr.s_addr;
			}

			return narrows[((hash * 0x9e3779b97f4a7c15ULL) >> 51) % NarrowCount];
		}

		/** Returns the largest segments that the kernel may take to this destination. */
		size_t SegmentBytesMaxTo(const SendSocket& socket, const sockaddr* addr)
		{
			if (!hasNarrows)
			{
				return socket.segmentBytesMax;
			}

			const auto& narrow = NarrowOf(addr);

			return IsSameHost(addr, narrow.addr) ? std::min(narrow.segmentBytesMax, socket.segmentBytesMax)
			                                     : socket.segmentBytesMax;
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

			auto* group            = std::addressof(groups[groupCount++]);
			group->socket          = std::addressof(socket);
			group->first           = nullptr;
			group->next            = nullptr;
			group->segmentBytesMax = SegmentBytesMaxTo(socket, addr);
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

		bool IsLastGroup(const SendSocket& socket, const sockaddr* addr)
		{
			return lastGroup->socket == std::addressof(socket) && IsSameAddress(addr, lastGroup->addr);
		}

		/** Makes message `index` of the group's datagrams from `first` on and returns the first one after it. */
		SendItem* MakeMessage(size_t index, size_t& pieceCount, SendGroup* group, SendItem* first)
		{
			const size_t len   = first->len;
			const bool isWhole = len > std::min({ group->segmentBytesMax, group->socket->segmentBytesMax, MessageBytesMax });
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

		/**
		 * Learns that the kernel has refused a message of segments. The group's datagrams then leave one by one, and are
		 * lost or not as they would be without segments.
		 */
		void LearnRefusal(SendGroup& group, const Run& run, int error)
		{
			const bool isSize    = error == EINVAL || error == EMSGSIZE;
			const bool isAbility = error == EIO || error == EOPNOTSUPP || error == ENOPROTOOPT;

			group.segmentBytesMax = isSize ? run.first->len - 1 : 0;

			// Other errors, as of a firewall or a missing route, say nothing of segments.
			if (!isSize && !isAbility)
			{
				return;
			}

			// An MTU or a tunnel may be this destination's alone.
			auto* addr = reinterpret_cast<sockaddr*>(std::addressof(group.addr));

			NarrowOf(addr) = { group.addr, group.segmentBytesMax };
			hasNarrows     = true;

			if (++group.socket->refusals == RefusalsMax)
			{
				group.socket->segmentBytesMax = 0;
			}

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

		/** Sends a datagram that the path takes only in fragments; the others leave with "don't fragment". */
		bool SendInFragments(const SendSocket& socket, const msghdr& message)
		{
			const int mayFragment{ IP_PMTUDISC_WANT };
			const int isWhole{ IP_PMTUDISC_DO };

			setsockopt(socket.fd, IPPROTO_IP, IP_MTU_DISCOVER, std::addressof(mayFragment), sizeof(mayFragment));

			const auto sent = sendmsg(socket.fd, std::addressof(message), 0);

			setsockopt(socket.fd, IPPROTO_IP, IP_MTU_DISCOVER, std::addressof(isWhole), sizeof(isWhole));

			return sent >= 0;
		}

		/**
		 * Linux sets "don't fragment" unless a datagram is beyond the path's MTU, and numbers all datagrams in case that one
		 * is. Without that case it does not number them. A socket for which fragments were turned off or on stays so.
		 */
		void SendWhole(SendSocket& socket)
		{
			int value{ 0 };
			socklen_t size{ sizeof(value) };
			const bool isDefault =
			  getsockopt(socket.fd, IPPROTO_IP, IP_MTU_DISCOVER, std::addressof(value), std::addressof(size)) == 0 &&
			  value == IP_PMTUDISC_WANT;

			value          = IP_PMTUDISC_DO;
			socket.isWhole = isWholeOnly && isDefault &&
			                 setsockopt(socket.fd, IPPROTO_IP, IP_MTU_DISCOVER, std::addressof(value), size) == 0;
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
							if (runs[from].count > 1)
							{
								socket.refusals = 0;
							}

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
						group = runs[from].group;
						LearnRefusal(*group, runs[from], errno);
						item  = runs[from].first;

						break;
					}
					else if (errno == EMSGSIZE && socket.isWhole)
					{
						Report(runs[from], SendInFragments(socket, messages[from].msg_hdr));
						++from;
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

		isWholeOnly = IsOn("send-whole");
		itemsEnough = IsOn("send-early") ? ItemsEnough : ItemsMax;

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
		if (isWatched)
		{
			isGiven    = true;
			givenRound = 0;
		}

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
			SendWhole(socket);
		}

		// In a long turn the first datagrams need not wait for the last. Those of a destination stay together.
		if (itemCount == ItemsMax || (itemCount >= itemsEnough && !IsLastGroup(socket, addr)))
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
		lastGroup                                         = group;
		counters.datagrams++;

		if (isWatched)
		{
			givenRound = round;
		}

		return true;
	}

	void SendBatch::Watch(bool isOn)
	{
		isWatched  = isOn;
		isGiven    = false;
		givenRound = 0;
	}

	bool SendBatch::IsGiven()
	{
		return isGiven;
	}

	uint32_t SendBatch::GivenRound()
	{
		return givenRound;
	}

	int64_t SendBatch::SentTimeMs(uint32_t round, int64_t otherwise)
	{
		const auto& sent = sentRounds[round % SentCount];

		return sent.round == round ? sent.timeMs : otherwise;
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

		// The worker's clock may stand still, as at the beginning of a long turn.
		sentRounds[round % SentCount] = { round, static_cast<int64_t>(uv_hrtime() / 1000000) };
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
