// What the page asks a gateway: the ways into and out of its room by other protocols.
import { type LiveWays, mergedLive, readLiveWays } from '../core/live-ways.ts';
import { type RoomWays, readWays, type WaysModel } from '../core/ways.ts';

/** Why there are no ways: a code of the gateway, GATEWAY_UNREACHABLE, or GATEWAY_INVALID for an answer that is none. */
export class WaysError extends Error {
  readonly code: string;
  constructor(code: string, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.name = 'WaysError';
    this.code = code;
  }
}

export interface WaysQuestion {
  /** Asked one after the other, until one answers. */
  gatewayUrls: readonly string[];
  token: string;
  identity: string;
  /** May name others: a mini-program then has an identity beside the person's. */
  admin: boolean;
  fromCity: string | undefined;
}

const TIMEOUT_MS = 5000;

/** The ways of the token's room. Rejects with WaysError. */
export async function fetchWays(o: WaysQuestion): Promise<RoomWays> {
  const beside = o.admin ? { identity: `${o.identity}-miniprogram` } : {};
  const [encoder, miniprogram] = await Promise.all([
    askAny(o, { client: 'encoder' }),
    askAny(o, { client: 'miniprogram', ...beside }),
  ]);
  return { encoder, miniprogram, takesPlace: !o.admin };
}

/**
 * What goes into the token's room and out of it at all gateways that answer. Rejects with WaysError when none does, or
 * one refuses.
 */
export async function fetchLiveWays(o: Pick<WaysQuestion, 'gatewayUrls' | 'token'>): Promise<LiveWays> {
  const answers = await Promise.allSettled(
    o.gatewayUrls.map(async (gatewayUrl) => {
      const live = readLiveWays(await answerOf(new URL('/v1/ways', gatewayUrl), o.token));
      if (live === undefined) throw new WaysError('GATEWAY_INVALID');
      return live;
    }),
  );
  const live = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (live.length > 0) return { ...mergedLive(live), ...(live.length < answers.length && { partial: true as const }) };
  const failed = answers.find((one) => one.status === 'rejected');
  throw failed?.reason ?? new WaysError('GATEWAY_UNREACHABLE');
}

async function askAny(o: WaysQuestion, body: object): Promise<WaysModel> {
  let last = new WaysError('GATEWAY_UNREACHABLE');
  for (const gatewayUrl of o.gatewayUrls) {
    try {
      return await ask(gatewayUrl, o, body);
    } catch (error) {
      if (!(error instanceof WaysError)) throw error;
      last = error;
      if (error.code !== 'GATEWAY_UNREACHABLE') break; // it answered: another one says the same
    }
  }
  throw last;
}

async function ask(gatewayUrl: string, { token, fromCity }: WaysQuestion, body: object): Promise<WaysModel> {
  const url = new URL('/v1/ways', gatewayUrl);
  if (fromCity !== undefined) url.searchParams.set('from', fromCity);
  const ways = readWays(await answerOf(url, token, body));
  if (ways === undefined) throw new WaysError('GATEWAY_INVALID');
  return ways;
}

/** What the gateway says; without a body it is asked for what is there. Rejects with WaysError. */
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
    throw new WaysError('GATEWAY_UNREACHABLE', cause);
  }
  if (isGood) return answer;
  const { code } = (answer ?? {}) as { code?: unknown };
  throw new WaysError(typeof code === 'string' ? code : 'GATEWAY_INVALID');
}
