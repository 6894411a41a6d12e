import { type TInteger, Type } from 'typebox';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { AUDIT_DAYS_MIN, DAYS_MAX, DAYS_MIN, type Retention, usualRetention } from './core/settings.ts';
import type { Retentions } from './retention.ts';

const days = (name: keyof Retention, description: string) =>
  Type.Integer({
    minimum: name === 'auditDays' ? AUDIT_DAYS_MIN : DAYS_MIN,
    maximum: DAYS_MAX,
    default: usualRetention[name],
    description,
  });
const settings = {
  eventsDays: days('eventsDays', 'Events of rooms, as webhooks deliver them.'),
  attendanceDays: days('attendanceDays', 'Lives of rooms and their participants, counted from the end of the life.'),
  webhookDeliveriesDays: days(
    'webhookDeliveriesDays',
    'Webhook deliveries, counted from their delivery or final failure.',
  ),
  meetingsDays: days(
    'meetingsDays',
    'Meetings, counted from the end of their last occurrence; for series also old occurrences.',
  ),
  auditDays: days('auditDays', 'Entries of the audit log.'),
  recordingsDays: days('recordingsDays', 'Recordings with their files, counted from the end of the recording.'),
  libraryDays: days(
    'libraryDays',
    'Library items with their files, counted from their last change; files of recordings stay as long as those.',
  ),
  watchesDays: days('watchesDays', 'Playbacks of items, counted from their start.'),
  deliveriesDays: days('deliveriesDays', 'Orders of distribution with their deliveries, counted from their end.'),
} satisfies Record<keyof Retention, TInteger>;
const orUsual = (schema: TInteger) => Type.Optional(Type.Union([schema, Type.Null()]));
const answers = { 200: Type.Object(settings, { title: 'Retention' }) };
const ofTenant = { path: '/tenant/retention', tag: 'Tenant', scope: 'tenant:admin', answers } as const;

const getRetention = operation({
  id: 'getRetention',
  method: 'GET',
  ...ofTenant,
  summary: 'Get how many days records are kept.',
});
const updateRetention = operation({
  id: 'updateRetention',
  method: 'PATCH',
  ...ofTenant,
  summary: 'Change how many days records are kept.',
  description: 'Older records are deleted every night (UTC). `null` restores the default.',
  body: Type.Object(
    {
      eventsDays: orUsual(settings.eventsDays),
      attendanceDays: orUsual(settings.attendanceDays),
      webhookDeliveriesDays: orUsual(settings.webhookDeliveriesDays),
      meetingsDays: orUsual(settings.meetingsDays),
      auditDays: orUsual(settings.auditDays),
      recordingsDays: orUsual(settings.recordingsDays),
      libraryDays: orUsual(settings.libraryDays),
      watchesDays: orUsual(settings.watchesDays),
      deliveriesDays: orUsual(settings.deliveriesDays),
    },
    { minProperties: 1 },
  ),
});

export function addRetentionOperations(routes: Routes, { retentions }: { readonly retentions: Retentions }): void {
  routes.add(getRetention, async ({ principal }) => ({ body: { ...(await retentions.get(principal.tenant)) } }));
  routes.add(updateRetention, ({ principal, body, atomically }) =>
    atomically(async (db) => ({ body: { ...(await retentions.change(db, principal.tenant, body)) } })),
  );
}
