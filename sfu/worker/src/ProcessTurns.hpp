#ifndef MERIDIAN_PROCESS_TURNS_HPP
#define MERIDIAN_PROCESS_TURNS_HPP

#include "SharedInterface.hpp"
#include "handles/TimerHandleInterface.hpp"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace Meridian
{
	/** One timer for the congestion controllers of all transports, which all work at the same times. */
	class ProcessTurns : public TimerHandleInterface::Listener
	{
	public:
		class Client
		{
		public:
			virtual ~Client() = default;

			virtual void OnProcessTurn() = 0;
			/** Fetches memory that OnProcessTurn() will need. To be called two clients ahead, and one. */
			virtual void PrefetchProcess(size_t clientsAhead) const = 0;
		};

		/** The first client starts the timer. */
		static void Add(Client* client, SharedInterface* shared, int64_t intervalMs);
		/** The timer goes with the last client. A client may go during a turn, its own too. */
		static void Remove(Client* client);

	private:
		void OnTimer(TimerHandleInterface* timer) override;
		void StartTimer();

		std::vector<Client*> clients;
		/** Place of the client that is next in the turn. */
		size_t next{ 0 };
		bool isTurn{ false };
		int64_t intervalMs{ 0 };
		TimerHandleInterface* timer{ nullptr };
	};
} // namespace Meridian

#endif
