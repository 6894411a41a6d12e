// REST for the page /check and similar apps.
import type { Clock, Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import type { KnownSessions } from '../access/authenticate.ts';
import type { ApiKeys } from '../access/keys.ts';
import { checkOrigin, cookieOf } from '../access/session-cookie.ts';
import { type Call, operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeText } from '../http/time.ts';
import type { Exchange } from '../join-links/exchange.ts';
import type { Database } from '../store/store.ts';
import { type CheckTokenRequest, CheckTokens } from './check-tokens.ts';

export const createCheck = operation({
  id: 'createCheck',
  method: 'POST',
  path: '/checks',
  tag: 'Join links',
  summary: 'Get a token for a connection check.',
  description:
    'The token opens no room: the SDK’s `Room.check()` uses it, for five minutes. With the code of a link, or the number of a meeting, the check runs where that call would; the link is not used up, and no password is needed. Without either, a signed-in user checks for its tenant, and any other caller for the service’s one tenant (`checkTenant` of the api’s configuration); without such a tenant the answer is CHECK_NOT_OFFERED. Limit per address: 20 requests at once, then one per 10 s.',
  scope: 'public',
  bodyIfGiven: true,
  body: Type.Object(
    {
      code: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'Code of a join link.' })),
      number: Type.Optional(
        Type.String({ pattern: '^[1-9][0-9]{8}$', description: 'Number of a meeting; not together with a code.' }),
      ),
      browserId: Type.Optional(
        Type.String({
          minLength: 22,
          maxLength: 64,
          description:
            'Like in the exchange of a link: a used-up link is still accepted from the browser that used it.',
        }),
      ),
    },
    { title: 'CheckRequest', additionalProperties: false },
  ),
  answers: {
    201: Type.Object(
      { token: Type.String(), expiresAt: Time, entryUrls: Type.Array(Type.String({ format: 'uri' })) },
      { title: 'CheckToken' },
    ),
  },
  problems: ['LINK_INVALID', 'NUMBER_INVALID', 'CHECK_NOT_OFFERED', 'ORIGIN_REFUSED'],
});

export interface CheckDeps {
  readonly db: Database;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly exchange: Pick<Exchange, 'placeOf' | 'placeOfNumber'>;
  readonly sessions: KnownSessions;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly checkTenant: string | undefined;
  readonly publicUrl: string;
  readonly entryUrls: readonly string[];
}

export function addCheckOperations(routes: Routes, o: CheckDeps): void {
  const tokens = new CheckTokens(o);

  const checkRequestOf = async ({ body, clientIp, request }: Call<typeof createCheck>): Promise<CheckTokenRequest> => {
    const { code, number, browserId } = body as Static<typeof createCheck.body>;
    const checkCaller = browserId === undefined ? { clientIp } : { clientIp, browserId };
    if (code !== undefined && number !== undefined)
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/number', detail: 'must not be given together with a code' }],
      });
    if (code !== undefined) {
      const { tenant, regions, madeFrom } = await o.exchange.placeOf(Object.assign({ code }, checkCaller));
      return { tenant, regions, via: madeFrom, countedBy: `link ${madeFrom}`, clientIp };
    }
    if (number !== undefined) {
      const { tenant, regions, madeFrom } = await o.exchange.placeOfNumber(Object.assign({ number }, checkCaller));
      return { tenant, regions, via: '', countedBy: `meeting ${madeFrom}`, clientIp };
    }
    const cookie = cookieOf(request, 'session');
    if (cookie !== undefined) checkOrigin(request, o.publicUrl);
    const found = cookie === undefined ? undefined : await o.sessions.use(cookie);
    if (found === undefined)
      return { tenant: await tokens.anonymousTenant(), regions: [], via: '', countedBy: '', clientIp };
    const { id, tenant } = found.user;
    return { tenant, regions: [], via: `user:${id}`, countedBy: `user ${tenant} ${id}`, clientIp };
  };

  routes.add(createCheck, async (call) => {
    const { token, expiresMs } = await tokens.make(await checkRequestOf(call));
    return { body: { token, expiresAt: timeText(expiresMs), entryUrls: [...o.entryUrls] } };
  });
}
