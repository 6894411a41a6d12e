// Reads GET {entry}/v1/entry: candidates for signaling nodes, nearest first. Only this file reads its JSON.
import { isErrorCode } from '@meridian/protocol';
import { MeridianClientError } from '../errors.ts';

export interface Candidate {
  readonly signalingId: string;
  readonly url: string;
  readonly echoUrl: string;
  readonly region: string;
  readonly city: string;
  /** True when the request named a city (development): round trips mean nothing then, the given order counts. */
  readonly pretended?: true;
}

const candidatesMax = 5; // the service answers no more; a hostile answer must not make us dial the world
export const entryTimeoutMs = 4000;
const refusalTimeoutMs = 2000; // the attempt has failed already
const textMax = 512;

/** Fetches the candidates. Rejects with the service's code (CITY_UNKNOWN …), ENTRY_UNREACHABLE or ENTRY_INVALID. */
export async function fetchEntry(
  entryUrl: string,
  o: { fromCity?: string; signal: AbortSignal },
): Promise<readonly Candidate[]> {
  const url = entryAddress(entryUrl);
  if (o.fromCity !== undefined && o.fromCity !== '') url.searchParams.set('from', o.fromCity);
  const signal = AbortSignal.any([o.signal, AbortSignal.timeout(entryTimeoutMs)]);
  let body: unknown;
  try {
    const response = await fetch(url, { signal, credentials: 'omit', cache: 'no-store' });
    if (!response.ok) throw await refusal(response);
    body = await response.json();
  } catch (cause) {
    if (cause instanceof MeridianClientError) throw cause;
    if (cause instanceof SyntaxError) throw new MeridianClientError('ENTRY_INVALID', undefined, { cause });
    throw new MeridianClientError('ENTRY_UNREACHABLE', undefined, { cause });
  }
  const candidates = candidatesOf(body);
  if (candidates.length === 0)
    throw new MeridianClientError('ENTRY_INVALID', 'the entry address names no signaling node');
  return o.fromCity === undefined || o.fromCity === ''
    ? candidates
    : candidates.map((each) => ({ ...each, pretended: true }));
}

/**
 * Asks a signaling node whose socket did not open for the reason, which a browser's WebSocket does not tell. Returns
 * undefined without an answer of the service.
 */
export async function fetchRefusal(socketUrl: string, signal: AbortSignal): Promise<MeridianClientError | undefined> {
  try {
    const url = new URL(socketUrl);
    url.protocol = url.protocol.replace(/^ws/, 'http');
    url.pathname = `${url.pathname.replace(/\/$/, '')}/validate`;
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(refusalTimeoutMs)]);
    const response = await fetch(url, { signal: deadline, credentials: 'omit', cache: 'no-store' });
    const error = response.ok ? undefined : await refusal(response);
    return error !== undefined && isErrorCode(error.code) ? error : undefined;
  } catch {
    return undefined; // a node that cannot be reached gives no reason
  }
}

/** Returns the http(s) address of the entry; ws(s) is accepted as well, and a path stays before /v1/entry. */
function entryAddress(entryUrl: string): URL {
  let url: URL;
  try {
    url = new URL(entryUrl);
  } catch (cause) {
    throw new MeridianClientError('ARGUMENT_INVALID', `not an address: ${entryUrl}`, { cause });
  }
  url.protocol = url.protocol.replace(/^ws/, 'http');
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/entry`;
  return url;
}

/** Reads a refusal, which carries {code, message} from the service itself but not from a proxy. */
async function refusal(response: Response): Promise<MeridianClientError> {
  const retryable = response.status >= 500 || response.status === 429;
  const text = (await response.text()).slice(0, textMax);
  const { code = '', message = '' } = serviceError(text);
  if (isErrorCode(code)) return new MeridianClientError(code, message, { retryable });
  return new MeridianClientError('ENTRY_UNREACHABLE', `HTTP ${response.status} ${text}`, { retryable });
}

function serviceError(text: string): { code?: string; message?: string } {
  try {
    const { code, message } = (JSON.parse(text) ?? {}) as Record<string, unknown>;
    return { ...(isText(code) ? { code } : {}), ...(isText(message) ? { message } : {}) };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

export function candidatesOf(body: unknown): Candidate[] {
  const list = (body as { candidates?: unknown } | null)?.candidates;
  if (!Array.isArray(list)) return [];
  return list.slice(0, candidatesMax).flatMap((entry: unknown) => {
    const { signalingId, url, echoUrl, region, city } = (entry ?? {}) as Record<string, unknown>;
    if (!isText(signalingId) || !isText(url) || !/^wss?:\/\//.test(url)) return [];
    return [{ signalingId, url, echoUrl: orEmpty(echoUrl), region: orEmpty(region), city: orEmpty(city) }];
  });
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= textMax;
const orEmpty = (value: unknown): string => (isText(value) ? value : '');
