// Admission of LiveKit clients: their token comes with the request, so an invalid token is refused with a status before
// there is a WebSocket. `/rtc/validate` gives the reason as text to pages, which cannot see why a socket did not open.
import type { IncomingMessage } from 'node:http';
import type { Logger } from '@meridian/runtime';
import { type ConnectQuery, connectQueryOf } from '../../core/index.ts';
import { codeOf } from '../../failures.ts';
import { type HttpRefusal, refusalOf } from './refuse-upgrade.ts';

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
  try {
    const query = connectQueryOf(at < 0 ? '' : url.slice(at + 1), headers.authorization);
    await o.verify(query.token, query);
    return { ok: true, query };
  } catch (error) {
    if (codeOf(error) === undefined) o.log.error({ err: error }, 'a LiveKit client’s token could not be checked');
    return { ok: false, refusal: refusalOf(error, o) };
  }
}
