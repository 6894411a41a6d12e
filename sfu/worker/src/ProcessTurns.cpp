#include "Meridian/ProcessTurns.hpp"
#include "DepLibUV.hpp"
#include "Meridian/HotLines.hpp"
#include <algorithm>

namespace Meridian
{
	namespace
	{
		ProcessTurns turns;
		constexpr size_t AheadMax{ 2 };
	} // namespace

	void ProcessTurns::Add(Client* client, SharedInterface* shared, int64_t intervalMs)
	{
		turns.clients.push_back(client);

		if (!turns.timer)
		{
			turns.intervalMs = intervalMs;
			turns.timer      = shared->CreateTimer(std::addressof(turns), "meridian-process-turns");
			turns.StartTimer();
		}
	}

	void ProcessTurns::Remove(Client* client)
	{
		const auto it = std::find(turns.clients.begin(), turns.clients.end(), client);

		if (it == turns.clients.end())
		{
			return;
		}

		if (static_cast<size_t>(it - turns.clients.begin()) < turns.next)
		{
			turns.next--;
		}

		turns.clients.erase(it);

		if (turns.clients.empty() && !turns.isTurn)
		{
			delete turns.timer;
			turns.timer = nullptr;
		}
	}

	void ProcessTurns::OnTimer(TimerHandleInterface* /*timer*/)
	{
		this->isTurn = true;

		for (this->next = 0; this->next < this->clients.size();)
		{
			for (size_t ahead{ 1 }; HotLines::IsOn() && ahead <= AheadMax && this->next + ahead < this->clients.size();
			     ++ahead)
			{
				this->clients[this->next + ahead]->PrefetchProcess(ahead);
			}

			this->clients[this->next++]->OnProcessTurn();
		}

		this->next   = 0;
		this->isTurn = false;

		StartTimer();
	}

	/** Starts the timer for the next time that the interval divides. */
	void ProcessTurns::StartTimer()
	{
		this->timer->Start(
		  this->intervalMs - (static_cast<int64_t>(uv_now(DepLibUV::GetLoop())) % this->intervalMs));
	}
} // namespace Meridian
