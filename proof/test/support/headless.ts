// A client without a browser and without media, at the signaling node of this http address: for rows about signaling
// and placement.
import { openWebSocket, SessionClient, type SessionClientOptions, socketsOf } from '@meridian/client';
import { WebSocket } from 'ws';

const value = Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':');
const endpoint = { kind: 'webrtc', fingerprint: { algorithm: 'sha-256', value } } as const;

/** `headers`: of the request for the socket, as a proxy sends them. `localAddress`: where the client comes from. */
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
