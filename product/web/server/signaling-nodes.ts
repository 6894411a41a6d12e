// Finds signaling nodes for a client: asks the entry hosts, as the browser SDK does.
import { textOf } from './body-text.ts';

const ENTRY_MS_MAX = 2000;
/** Limits of entry hosts asked and nodes tried for a client, since clients wait only 5 s and more. */
const ENTRIES_ASKED_MAX = 3;
const NODES_TRIED_MAX = 3;
const URL_LENGTH_MAX = 512;
/** Ending of the candidates' URLs, which are for Meridian's own clients. */
const OWN_PATH = /\/v1\/rtc$/;

/**
 * Returns base URLs (`http:`, `https:`) of signaling nodes with `/rtc`, best first for this client address. Rejects
 * when no entry host answers, or `signal` aborts.
 */
export async function signalingNodes(
  entryUrls: readonly string[],
  o: { readonly clientIp: string; readonly signal: AbortSignal },
): Promise<readonly URL[]> {
  let failure: unknown;
  for (const entryUrl of entryUrls.slice(0, ENTRIES_ASKED_MAX)) {
    try {
      return await namedBy(entryUrl, o);
    } catch (error) {
      o.signal.throwIfAborted();
      failure = error;
    }
  }
  throw new Error('no entry address says which signaling nodes there are', { cause: failure });
}

async function namedBy(
  entryUrl: string,
  { clientIp, signal }: { readonly clientIp: string; readonly signal: AbortSignal },
): Promise<readonly URL[]> {
  const response = await fetch(new URL('/v1/entry', entryUrl), {
    headers: { 'x-forwarded-for': clientIp },
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ENTRY_MS_MAX)]),
  });
  const text = await textOf(response.body);
  // The host is a signaling node that was asked too often, or cannot say which is best.
  if (response.status === 429 || response.status === 503) return [new URL(entryUrl)];
  const { candidates } = JSON.parse(text) as { readonly candidates?: unknown };
  const urls = Array.isArray(candidates) ? candidates.flatMap(nodeOf) : [];
  if (!response.ok || urls.length === 0) throw new Error(`it answers ${response.status} and names no signaling node`);
  return urls.slice(0, NODES_TRIED_MAX);
}

function nodeOf(candidate: unknown): URL[] {
  const { url } = (candidate ?? {}) as { readonly url?: unknown };
  if (typeof url !== 'string' || url.length > URL_LENGTH_MAX || !/^wss?:\/\//.test(url) || !OWN_PATH.test(url))
    return [];
  const address = url.replace(OWN_PATH, '').replace(/^ws/, 'http');
  return URL.canParse(address) ? [new URL(address)] : [];
}
