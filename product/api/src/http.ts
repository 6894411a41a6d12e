// Every folder of the service registers its operations here.
import cookies from '@fastify/cookie';
import type { AddressRange } from '@meridian/protocol';
import type { Clock, Logger, Rng, TlsFiles } from '@meridian/runtime';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from './access/authenticate.ts';
import type { Principal, Scope } from './access/core/scopes.ts';
import { LinkPace } from './access/file-links.ts';
import { type AccessDeps, addAccessOperations } from './access/operations.ts';
import type { Passwords } from './access/password.ts';
import type { Alarms } from './alarms/alarms.ts';
import { addAlarmOperations } from './alarms/operations.ts';
import { addAlarmSettingsOperations } from './alarms/settings-operations.ts';
import { addAuditOperations } from './audit/operations.ts';
import { addBookingOperations } from './bookings/operations.ts';
import type { RoomBookings } from './bookings/room-bookings.ts';
import { addCalendarOperations, type CalendarOperationsDeps } from './calendar/operations.ts';
import { addCheckOperations } from './checks/operations.ts';
import { addInspectorOperations } from './console/inspector.ts';
import { addJoinOperations } from './console/join-operations.ts';
import { addConsoleOperations, type ConsoleDeps } from './console/operations.ts';
import { addPastOperations } from './console/past-operations.ts';
import { addPeopleOperations } from './console/people-operations.ts';
import { centrePathsOf } from './console/ports.ts';
import { addRoomTitleOperations } from './console/room-titles.ts';
import { addCostOperations } from './cost/operations.ts';
import { addDialOperations } from './dial/operations.ts';
import { addDistributionConsole } from './distribution/console-operations.ts';
import type { Distribution } from './distribution/distribution.ts';
import { addHistoryOperations } from './distribution/history-operations.ts';
import { addOrderOperations } from './distribution/order-operations.ts';
import { addReceiverOperations } from './distribution/receiver-operations.ts';
import { addReceiverQueueOperation } from './distribution/receiver-queue.ts';
import { addErasureOperations } from './erasure/operations.ts';
import type { EventServices } from './event-services.ts';
import { addAttendanceOperations } from './events/attendance.ts';
import { addDaysOfUse } from './events/days.ts';
import { addEventOperations } from './events/operations.ts';
import { addReportOperations } from './events/report.ts';
import { addExportOperations } from './export/operations.ts';
import { Idempotency } from './http/idempotency.ts';
import { addProblemOperations } from './http/problem-operations.ts';
import { Problem } from './http/problems.ts';
import { type RateLimits, Rates } from './http/rates.ts';
import { BASE, Routes } from './http/routes.ts';
import { buildServer } from './http/server.ts';
import type { Inspections } from './inspection/inspections.ts';
import { addInspectionOperations } from './inspection/operations.ts';
import { addTaskOperations } from './jobs/operations.ts';
import { addOwnTaskOperations } from './jobs/own-task-operations.ts';
import type { MeetingLinks } from './join-links/meeting-links.ts';
import { addJoinLinkOperations, type JoinLinkDeps } from './join-links/operations.ts';
import { addFileLinkOperations } from './library/file-link-operations.ts';
import { addItemOperations, type ItemOperationDeps } from './library/item-operations.ts';
import { addLinkOperations, type LinkOperationDeps } from './library/link-operations.ts';
import { addOpenOperations } from './library/open-operations.ts';
import { addReaderOperations, type ReaderOperationDeps } from './library/reader-operations.ts';
import { addTrimOperations } from './library/trim-operations.ts';
import { addUploadOperations } from './library/upload-operations.ts';
import { addViewOperations } from './library/view-operations.ts';
import { addWatchOperations } from './library/watch-operations.ts';
import { addLiveOperations, type LiveDeps } from './live/operations.ts';
import type { LogSearch } from './logs/log-search.ts';
import { addLogOperations } from './logs/operations.ts';
import { addMyAttendance } from './me/attendance.ts';
import { addMeOperations } from './me/operations.ts';
import type { Meetings } from './meetings/meetings.ts';
import { addMeetingOperations } from './meetings/operations.ts';
import { addOpenApi, openApiOf } from './openapi.ts';
import type { QualityParts } from './quality/quality.ts';
import type { RecordKeeping } from './record-keeping.ts';
import { addRecordingsOperations } from './recordings/operations.ts';
import { addReference } from './reference.ts';
import { addRetentionOperations } from './retention/operations.ts';
import { addBreakOutOperations } from './rooms/break-outs.ts';
import { addCrowdOperations } from './rooms/crowd.ts';
import { addRoomOperations } from './rooms/operations.ts';
import { addParticipantOperations } from './rooms/participants.ts';
import { addPostOperations } from './rooms/posts.ts';
import { addRecordingOperations } from './rooms/recordings.ts';
import { RoomHosts } from './rooms/room-hosts.ts';
import type { Rooms } from './rooms/rooms.ts';
import { addTokenOperations } from './rooms/tokens.ts';
import { addSlaOperations } from './sla/operations.ts';
import type { Database } from './store/store.ts';
import { addTenantSettingsOperations } from './tenant/operations.ts';
import { addTwirp, TWIRP_TOKEN_S_MAX } from './twirp/twirp.ts';
import type { UserDeps } from './users/deps.ts';
import { addUserOperations } from './users/operations.ts';
import { addWallOperations } from './wall/operations.ts';
import type { Wall } from './wall/wall.ts';
import { addWebhookOperations } from './webhooks/operations.ts';

export interface HttpOptions {
  readonly trustedProxies: readonly AddressRange[];
  /** Absent for plain HTTP. */
  readonly tls?: TlsFiles | undefined;
  readonly rng: Rng;
  readonly log: Logger;
  onAnswered?(operation: string, status: number, tenant: string): void;
  readonly clock: Clock;
  readonly db: Database;
  readonly sealSecret: string;
  readonly authenticator: Authenticator;
  readonly access: AccessDeps;
  readonly joinLinks: JoinLinkDeps;
  readonly users: UserDeps;
  readonly passwords: Passwords;
  readonly rates: RateLimits;
  readonly rooms: Rooms;
  readonly meetings: Meetings;
  readonly meetingLinks: MeetingLinks;
  readonly bookings: RoomBookings;
  readonly calendar: CalendarOperationsDeps;
  readonly eventServices: EventServices;
  readonly recordKeeping: RecordKeeping;
  readonly library: ItemOperationDeps['library'] & LinkOperationDeps['library'] & ReaderOperationDeps['library'];
  readonly live: LiveDeps['live'];
  readonly console: Omit<ConsoleDeps, 'authenticate'>;
  readonly quality: QualityParts;
  readonly alarms: Alarms;
  readonly inspections: Inspections;
  readonly wall: Wall;
  readonly logs: LogSearch;
  readonly distribution: Distribution;
  readonly checkTenant: string | undefined;
  /** Lets tests reuse apps. */
  makeApp?(options: object): FastifyInstance;
  /** Lets tests register further routes. */
  add?(routes: Routes): void;
}

/** Builds the app, which does not listen yet. */
export async function buildHttp(o: HttpOptions): Promise<{ app: FastifyInstance; routes: Routes }> {
  const app = buildServer(o);
  await app.register(cookies);
  await addOpenApi(app);
  const rates = new Rates({ clock: o.clock, limits: o.rates });
  const idempotency = new Idempotency(o);
  const { audit } = o.recordKeeping;
  const authenticate = authentication(o, rates);
  const count = (request: FastifyRequest, principal: Principal | undefined): void => rates.count(request, principal);
  const routes = new Routes({
    app,
    db: o.db,
    authenticate,
    count,
    once: (once) => idempotency.once(once),
    audit,
  });
  addProblemOperations(routes);
  addAccessOperations(routes, o.access);
  addRoomOperations(routes, o);
  addParticipantOperations(routes, o);
  const { erasing, recorders, limits: recordingLimits, carryingOver, trash } = o.eventServices.recordings;
  const mayRecord = recordingCheck(o);
  addRecordingOperations(routes, { ...o, mayRecord });
  addPostOperations(routes, o);
  addBreakOutOperations(routes, o);
  addCrowdOperations(routes, o);
  addTokenOperations(routes, { ...o, keys: o.access.keys });
  addLiveOperations(routes, o);
  addJoinLinkOperations(routes, o.joinLinks);
  addCheckOperations(routes, { ...o, ...o.joinLinks, keys: o.access.keys, sessions: o.users.sessions });
  addUserOperations(routes, o.users);
  addTenantSettingsOperations(routes, { db: o.db, mail: o.users.mailer !== undefined });
  addMeetingOperations(routes, { ...o, publicUrl: o.joinLinks.publicUrl });
  addReportOperations(routes, o);
  addMyAttendance(routes, o);
  addAttendanceOperations(routes, o);
  addBookingOperations(routes, o);
  addInspectorOperations(routes, o);
  addRoomTitleOperations(routes, o);
  addJoinOperations(routes, o);
  addPeopleOperations(routes, { ...o, paths: centrePathsOf(o.console.views) });
  addMeOperations(routes, { ...o, ...o.joinLinks, keys: o.access.keys });
  const linkPace = new LinkPace();
  const ofRecordings = { keys: o.access.keys, erasing, recorders, limits: recordingLimits, carryingOver, linkPace };
  addRecordingsOperations(routes, { ...o, ...o.joinLinks, ...ofRecordings, trash, jobs: o.eventServices.jobs });
  addLibraryOperations(routes, o, linkPace);
  addReceiverOperations(routes, o);
  addOrderOperations(routes, o);
  addReceiverQueueOperation(routes, o);
  addHistoryOperations(routes, o);
  addOwnTaskOperations(routes, { db: o.db, jobs: o.eventServices.jobs });
  addCalendarOperations(routes, o.calendar);
  addEventOperations(routes, o);
  addDaysOfUse(routes, o);
  addWebhookOperations(routes, { db: o.db, ...o.eventServices });
  addAuditOperations(routes, o.recordKeeping);
  addRetentionOperations(routes, o.recordKeeping);
  addExportOperations(routes, o);
  addErasureOperations(routes, { ...o, ...o.access, ...o.eventServices, ...o.recordKeeping, users: o.users.users });
  addOperatorOperations(app, routes, o);
  o.add?.(routes);
  app.get(`${BASE}/openapi.json`, { schema: { hide: true } }, async () => openApiOf(app, routes));
  addReference(app);
  const ofLiveKit = (request: FastifyRequest): Promise<Principal> =>
    authenticate(request, { longestS: TWIRP_TOKEN_S_MAX });
  const egress = { ...o, ...o.joinLinks, ...ofRecordings, mayRecord };
  await addTwirp(app, { rooms: o.rooms, egress, log: o.log, authenticate: ofLiveKit, count, audit });
  await app.ready();
  return { app, routes };
}

interface Accepted {
  /** Longest lifetime of a token, in seconds. */
  readonly longestS?: number;
  /** Scope of hosts in a room, by the token with which they joined (`Operation.byHosts`). */
  readonly byHosts?: Scope | undefined;
}

/** Returns a function that authenticates requests. Too many refusals of one address reject with RATE_LIMITED. */
function authentication(o: HttpOptions, rates: Rates) {
  const hosts = new RoomHosts({ ...o, ...o.access });
  return async (request: FastifyRequest, { longestS, byHosts }: Accepted = {}): Promise<Principal> => {
    try {
      const host = byHosts === undefined ? undefined : await hosts.of(request, byHosts);
      return host ?? (await o.authenticator.authenticate(request, longestS));
    } catch (error) {
      if (error instanceof Problem && error.status === 401) rates.countRefused(request);
      throw error;
    }
  };
}

/** Returns a check that rejects with NOT_PERMITTED, QUOTA_EXCEEDED or NO_LIBRARY. */
function recordingCheck({ eventServices, access }: HttpOptions): (tenant: string, mode: string) => Promise<void> {
  const { recordings, library } = eventServices;
  return async (tenant, mode) => {
    await recordings.limits.check(tenant, mode);
    if (!library.nodes.hasLibrary(await access.keys.fenceOf(tenant))) throw new Problem('NO_LIBRARY');
  };
}

function addLibraryOperations(routes: Routes, o: HttpOptions, linkPace: LinkPace): void {
  addItemOperations(routes, o);
  addTrimOperations(routes, { ...o, library: o.eventServices.library });
  addReaderOperations(routes, o);
  const { keys, revocations } = o.access;
  const { publicUrl } = o.joinLinks;
  addLinkOperations(routes, { ...o, keys, revocations, linkPace, publicUrl });
  addOpenOperations(routes, { ...o, keys, revocations, publicUrl });
  addFileLinkOperations(routes, { ...o, revocations: o.access.revocations, users: o.users.users });
  addUploadOperations(routes, { ...o, keys: o.access.keys, library: o.eventServices.library });
  addWatchOperations(routes, { ...o, library: o.eventServices.library });
  addViewOperations(routes, o);
}

function addOperatorOperations(app: FastifyInstance, routes: Routes, o: HttpOptions): void {
  addDialOperations(routes, { ...o, views: o.console.views });
  addPastOperations(routes, o);
  addLogOperations(routes, o);
  const again = (request: FastifyRequest): Promise<Principal> => o.authenticator.authenticate(request);
  addConsoleOperations(routes, { ...o.console, authenticate: again });
  addWallOperations(routes, { ...o, authenticate: again });
  addAlarmOperations(routes, o);
  addAlarmSettingsOperations(routes, o);
  addInspectionOperations(routes, o);
  addSlaOperations(routes, o);
  addCostOperations(routes, o);
  addDistributionConsole(routes, o);
  addTaskOperations(routes, { db: o.db, jobs: o.eventServices.jobs });
  // Without the hook, the server would cut these endless streams.
  app.addHook('preClose', async () => o.console.feed.close());
  app.addHook('preClose', () => o.wall.feed.close());
}
