// The api of the site from which the page came.
import { type MeridianApiError, MeridianClient } from '@meridian/api-client';

/** The api itself answers a waiting database within five seconds. */
const TIMEOUT_MS = 10_000;

const fetchFresh = (request: Request): Promise<Response> => globalThis.fetch(request, { cache: 'no-store' });

/**
 * Calls the api at `url`, by the session's cookie if there is one. No call is repeated: the page shows the failure, and
 * the user presses again. `fetch`: what a test or a story answers with; absent: the browser's.
 */
export const clientOf = (url: string, fetch: (request: Request) => Promise<Response> = fetchFresh): MeridianClient =>
  new MeridianClient({ url, timeoutMs: TIMEOUT_MS, retriesMax: 0, fetch });

/**
 * A code that has a text. The api's own failures, and what a proxy answers in place of the api, are for the user as if
 * the api had not answered.
 */
export const apiCode = ({ code, status }: MeridianApiError): string =>
  status >= 500 || code === 'ANSWER_UNREADABLE' ? 'API_UNREACHABLE' : code;
