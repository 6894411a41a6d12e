// The api's HTTP on a database in memory, without a cloud; and tokens for it.
import type { RoomPolicy } from '@meridian/protocol';
import { type Clock, createLogger, type Logger, ManualClock, seededRng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import { Authenticator } from '../../src/access/authenticate.ts';
import { ApiKeys } from '../../src/access/keys.ts';
import { type RevocationList, Revocations } from '../../src/access/revocations.ts';
import { tenantScopes } from '../../src/access/scopes.ts';
import { Tenants } from '../../src/access/tenants.ts';
import { CalendarFeeds } from '../../src/calendar/feeds.ts';
import { makeTelling } from '../../src/events/telling.ts';
import { buildHttp } from '../../src/http/http.ts';
import type { RateLimits } from '../../src/http/rates.ts';
import type { Routes } from '../../src/http/routes.ts';
import { JoinLinks } from '../../src/join-links/join-links.ts';
import { joinLinkDeps } from '../../src/join-links/operations.ts';
import type { Mailer } from '../../src/mail/mailer.ts';
import { Meetings } from '../../src/meetings/meetings.ts';
import { RoomPolicies } from '../../src/rooms/room-policies.ts';
import { Rooms } from '../../src/rooms/rooms.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Post } from '../../src/webhooks/post.ts';
import { testDatabase } from './database.ts';
import { ScriptedOwners } from './scripted-owners.ts';

export const tenants = [
  { id: 'acme', name: 'Acme', key: 'acmekey', secret: 'acme-secret-acme-secret-acme-secret' },
  { id: 'globex', name: 'Globex', key: 'globexkey', secret: 'globex-secret-globex-secret-globex' },
] as const;
export const operatorKey = { key: 'operator', secret: 'operator-secret-operator-secret-op' };

const sealSecret = 's'.repeat(32);
/** The clock stands still in most tests: no bucket is filled again. */
const plenty = { perSecond: 10_000, burst: 1_000_000 };

export interface TestApiOptions {
  /** Of the database; absent: `testDatabase`. */
  readonly url?: string;
  /** Absent: more than a test uses. */
  readonly rates?: RateLimits;
  /** Of webhooks; absent: nobody answers. */
  readonly post?: Post;
  /** Absent: one that stands still. For programs that sign tokens by their own clock: the machine's. */
  readonly clock?: Clock;
  /** Plans mails; absent: there are none. */
  mail?(o: { store: Store; clock: ManualClock; log: Logger; meetingOf: Meetings['get'] }): Pick<Mailer, 'plan'>;
  /** Operations of the test, besides all others. */
  add?(routes: Routes, o: { readonly store: Store }): void;
}

export interface Ask {
  readonly scope?: string;
  readonly signer?: { readonly key: string; readonly secret: string };
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export type TestApi = Awaited<ReturnType<typeof testApi>>;

/** Two tenants with a key each, and an operator. */
export async function testApi(o: TestApiOptions = {}) {
  const manual = new ManualClock();
  const clock = o.clock ?? manual;
  const log = createLogger({ name: 'api', level: 'fatal' });
  const store = await openStore({ url: o.url ?? (await testDatabase()), dir: '.', log, timeOf: 'process' });
  const keys = new ApiKeys({ db: store.db, sealSecret, clock });
  await keys.seed(tenants, tenantScopes);
  /** What nodes would have been told. */
  const revoked: RevocationList[] = [];
  const revocations = await Revocations.open({ db: store.db, clock, log, onNew: (list) => revoked.push(list) });
  const links = new JoinLinks({ db: store.db, clock, log, revocations });
  const config = { publicUrl: 'https://meet.example.org', entryUrls: ['https://sig.example.org'] };
  const authenticator = new Authenticator({ keys, revocations, operatorKey, clock });
  const owners = new ScriptedOwners();
  const told: { roomKey: string; policy: RoomPolicy }[] = [];
  const tell = (roomKey: string, policy: RoomPolicy): void => void told.push({ roomKey, policy });
  const policies = new RoomPolicies({ db: store.db, clock, log, tell });
  const rooms = new Rooms({ owners, policies, clock });
  const meetings: Meetings = new Meetings({
    ...{ db: store.db, clock, rng: seededRng('meetings') },
    changed: async (db, change) => mailer?.plan(db, change),
  });
  const mailer = o.mail?.({ store, clock: manual, log, meetingOf: (tenant, id) => meetings.get(tenant, id) });
  const feeds = new CalendarFeeds({ db: store.db, clock, rng: seededRng('feeds'), meetings });
  const post: Post = o.post ?? (async () => ({ status: 0, error: 'ECONNREFUSED', tookMs: 1, retryAfterMs: 0 }));
  const rng = seededRng('telling');
  const telling = makeTelling({ store, clock, rng, log, sealSecret, keys, owners, post });
  const { app, routes } = await buildHttp({
    meetings,
    calendar: { meetings, feeds, publicUrl: 'https://meet.example' },
    trustedProxies: [],
    clock,
    rng: seededRng('api'),
    log,
    db: store.db,
    sealSecret,
    rates: o.rates ?? { caller: plenty, visitor: plenty, refused: plenty },
    authenticator,
    joinLinks: joinLinkDeps({ links, keys, revocations, clock, config }),
    access: { keys, tenants: new Tenants({ db: store.db, clock }), revocations, clock },
    rooms,
    telling,
    add: (routes) => o.add?.(routes, { store }),
  });
  const close = async (): Promise<void> => {
    await app.close();
    await telling.jobs.close();
    await revocations.close();
    await store.close();
  };
  /** A token of a tenant's key, for five minutes unless `claims` say else. */
  const token = (claims: object, signer: { readonly key: string; readonly secret: string } = tenants[0]) => {
    const nowS = Math.floor(clock.wallMs() / 1000);
    return new SignJWT({ iat: nowS, exp: nowS + 300, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(signer.key)
      .sign(Buffer.from(signer.secret));
  };
  /** A request with a token of these scopes (words with blanks); `signer`: of another tenant, or the operator. */
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    { scope = tenantScopes.join(' '), signer = tenants[0], body, headers = {} }: Ask = {},
  ) =>
    app.inject({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${await token({ scope }, signer)}`, ...headers },
      ...(body !== undefined && { payload: body }),
    });
  const state = { store, keys, revocations, revoked, clock: manual, meetings, owners, policies, told, telling };
  return { app, routes, token, ask, close, ...state };
}
