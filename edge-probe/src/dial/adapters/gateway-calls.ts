// A tester's HTTP requests to gateways: stream keys of a room, its live state, HLS.
import { setTimeout as sleep } from 'node:timers/promises';
import { piecesOf, variantOf } from '../core/hls.ts';
import { fieldsOf } from './dial-api.ts';

const ANSWER_LIMIT_MS = 5000;
const POLL_MS = 500;
/** Limit on a playlist; ours have a few KB. */
const PLAYLIST_BYTES_MAX = 1_000_000;
const NEW_PIECES_MIN = 2;

export class GatewayError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'GatewayError';
    this.code = code;
  }
}

export interface StreamKeys {
  /** Key to publish by RTMP, to `RTMP_URL/live/KEY`. */
  readonly publishKey: string;
  readonly playKey: string;
}

export async function fetchStreamKeys(url: string, token: string, signal: AbortSignal): Promise<StreamKeys> {
  const addresses = await fetchJson(`${url}/v1/addresses`, { method: 'POST', token, signal });
  const { key: publishKey } = fieldsOf(fieldsOf(addresses['publish'])['rtmp']);
  const { hls } = fieldsOf(addresses['play']);
  const playKey = typeof hls === 'string' ? /\/hls\/([^/]+)\//.exec(hls)?.[1] : undefined;
  if (typeof publishKey !== 'string' || playKey === undefined)
    throw new GatewayError('ANSWER_UNEXPECTED', 'the gateway returned no RTMP key or no HLS address');
  return { publishKey, playKey };
}

/** Resolves when the gateway shows a publisher of the token's room. Rejects with GatewayError, or by `signal`. */
export async function waitUntilLive(url: string, token: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { publishers } = await fetchJson(`${url}/v1/addresses`, { method: 'GET', token, signal });
    if (Array.isArray(publishers) && publishers.length > 0) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}

export interface HlsResult {
  /** Origin of the final address, since gateways redirect players. */
  readonly origin: string;
  /** Time from the first request to the first bytes of media. */
  readonly firstMs: number;
}

/**
 * Plays by HLS until the playlist has `NEW_PIECES_MIN` new pieces and bytes of one have arrived. Retries after a 404
 * like players, because nothing may be published yet. Rejects with GatewayError, or with the reason of `signal`.
 */
export async function watchHls(url: string, signal: AbortSignal): Promise<HlsResult> {
  const startedMs = performance.now();
  const master = await fetchWhenPublished(url, signal);
  const name = variantOf(master.text);
  if (name === undefined) throw new GatewayError('PLAYLIST_INVALID', 'the playlist has no variant to play');
  const mediaUrl = new URL(name, master.url).href;
  const seenPieces = new Set<string>();
  let firstCount: number | undefined;
  let firstMs: number | undefined;
  for (;;) {
    const { text, url: at } = await fetchWhenPublished(mediaUrl, signal);
    const pieces = piecesOf(text);
    const last = pieces.at(-1);
    for (const piece of pieces) seenPieces.add(piece);
    if (last !== undefined) {
      firstCount ??= seenPieces.size;
      if (firstMs === undefined && (await fetchByteCount(new URL(last, at).href, signal)) > 0)
        firstMs = performance.now() - startedMs;
      if (firstMs !== undefined && seenPieces.size >= firstCount + NEW_PIECES_MIN)
        return { origin: new URL(at).origin, firstMs };
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function fetchWhenPublished(
  url: string,
  signal: AbortSignal,
): Promise<{ readonly text: string; readonly url: string }> {
  for (;;) {
    const response = await fetchWithTimeout(url, { signal });
    if (response.ok) {
      const text = await response.text();
      if (text.length > PLAYLIST_BYTES_MAX) throw new GatewayError('PLAYLIST_INVALID', 'the playlist is far too long');
      return { text, url: response.url };
    }
    await response.body?.cancel();
    if (response.status !== 404) throw new GatewayError(`HTTP_${response.status}`, `HLS: ${response.status}`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function fetchByteCount(url: string, signal: AbortSignal): Promise<number> {
  const response = await fetchWithTimeout(url, { signal });
  if (response.ok) return (await response.arrayBuffer()).byteLength;
  await response.body?.cancel();
  return 0;
}

async function fetchJson(
  url: string,
  { method, token, signal }: { readonly method: string; readonly token: string; readonly signal: AbortSignal },
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetchWithTimeout(url, { method, headers: { authorization: `Bearer ${token}` }, signal });
  const fields = fieldsOf(await response.json().catch(() => undefined));
  if (response.ok) return fields;
  const { code, message } = fields;
  throw new GatewayError(
    typeof code === 'string' ? code : `HTTP_${response.status}`,
    typeof message === 'string' ? message : `${response.status}`,
  );
}

async function fetchWithTimeout(url: string, o: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
  try {
    return await fetch(url, { ...o, signal: AbortSignal.any([o.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]) });
  } catch (error) {
    if (o.signal.aborted) throw error;
    const cause =
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    throw new GatewayError('GATEWAY_UNREACHABLE', cause);
  }
}
