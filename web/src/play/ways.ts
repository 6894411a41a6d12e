// Where a room is played by other protocols, as a gateway says.

/** What `POST /v1/ways` answers of playing; see docs/gateway.md. */
export interface PlayUrls {
  readonly wsFlv: string;
  readonly hls: string;
  readonly h5: string;
}

/** No gateway gave ways to play: the code of its refusal, ENTRY_UNREACHABLE or ENTRY_INVALID. */
export class WaysError extends Error {
  readonly code: string;
  constructor(code: string, cause?: unknown) {
    super(code, { cause });
    this.name = 'WaysError';
    this.code = code;
  }
}

const TIMEOUT_MS = 5000;

/** Asks one gateway after the other until one answers. Rejects with WaysError. */
export async function fetchPlayUrls(
  gatewayUrls: readonly string[],
  token: string,
  fromCity: string | undefined,
): Promise<PlayUrls> {
  let failure: unknown;
  for (const gatewayUrl of gatewayUrls) {
    const url = new URL('/v1/ways', gatewayUrl);
    if (fromCity !== undefined) url.searchParams.set('from', fromCity);
    let response: Response;
    try {
      const headers = { authorization: `Bearer ${token}` };
      response = await fetch(url, { method: 'POST', headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      failure = error; // this gateway cannot be reached
      continue;
    }
    return playUrlsOf(response.ok, await response.json().catch(() => undefined));
  }
  throw new WaysError('ENTRY_UNREACHABLE', failure);
}

function playUrlsOf(isOk: boolean, body: unknown): PlayUrls {
  const { code, play } = (body ?? {}) as { code?: unknown; play?: Record<string, unknown> };
  if (!isOk) throw new WaysError(typeof code === 'string' ? code : 'ENTRY_INVALID');
  if (play === undefined) throw new WaysError('NOT_PERMITTED');
  const { wsFlv, hls, h5 } = play;
  if (typeof wsFlv !== 'string' || typeof hls !== 'string' || typeof h5 !== 'string')
    throw new WaysError('ENTRY_INVALID');
  return { wsFlv, hls, h5 };
}
