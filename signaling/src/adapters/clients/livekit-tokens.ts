// Admission of LiveKit clients: their token comes with the request, so an invalid token is refused with a status before
// there is a WebSocket. `/rtc/validate` gives the reason as text to pages, which cannot see why a socket did not open.
import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import { type ConnectQuery, connectQueryOf } from '../../core/index.ts';
import { infoForClient } from '../../failures.ts';
import type { HttpRefusal } from './refuse-upgrade.ts';

export interface LiveKitTokens {
  /** Resolves when the token opens a room here; else rejects with the code of the refusal. */
  verify(token: string, o: { readonly reconnect: boolean }): Promise<unknown>;
  readonly development: boolean;
  readonly log: Logger;
}

export type QueryCheck =
  | { readonly ok: true; readonly query: ConnectQuery }
  | { readonly ok: false; readonly refusal: HttpRefusal };

/** Returns the request's query once its token is verified. Never rejects, and keeps the token out of logs. */
export async function checkQuery({ url = '', headers }: IncomingMessage, o: LiveKitTokens): Promise<QueryCheck> {
  const at = url.indexOf('?');
  const query = connectQueryOf(at < 0 ? '' : url.slice(at + 1), headers.authorization);
  if (query === undefined) return refused(414, 'REQUEST_INVALID: The token or the query is too long.');
  try {
    await o.verify(query.token, query);
    return { ok: true, query };
  } catch (error) {
    const { code, message, retryAfterMs } = infoForClient(error, o.development);
    if (code === 'INTERNAL') o.log.error({ err: error }, 'a LiveKit client’s token could not be checked');
    return refused(statusOf(code), `${code}: ${message}`, retryAfterMs);
  }
}

function statusOf(code: ErrorCode): number {
  if (code.startsWith('TOKEN_')) return 401;
  if (code === 'NOT_PERMITTED' || code === 'FENCE_CONFLICT') return 403;
  if (code === 'INTERNAL') return 500;
  return code === 'RATE_LIMITED' ? 429 : 503;
}

const refused = (status: number, text: string, retryAfterMs = 0): QueryCheck => ({
  ok: false,
  refusal: { status, text, retryAfterMs },
});
