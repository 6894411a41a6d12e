// For the page /check and similar apps.
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
import { type CheckFor, CheckTokens } from './check-tokens.ts';

export const createCheck = operation({
  id: 'createCheck',
  method: 'POST',
  path: '/checks',
  tag: 'Join links',
  summary: 'Get a token to check the connection with.',
  description:
    'It enters no room: the SDK’s `Room.check()` takes it, for five minutes. With the code of a link, or the number of a meeting, the check is where that call would be; nothing is used up, and no password is asked for. Else a signed-in user checks as its tenant, any other caller as the one tenant of the service (`checkTenant` of the api’s configuration): CHECK_NOT_OFFERED where there is none. Of an address 20 at once, then one in 10 s.',
  scope: 'public',
  bodyIfGiven: true,
  body: Type.Object(
    {
      code: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'Of a join link.' })),
      number: Type.Optional(
        Type.String({ pattern: '^[1-9][0-9]{8}$', description: 'Of a meeting; not beside a code.' }),
      ),
      browserId: Type.Optional(
        Type.String({
          minLength: 22,
          maxLength: 64,
          description: 'As of the exchange: a link that is used up still counts for a browser that came by it.',
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

  const wanted = async ({ body, clientIp, request }: Call<typeof createCheck>): Promise<CheckFor> => {
    const { code, number, browserId } = body as Static<typeof createCheck.body>;
    const looker = browserId === undefined ? { clientIp } : { clientIp, browserId };
    if (code !== undefined && number !== undefined)
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/number', detail: 'not beside a code' }],
      });
    if (code !== undefined) {
      const { tenant, regions, madeFrom } = await o.exchange.placeOf(Object.assign({ code }, looker));
      return { tenant, regions, via: madeFrom, countedBy: `link ${madeFrom}`, clientIp };
    }
    if (number !== undefined) {
      const { tenant, regions, madeFrom } = await o.exchange.placeOfNumber(Object.assign({ number }, looker));
      return { tenant, regions, via: '', countedBy: `meeting ${madeFrom}`, clientIp };
    }
    const cookie = cookieOf(request, 'session');
    if (cookie !== undefined) checkOrigin(request, o.publicUrl);
    const found = cookie === undefined ? undefined : await o.sessions.use(cookie);
    if (found === undefined) return { tenant: await tokens.ofAll(), regions: [], via: '', countedBy: '', clientIp };
    const { id, tenant } = found.user;
    return { tenant, regions: [], via: `user:${id}`, countedBy: `user ${tenant} ${id}`, clientIp };
  };

  routes.add(createCheck, async (call) => {
    const { token, expiresMs } = await tokens.make(await wanted(call));
    return { body: { token, expiresAt: timeText(expiresMs), entryUrls: [...o.entryUrls] } };
  });
}
