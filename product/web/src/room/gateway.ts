// Requests to gateways: addresses for other protocols, and the live streams of a room.
import { type LiveStreams, mergedLive, readLiveStreams } from '../core/live-streams.ts';
import { type RoomAddresses, readAddresses, type StreamAddresses } from '../core/stream-addresses.ts';

/** Failed request to gateways. `code`: a gateway's own, GATEWAY_UNREACHABLE, or GATEWAY_INVALID if malformed. */
export class GatewayError extends Error {
  readonly code: string;
  constructor(code: string, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'GatewayError';
    this.code = code;
  }
}

export interface GatewayRequest {
  /** Gateways, tried in order until one answers. */
  gatewayUrls: readonly string[];
  token: string;
  identity: string;
  /** Whether the token may name other identities: then a mini-program gets an identity beside the person's. */
  admin: boolean;
  fromCity: string | undefined;
}

const TIMEOUT_MS = 5000;

/** Fetches the addresses of the token's room. Rejects with GatewayError. */
export async function fetchAddresses(o: GatewayRequest): Promise<RoomAddresses> {
  const ownIdentity = o.admin ? { identity: `${o.identity}-miniprogram` } : {};
  const [encoder, miniprogram] = await Promise.all([
    requestFromAny(o, { client: 'encoder' }),
    requestFromAny(o, { client: 'miniprogram', ...ownIdentity }),
  ]);
  return { encoder, miniprogram, takesPlace: !o.admin };
}

/**
 * Fetches the streams into and out of the token's room from all gateways. Rejects with GatewayError when none answers
 * or one refuses.
 */
export async function fetchLiveStreams(o: Pick<GatewayRequest, 'gatewayUrls' | 'token'>): Promise<LiveStreams> {
  const answers = await Promise.allSettled(
    o.gatewayUrls.map(async (gatewayUrl) => {
      const live = readLiveStreams(await answerOf(new URL('/v1/addresses', gatewayUrl), o.token));
      if (live === undefined) throw new GatewayError('GATEWAY_INVALID');
      return live;
    }),
  );
  const live = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (live.length > 0) return { ...mergedLive(live), ...(live.length < answers.length && { partial: true as const }) };
  const failed = answers.find((one) => one.status === 'rejected');
  throw failed?.reason ?? new GatewayError('GATEWAY_UNREACHABLE');
}

async function requestFromAny(o: GatewayRequest, body: object): Promise<StreamAddresses> {
  let last = new GatewayError('GATEWAY_UNREACHABLE');
  for (const gatewayUrl of o.gatewayUrls) {
    try {
      return await requestAddresses(gatewayUrl, o, body);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      last = error;
      if (error.code !== 'GATEWAY_UNREACHABLE') break; // a gateway's refusal holds for all gateways
    }
  }
  throw last;
}

async function requestAddresses(
  gatewayUrl: string,
  { token, fromCity }: GatewayRequest,
  body: object,
): Promise<StreamAddresses> {
  const url = new URL('/v1/addresses', gatewayUrl);
  if (fromCity !== undefined) url.searchParams.set('from', fromCity);
  const addresses = readAddresses(await answerOf(url, token, body));
  if (addresses === undefined) throw new GatewayError('GATEWAY_INVALID');
  return addresses;
}

/** Sends a request: POST with a body, GET without. Rejects with GatewayError. */
async function answerOf(url: URL, token: string, body?: object): Promise<unknown> {
  let answer: unknown;
  let isGood: boolean;
  try {
    const response = await fetch(url.href, {
      cache: 'no-store',
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    isGood = response.ok;
    answer = await response.json();
  } catch (cause) {
    throw new GatewayError('GATEWAY_UNREACHABLE', cause);
  }
  if (isGood) return answer;
  const { code } = (answer ?? {}) as { code?: unknown };
  throw new GatewayError(typeof code === 'string' ? code : 'GATEWAY_INVALID');
}
