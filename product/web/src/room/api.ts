import { type MeridianApiError, MeridianClient } from '@meridian/api-client';

/** Time limit of a call: more than the five seconds after which the API stops waiting for its database. */
const TIMEOUT_MS = 10_000;

const fetchFresh = (request: Request): Promise<Response> => globalThis.fetch(request, { cache: 'no-store' });

/**
 * Creates a client for the API at `url`, with the session's cookie if there is one. It does not retry: the page shows
 * the failure and the user presses again. `fetch`: replacement for tests and stories.
 */
export const clientOf = (url: string, fetch: (request: Request) => Promise<Response> = fetchFresh): MeridianClient =>
  new MeridianClient({ url, timeoutMs: TIMEOUT_MS, retriesMax: 0, fetch });

/** Returns a code for which there is a text. Server errors and a proxy's answers count as an unreachable API. */
export const apiCode = ({ code, status }: MeridianApiError): string =>
  status >= 500 || code === 'ANSWER_UNREADABLE' ? 'API_UNREACHABLE' : code;
