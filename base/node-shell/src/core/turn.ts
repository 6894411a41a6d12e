// An operator's TURN servers: addresses, and credentials that expire, as coturn's `use-auth-secret` checks them
// (draft-uberti-behave-turn-rest-00).

/** RTCIceServer of browsers. */
export interface IceServer {
  readonly urls: string[];
  readonly username: string;
  readonly credential: string;
}

/** Returns the base64 HMAC-SHA1 of a text under the secret shared with the TURN servers. */
export type SignTurn = (text: string) => string;

/**
 * Returns all addresses with the credentials of a session. They are valid until `wallMs + lifetimeMs` by the TURN
 * server's clock, for new allocations; an existing allocation goes on.
 */
export function mintIceServer(
  { urls, lifetimeMs }: { readonly urls: readonly string[]; readonly lifetimeMs: number },
  { sessionId, wallMs, sign }: { readonly sessionId: string; readonly wallMs: number; readonly sign: SignTurn },
): IceServer {
  const username = `${Math.floor((wallMs + lifetimeMs) / 1000)}:${sessionId}`;
  return { urls: [...urls], username, credential: sign(username) };
}

export interface TurnUrl {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
}

const TURN_URL =
  /^(turns?):(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;
const PORTS = { turn: 3478, turns: 5349 } as const;

/** Parses the address of a TURN server (RFC 7065), or returns why browsers cannot use it. */
export function readTurnUrl(text: string): TurnUrl | { readonly refused: string } {
  const [, scheme, host, portText, transport] = TURN_URL.exec(text) ?? [];
  if (scheme === undefined || host === undefined)
    return { refused: '`turn:HOST:PORT?transport=udp`, the same with `tcp`, or `turns:HOST:PORT?transport=tcp`' };
  const isTls = scheme.toLowerCase() === 'turns';
  if (isTls && transport?.toLowerCase() === 'udp')
    return { refused: '`transport=tcp` with `turns`: browsers speak no TURN by DTLS' };
  const port = portText === undefined ? PORTS[isTls ? 'turns' : 'turn'] : Number(portText);
  if (port < 1 || port > 65_535) return { refused: 'a port from 1 to 65535' };
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port,
    transport: isTls ? 'tls' : transport?.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
  };
}
