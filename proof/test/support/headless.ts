// Client without browser and media at the signaling node of an http address, for tests of signaling and placement.
import { openWebSocket, SessionClient, type SessionClientOptions, socketsOf } from '@meridian/client';
import { WebSocket } from 'ws';

const value = Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':');
const endpoint = { kind: 'webrtc', fingerprint: { algorithm: 'sha-256', value } } as const;

/** `headers`: request headers of the socket, as from a proxy; `localAddress`: source address of the client. */
export function headless(
  httpUrl: string,
  o: Pick<SessionClientOptions, 'token'> &
    Partial<SessionClientOptions> & { headers?: Record<string, string>; localAddress?: string },
): SessionClient {
  const { headers, localAddress, ...options } = o;
  const url = `${httpUrl.replace(/^http/, 'ws')}/v1/rtc`;
  const make = (at: string): WebSocket => new WebSocket(at, { headers, localAddress, perMessageDeflate: false });
  const isOwn = headers !== undefined || localAddress !== undefined;
  const open = (signal: AbortSignal) => openWebSocket(url, { timeoutMs: 5000, signal, ...(isOwn && { make }) });
  return new SessionClient({
    sockets: socketsOf(open),
    sdk: 'headless/1',
    sendEndpoint: endpoint,
    recvEndpoint: endpoint,
    ...options,
  });
}
