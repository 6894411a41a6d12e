// The HTTP interface as a whole: every folder of the service adds its operations here.
import type { AddressRange } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticate.ts';
import { type AccessDeps, addAccessOperations } from '../access/operations.ts';
import type { Principal } from '../access/scopes.ts';
import { addCalendarOperations, type CalendarOperationsDeps } from '../calendar/operations.ts';
import { addEventOperations } from '../events/operations.ts';
import type { Telling } from '../events/telling.ts';
import { addJoinLinkOperations, type JoinLinkDeps } from '../join-links/operations.ts';
import type { Meetings } from '../meetings/meetings.ts';
import { addMeetingOperations } from '../meetings/operations.ts';
import { addRoomOperations } from '../rooms/operations.ts';
import { addParticipantOperations } from '../rooms/participants.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { addTokenOperations } from '../rooms/tokens.ts';
import type { Database } from '../store/store.ts';
import { addTwirp, TWIRP_TOKEN_S_MAX } from '../twirp/twirp.ts';
import { addWebhookOperations } from '../webhooks/operations.ts';
import { Idempotency } from './idempotency.ts';
import { addOpenApi, openApiOf } from './openapi.ts';
import { addProblemOperations } from './problem-operations.ts';
import { Problem } from './problems.ts';
import { type RateLimits, Rates } from './rates.ts';
import { addReference } from './reference.ts';
import { BASE, Routes } from './routes.ts';
import { buildServer } from './server.ts';

export interface HttpOptions {
  readonly trustedProxies: readonly AddressRange[];
  readonly rng: Rng;
  readonly log: Logger;
  readonly clock: Clock;
  readonly db: Database;
  readonly sealSecret: string;
  readonly authenticator: Authenticator;
  readonly access: AccessDeps;
  readonly joinLinks: JoinLinkDeps;
  readonly rates: RateLimits;
  readonly rooms: Rooms;
  readonly meetings: Meetings;
  readonly calendar: CalendarOperationsDeps;
  readonly telling: Telling;
  /** Adds more operations: of tests. */
  add?(routes: Routes): void;
}

/** All routes; it does not listen. */
export async function buildHttp(o: HttpOptions): Promise<{ app: FastifyInstance; routes: Routes }> {
  const app = buildServer(o);
  await addOpenApi(app);
  const rates = new Rates({ clock: o.clock, limits: o.rates });
  const idempotency = new Idempotency(o);
  const authenticate = async (request: FastifyRequest, longestS?: number): Promise<Principal> => {
    try {
      return await o.authenticator.authenticate(request, longestS);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) rates.countRefused(request);
      throw error;
    }
  };
  const count = (request: FastifyRequest, principal: Principal | undefined): void => rates.count(request, principal);
  const routes = new Routes({
    app,
    db: o.db,
    authenticate,
    count,
    once: (once) => idempotency.once(once),
  });
  addProblemOperations(routes);
  addAccessOperations(routes, o.access);
  addRoomOperations(routes, o);
  addParticipantOperations(routes, o);
  addTokenOperations(routes, { ...o, keys: o.access.keys });
  addJoinLinkOperations(routes, o.joinLinks);
  addMeetingOperations(routes, o);
  addCalendarOperations(routes, o.calendar);
  addEventOperations(routes, o);
  addWebhookOperations(routes, { db: o.db, ...o.telling });
  o.add?.(routes);
  app.get(`${BASE}/openapi.json`, { schema: { hide: true } }, async () => openApiOf(app, routes));
  await addReference(app);
  const ofLiveKit = (request: FastifyRequest): Promise<Principal> => authenticate(request, TWIRP_TOKEN_S_MAX);
  await addTwirp(app, { rooms: o.rooms, log: o.log, authenticate: ofLiveKit, count });
  await app.ready();
  return { app, routes };
}
