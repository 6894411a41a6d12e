// Stands in for mediasoup's header of this name: counts what the batch reports and hands back.
#pragma once
#include "Meridian/SendBatch.hpp"

class UdpSocketHandle
{
public:
	void AddSentBytes(size_t len)
	{
		this->sentBytes += len;
	}
	void Send(const uint8_t* /*data*/, size_t /*len*/, const struct sockaddr* /*addr*/, Meridian::SendCallback* /*cb*/)
	{
		this->handedBack++;
	}

	size_t sentBytes{ 0 };
	size_t handedBack{ 0 };
};
