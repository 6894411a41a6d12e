// Fetches from a gateway the URLs at which other protocols play a room.

/** Playing part of the answer to `POST /v1/addresses`; see docs/gateway.md. */
export interface PlayUrls {
  readonly wsFlv: string;
  readonly hls: string;
  readonly h5: string;
}

/** Failure to get URLs to play; `code` is a gateway's refusal, GATEWAY_UNREACHABLE or GATEWAY_INVALID. */
export class GatewayError extends Error {
  readonly code: string;
  constructor(code: string, cause?: unknown) {
    super(code, { cause });
    this.name = 'GatewayError';
    this.code = code;
  }
}

const TIMEOUT_MS = 5000;

/** `bearer`: a token of the room, or a stream key for playing. */
export interface PlayUrlsRequest {
  readonly gatewayUrls: readonly string[];
  readonly bearer: string;
  readonly room: string;
  readonly fromCity: string | undefined;
}

/**
 * Asks the gateways in order until one answers. Rejects with GatewayError, also with TOKEN_ROOM_MISMATCH when the
 * bearer belongs to another room.
 */
export async function fetchPlayUrls({ gatewayUrls, bearer, room, fromCity }: PlayUrlsRequest): Promise<PlayUrls> {
  let failure: unknown;
  for (const gatewayUrl of gatewayUrls) {
    const url = new URL('/v1/addresses', gatewayUrl);
    if (fromCity !== undefined) url.searchParams.set('from', fromCity);
    let response: Response;
    try {
      const headers = { authorization: `Bearer ${bearer}` };
      response = await fetch(url, { method: 'POST', headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      failure = error; // gateway unreachable
      continue;
    }
    return playUrlsOf(room, response.ok, await response.json().catch(() => undefined));
  }
  throw new GatewayError('GATEWAY_UNREACHABLE', failure);
}

function playUrlsOf(room: string, isOk: boolean, body: unknown): PlayUrls {
  const { code, play, ...its } = (body ?? {}) as { code?: unknown; room?: unknown; play?: Record<string, unknown> };
  if (!isOk) throw new GatewayError(typeof code === 'string' ? code : 'GATEWAY_INVALID');
  if (its.room !== room) throw new GatewayError('TOKEN_ROOM_MISMATCH');
  if (play === undefined) throw new GatewayError('NOT_PERMITTED');
  const { wsFlv, hls, h5 } = play;
  if (typeof wsFlv !== 'string' || typeof hls !== 'string' || typeof h5 !== 'string')
    throw new GatewayError('GATEWAY_INVALID');
  return { wsFlv, hls, h5 };
}
