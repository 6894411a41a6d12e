// The administrator's API: plain HTTP behind the cluster token, on loopback or a private network.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isFence, limits, MeridianError, partsOfRoomKey, registeringKinds } from '@meridian/protocol';
import type { Clock, EnrolmentTokens, Link, Logger } from '@meridian/runtime';
import { PkiError } from '@meridian/runtime';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { linksView } from '../../administration/link-report.ts';
import { decisionView, fleetView } from '../../administration/reports.ts';
import { roomPlan } from '../../administration/room-plan.ts';
import { regionOfDecision } from '../../leading/core/regions/index.ts';
import type { RegionPlacer } from '../../leading/regions/region-candidate.ts';
import type { Terms } from '../../leading/terms.ts';
import type { Autoscaler } from '../../scaling/autoscaler.ts';
import { type AuthorityRouteOptions, addAuthorityRoutes } from './authority.ts';
import type { InvitationBook } from './invitation-book.ts';
import { addInvitationRoutes } from './invitations.ts';
import { addMoveRoutes } from './moves.ts';
import { addNodeRoutes } from './nodes.ts';
import { allOptional, NO_ROOM, name, nodeParams, reasonBody, reasonOf, refuse, wrongField } from './shapes.ts';

const BODY_BYTES_MAX = 16_384;
const REQUEST_LIMIT_MS = 5000;

const enrolmentBody = Type.Object(
  { id: name, kind: Type.Enum([...registeringKinds]), region: name },
  { additionalProperties: false },
);
/** RFC 3339, with its zone: without a zone the time would be ambiguous. */
const time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)$' });
const bookingBody = Type.Object(
  {
    region: name,
    sessions: Type.Integer({ minimum: 1, maximum: 10_000_000 }),
    startsAt: time,
    endsAt: time,
    roomKey: Type.Optional(Type.String({ maxLength: 512 })),
    recordSlots: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
    fence: Type.Optional(Type.String({ maxLength: 4096 })),
  },
  { additionalProperties: false },
);

export interface AdminOptions extends AuthorityRouteOptions {
  readonly terms: Terms;
  readonly tokens: EnrolmentTokens;
  readonly invitations: InvitationBook;
  /** Each token opens the API: during a replacement there are two. */
  readonly clusterTokens: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  locationView(): unknown;
  readonly autoscale: Autoscaler;
  admissionStates(): readonly object[];
  sendDrain(nodeId: string, on: boolean, reason: string): Promise<boolean>;
  /** Ends the links of a shut-out node and informs the others; returns the number of links. */
  cutLinks(nodeId: string): number;
  planChanged(): void;
  readonly regions: RegionsView;
}

export interface RegionsView {
  readonly elections: { placers(): readonly RegionPlacer[]; instanceOf(region: string): Link | undefined } | undefined;
  /** Set at a region's instance, which leaves nodes to the leader. */
  readonly instance: { readonly ownRegion: string; readonly isFed: boolean; readonly feedAgeMs: number } | undefined;
  /** Asks the instance that made the decision; undefined: the instance does not know the decision. */
  decisionAt(link: Link, decisionId: string): Promise<unknown>;
}

/** Builds the admin API; does not listen. Every answer is JSON, an error {code, message}. */
export function buildHttp(o: AdminOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_LIMIT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 2048 },
    // A wrong type or an unknown key is refused, not coerced.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    schemaErrorFormatter: wrongField,
  });
  app.removeContentTypeParser('text/plain'); // no route takes text, and its error would be unclear
  const isAllowed = tokenCheck(o.clusterTokens);
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url === '/healthz' || isAllowed(request.headers.authorization)) return;
    return refuse(reply, 401, 'TOKEN_INVALID', 'the cluster token is missing or wrong');
  });
  app.addHook('preHandler', async (request, reply) => {
    const { instance } = o.regions;
    if (instance !== undefined && request.method !== 'GET' && !isForAny(request))
      return refuse(
        reply,
        409,
        'NOT_LEADER',
        `this is the instance of ${instance.ownRegion}: ask the centre that leads`,
      );
    if (isForAny(request) || o.terms.mayDecide()) return;
    const { leader } = o.terms;
    const where = leader === undefined ? 'no centre is known to lead' : `${leader.id} leads, ${leader.url}`;
    return refuse(reply, 503, 'NOT_LEADER', `this centre does not lead: ${where}`);
  });
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, o.log));
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'NOT_FOUND', 'there is nothing here'));
  addRoutes(app, o);
  return app;
}

const pathsForAny: ReadonlySet<string> = new Set(['/healthz', '/v1/enrolment-tokens']);

/** Whether a centre that does not lead serves the request too. An unknown route is 404 at any centre. */
function isForAny(request: FastifyRequest): boolean {
  const { url } = request.routeOptions;
  return url === undefined || pathsForAny.has(url);
}

function addRoutes(app: FastifyInstance, o: AdminOptions): void {
  const { terms } = o;
  app.get('/healthz', async () => {
    const { centre, epoch, leader } = terms;
    const leading = { isLeading: terms.mayDecide(), epoch, ...(leader === undefined ? {} : { leader: leader.id }) };
    // Not a secret: every TLS handshake shows the certificate.
    return { ok: true, incarnation: centre.incarnation, authorityFingerprint: o.authority.fingerprint, ...leading };
  });
  app.get('/v1/fleet', async () => ({
    ...fleetView(terms.centre, o.clock.nowMs()),
    regions: regionsView(o),
    location: o.locationView(),
  }));
  app.get('/v1/recordings', async () => terms.centre.recording.view());
  app.get('/v1/links', async () => linksView(terms.centre, o.clock.nowMs()));
  app.get('/v1/admission', async () => ({ regions: o.admissionStates() }));
  app.get<{ Params: { id: string } }>('/v1/decisions/:id', async (request, reply) => {
    const { id } = request.params;
    return decisionView(terms.centre, id) ?? remoteDecision(o, id, reply);
  });
  app.get<{ Params: { key: string } }>('/v1/rooms/:key/plan', async (request, reply) => {
    const { key } = request.params;
    if (partsOfRoomKey(key) === undefined) return refuse(reply, 400, 'REQUEST_INVALID', NO_ROOM);
    return roomPlan(terms.centre, key, o.clock);
  });
  app.post<{ Body: Static<typeof enrolmentBody> }>(
    '/v1/enrolment-tokens',
    { schema: { body: enrolmentBody } },
    async ({ body }, reply) => {
      if (await terms.isDenied(body.id)) return refuse(reply, 409, 'NODE_DENIED', 'a node of this id is shut out');
      const token = await o.tokens.mint(body, limits.enrolmentTokenMs);
      o.log.info({ nodeId: body.id, kind: body.kind, region: body.region }, 'enrolment token made');
      return reply.code(201).send({ token, expiresInMs: limits.enrolmentTokenMs });
    },
  );
  addAuthorityRoutes(app, o);
  addInvitationRoutes(app, o);
  const { sendDrain, planChanged } = o;
  addNodeRoutes(app, { terms, sendDrain, planChanged });
  addMoveRoutes(app, o);
  addDenyRoutes(app, o);
  addScaleRoutes(app, o);
}

/** Returns the placing processes: the leader shows regions that have instances, an instance shows its own region. */
function regionsView({ regions: { elections, instance }, terms }: AdminOptions): object[] {
  if (instance === undefined) return [...(elections?.placers() ?? [])];
  const { ownRegion: region, isFed, feedAgeMs } = instance;
  const feedAge = Number.isFinite(feedAgeMs) ? Math.round(feedAgeMs) : null;
  return [{ region, by: 'instance', epoch: terms.epoch, isFed, feedAgeMs: feedAge }];
}

async function remoteDecision({ regions }: AdminOptions, decisionId: string, reply: FastifyReply): Promise<unknown> {
  const unknown = 'no such decision, or it is too old';
  const region = regionOfDecision(decisionId);
  if (region === undefined || regions.elections === undefined) return refuse(reply, 404, 'NOT_FOUND', unknown);
  const link = regions.elections.instanceOf(region);
  if (link === undefined)
    return refuse(reply, 404, 'NOT_FOUND', `made by the instance of ${region}, which does not place just now`);
  const remoteView = await regions.decisionAt(link, decisionId);
  return remoteView ?? refuse(reply, 404, 'NOT_FOUND', `the instance ${link.remote.id} of ${region} says: ${unknown}`);
}

/** Adds routes to shut a node out and let it in again. Both accept an id that the fleet does not know. */
function addDenyRoutes(app: FastifyInstance, o: AdminOptions): void {
  const { terms } = o;
  app.post<{ Params: { id: string }; Body: Static<typeof reasonBody> }>(
    '/v1/nodes/:id/deny',
    { schema: { params: nodeParams, body: reasonBody }, preValidation: allOptional },
    async ({ params: { id }, body }) => {
      const written = terms.centre.deny(id, reasonOf(body.reason));
      // At once, before the write: a slow store must not keep the node linked.
      const linksCut = o.cutLinks(id);
      return { denied: true, known: await written, linksCut };
    },
  );
  app.delete<{ Params: { id: string } }>(
    '/v1/nodes/:id/deny',
    { schema: { params: nodeParams } },
    async ({ params: { id } }, reply) => {
      const lifted = terms.centre.allow(id);
      o.planChanged();
      if (!(await lifted)) return refuse(reply, 404, 'NOT_FOUND', 'this node is not shut out');
      return { denied: false };
    },
  );
}

function addScaleRoutes(app: FastifyInstance, { autoscale, terms }: AdminOptions): void {
  app.get('/v1/autoscale', async () => autoscale.view());
  app.put<{ Params: { id: string }; Body: Static<typeof bookingBody> }>(
    '/v1/bookings/:id',
    { schema: { params: nodeParams, body: bookingBody } },
    async ({ params: { id }, body }, reply) => {
      const { region, sessions, roomKey, recordSlots = 0, fence = '' } = body;
      const [startsAtMs, endsAtMs] = [wallMsOf(body.startsAt), wallMsOf(body.endsAt)];
      if (Number.isNaN(startsAtMs + endsAtMs)) return refuse(reply, 400, 'REQUEST_INVALID', 'there is no such time');
      if (!(endsAtMs > startsAtMs)) return refuse(reply, 400, 'REQUEST_INVALID', 'the booking ends before it starts');
      const isRoom = roomKey === undefined || partsOfRoomKey(roomKey) !== undefined;
      if (!isRoom) return refuse(reply, 400, 'REQUEST_INVALID', NO_ROOM);
      if (!isFence(fence)) return refuse(reply, 400, 'REQUEST_INVALID', 'fence: sorted regions, separated by commas');
      if (recordSlots > 0 && roomKey === undefined)
        return refuse(reply, 400, 'REQUEST_INVALID', 'slots of recorders are booked for a room');
      const room = roomKey === undefined ? {} : { roomKey };
      const recording = { ...(recordSlots > 0 && { recordSlots }), ...(fence !== '' && { fence }) };
      await terms.centre.book({ id, region, ...room, ...recording, sessions, startsAtMs, endsAtMs });
      return { id };
    },
  );
  app.delete<{ Params: { id: string } }>(
    '/v1/bookings/:id',
    { schema: { params: nodeParams } },
    async (request, reply) => {
      if (await terms.centre.unbook(request.params.id)) return { id: request.params.id };
      return refuse(reply, 404, 'NOT_FOUND', 'there is no such booking');
    },
  );
}

/** Returns NaN for a day that does not exist: `Date.parse` takes the 31st of February for the 3rd of March. */
function wallMsOf(text: string): number {
  const day = text.slice(0, 'YYYY-MM-DD'.length);
  const midnight = new Date(day);
  const isDay = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
  return isDay ? Date.parse(text) : Number.NaN;
}

/** Compares digests, so that neither the content nor the length of the token shows in the time taken. */
function tokenCheck(clusterTokens: readonly string[]): (header: string | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expectedDigests = clusterTokens.map(digest);
  return (header) => {
    const givenDigest = digest(/^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '');
    return expectedDigests.some((token) => timingSafeEqual(givenDigest, token));
  };
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const { statusCode, validation, message } = error as { statusCode?: number; validation?: unknown; message?: string };
  if (error instanceof MeridianError) return refuse(reply, 503, error.code, error.message);
  if (error instanceof PkiError || validation !== undefined) {
    return refuse(reply, 400, 'REQUEST_INVALID', message ?? '');
  }
  if (statusCode === 415) return refuse(reply, 415, 'REQUEST_INVALID', 'send content-type: application/json');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return refuse(reply, statusCode, 'REQUEST_INVALID', message ?? '');
  }
  log.error({ method: request.method, path: request.routeOptions.url, err: error }, 'admin request failed');
  return refuse(reply, 500, 'INTERNAL', 'something went wrong on our side');
}
