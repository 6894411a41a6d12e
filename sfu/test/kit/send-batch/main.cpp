// Sends turns of datagrams by SendBatch.cpp to this program's own second socket. An argument is a turn:
// "ADDRESS:BYTESxCOUNT,…". Prints a line for each: messages and calls of sendmmsg(), datagrams reported as sent,
// datagrams that arrived, and whether the time of the turn is unknown before it is sent, and that of its sending
// afterwards.
#include "Meridian/Clock.hpp"
#include "handles/UdpSocketHandle.hpp"
#include <arpa/inet.h>
#include <cstdio>
#include <dlfcn.h>
#include <sys/socket.h>
#include <vector>

static unsigned calls;
static unsigned messages;

extern "C" int sendmmsg(int fd, mmsghdr* headers, unsigned count, int flags)
{
	static auto* next = reinterpret_cast<int (*)(int, mmsghdr*, unsigned, int)>(dlsym(RTLD_NEXT, "sendmmsg"));
	const int sent = next(fd, headers, count, flags);

	calls++;
	messages += sent > 0 ? sent : 0;

	return sent;
}

static int64_t NowMs()
{
	return static_cast<int64_t>(uv_hrtime() / 1000000);
}

static unsigned Arrived(int fd)
{
	unsigned count{ 0 };
	uint8_t byte;

	// What is sent over the loopback interface has arrived when the call returns.
	while (recv(fd, &byte, sizeof(byte), MSG_DONTWAIT) > 0)
	{
		count++;
	}

	return count;
}

int main(int argc, char** argv)
{
	auto* loop = uv_default_loop();
	uv_idle_t idle;
	uv_udp_t handle;
	UdpSocketHandle owner;
	Meridian::SendSocket socket;
	sockaddr_in any{};
	socklen_t size{ sizeof(any) };
	const int receiver = ::socket(AF_INET, SOCK_DGRAM, 0);

	any.sin_family = AF_INET;
	uv_udp_init(loop, &handle);
	// A loop without work does not turn.
	uv_idle_init(loop, &idle);
	uv_idle_start(&idle, [](uv_idle_t* /*handle*/) {});

	if (
	  uv_udp_bind(&handle, reinterpret_cast<sockaddr*>(&any), 0) != 0 ||
	  bind(receiver, reinterpret_cast<sockaddr*>(&any), size) != 0 ||
	  getsockname(receiver, reinterpret_cast<sockaddr*>(&any), &size) != 0)
	{
		return 1;
	}

	socket.owner    = &owner;
	socket.uvHandle = &handle;
	Meridian::SendBatch::ClassInit();

	for (int at{ 1 }; at < argc; ++at)
	{
		const std::string turn{ argv[at] };
		unsigned sentCount{ 0 };

		Meridian::SendBatch::Watch(true);
		calls    = 0;
		messages = 0;

		for (size_t from{ 0 }; from < turn.size();)
		{
			const size_t end = std::min(turn.find(',', from), turn.size());
			char address[64];
			unsigned bytes{ 0 };
			unsigned count{ 0 };

			if (std::sscanf(turn.substr(from, end - from).c_str(), "%63[^:]:%ux%u", address, &bytes, &count) != 3)
			{
				return 2;
			}

			sockaddr_in to{ any };

			inet_pton(AF_INET, address, &to.sin_addr);

			for (unsigned i{ 0 }; i < count; ++i)
			{
				const std::vector<uint8_t> data(bytes);
				auto* done = new Meridian::SendCallback([&sentCount](bool sent) { sentCount += sent ? 1 : 0; });

				if (!Meridian::SendBatch::Add(
				      socket, data.data(), bytes, reinterpret_cast<sockaddr*>(&to), done))
				{
					return 3;
				}
			}

			from = end + 1;
		}

		const Meridian::Clock::Hold hold;
		const auto round     = Meridian::SendBatch::GivenRound();
		const auto givenMs   = NowMs();
		const bool isUnknown = Meridian::SendBatch::SentTimeMs(round, -1) == -1;

		Meridian::SendBatch::Watch(false);

		while (NowMs() < givenMs + 2)
		{
		}

		uv_run(loop, UV_RUN_NOWAIT);

		const auto sentMs  = Meridian::SendBatch::SentTimeMs(round, -1);
		const bool isTimed = isUnknown && sentMs >= givenMs + 2 && sentMs <= NowMs();

		std::printf("%u %u %u %u %d\n", messages, calls, sentCount, Arrived(receiver), isTimed);
	}

	const uint8_t other{ 0 };

	Meridian::SendBatch::Add(socket, &other, sizeof(other), reinterpret_cast<sockaddr*>(&any), nullptr);

	// The next packet, which may leave by TCP, would get the time of this round.
	if (Meridian::SendBatch::GivenRound() != 0)
	{
		return 4;
	}

	return owner.handedBack == 0 ? 0 : 5;
}
