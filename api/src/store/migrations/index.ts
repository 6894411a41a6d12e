// All migrations, in order. One that has been released is never changed: a new one adds what is new, with columns that
// older versions need not write, for they work with the database too (core/later-migrations.ts). A later one, whose
// name ends with `-breaks`, takes away what nothing reads any more.
import type { Migration } from 'kysely/migration';
import { access } from './0001-access.ts';
import { idempotency } from './0002-idempotency.ts';
import { revocations } from './0003-revocations.ts';
import { rooms } from './0004-rooms.ts';
import { events } from './0005-events.ts';
import { jobs } from './0006-jobs.ts';
import { webhooks } from './0007-webhooks.ts';
import { joinLinks } from './0008-join-links.ts';
import { meetings } from './0009-meetings.ts';
import { users } from './0010-users.ts';
import { audit } from './0011-audit.ts';
import { bookedRooms } from './0012-booked-rooms.ts';
import { stayQuality } from './0013-stay-quality.ts';
import { timesOfPersons } from './0014-times-of-persons.ts';
import { bookings } from './0015-bookings.ts';
import { erasures } from './0016-erasures.ts';
import { streamKeys } from './0017-stream-keys.ts';
import { roomStreams } from './0018-room-streams.ts';
import { feedMakers } from './0020-feed-makers.ts';
import { erasedInvitees } from './0021-erased-invitees.ts';
import { userWords } from './0022-user-words.ts';
import { quotas } from './0030-quotas.ts';
import { pools } from './0031-pools.ts';
import { keyPurposes } from './0032-key-purposes.ts';
import { eventNames } from './0033-event-names.ts';
import { tenantBranding } from './0034-tenant-branding.ts';
import { linkMakers } from './0035-link-makers.ts';
import { roomGuards } from './0036-room-guards.ts';
import { guardsVersion } from './0037-guards-version.ts';
import { recordings } from './0038-recordings.ts';
import { egresses } from './0039-egresses.ts';
import { qualitySessions } from './0040-quality-sessions.ts';
import { qualityPeriods } from './0041-quality-periods.ts';
import { sessionEvents } from './0042-session-events.ts';
import { sessionDecisions } from './0043-session-decisions.ts';
import { alarms } from './0044-alarms.ts';
import { alarmSettings } from './0045-alarm-settings.ts';
import { alarmNotifications } from './0046-alarm-notifications.ts';
import { dueDeliveries } from './0047-due-deliveries.ts';
import { joins } from './0048-joins.ts';
import { nodeSamples } from './0049-node-samples.ts';
import { dialResults } from './0050-dial-results.ts';
import { dialHours } from './0051-dial-hours.ts';
import { wall } from './0052-wall.ts';
import { slaExclusions } from './0053-sla-exclusions.ts';
import { slaHours } from './0054-sla-hours.ts';
import { inspections } from './0055-inspections.ts';
import { cost } from './0056-cost.ts';
import { library } from './0058-library.ts';
import { jobRanks } from './0059-job-ranks.ts';
import { renditions } from './0060-renditions.ts';
import { watches } from './0061-watches.ts';
import { distribution } from './0062-distribution.ts';
import { firstAdministrators } from './0063-first-administrators.ts';
import { recordingHoles } from './0064-recording-holes.ts';

export const migrations: Record<string, Migration> = {
  '0001-access': access,
  '0002-idempotency': idempotency,
  '0003-revocations': revocations,
  '0004-rooms': rooms,
  '0005-events': events,
  '0006-jobs': jobs,
  '0007-webhooks': webhooks,
  '0008-join-links': joinLinks,
  '0009-meetings': meetings,
  '0010-users': users,
  '0011-audit': audit,
  '0012-booked-rooms': bookedRooms,
  '0013-stay-quality': stayQuality,
  '0014-times-of-persons': timesOfPersons,
  '0015-bookings': bookings,
  '0016-erasures': erasures,
  '0017-stream-keys': streamKeys,
  '0018-room-streams': roomStreams,
  '0020-feed-makers': feedMakers,
  '0021-erased-invitees': erasedInvitees,
  '0022-user-words': userWords,
  '0030-quotas': quotas,
  '0031-pools': pools,
  '0032-key-purposes': keyPurposes,
  '0033-event-names': eventNames,
  '0034-tenant-branding': tenantBranding,
  '0035-link-makers': linkMakers,
  '0036-room-guards': roomGuards,
  '0037-guards-version': guardsVersion,
  '0038-recordings': recordings,
  '0039-egresses': egresses,
  '0040-quality-sessions': qualitySessions,
  '0041-quality-periods': qualityPeriods,
  '0042-session-events': sessionEvents,
  '0043-session-decisions': sessionDecisions,
  '0044-alarms': alarms,
  '0045-alarm-settings': alarmSettings,
  '0046-alarm-notifications': alarmNotifications,
  '0047-due-deliveries': dueDeliveries,
  '0050-dial-results': dialResults,
  '0051-dial-hours': dialHours,
  '0049-node-samples': nodeSamples,
  '0052-wall': wall,
  '0055-inspections': inspections,
  '0056-cost': cost,
  '0053-sla-exclusions': slaExclusions,
  '0054-sla-hours': slaHours,
  '0048-joins': joins,
  '0058-library': library,
  '0059-job-ranks': jobRanks,
  '0060-renditions': renditions,
  '0061-watches': watches,
  '0062-distribution': distribution,
  '0063-first-administrators': firstAdministrators,
  '0064-recording-holes': recordingHoles,
};
