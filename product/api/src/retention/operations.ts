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
  eventsDays: days('eventsDays', 'What happened in rooms, as webhooks tell it.'),
  attendanceDays: days('attendanceDays', 'Lives of rooms and their participants, from their end.'),
  webhookDeliveriesDays: days('webhookDeliveriesDays', 'From when they were delivered, or given up.'),
  meetingsDays: days('meetingsDays', 'Meetings from the end of their last occurrence; of series also old occurrences.'),
  auditDays: days('auditDays', 'The audit log.'),
  recordingsDays: days('recordingsDays', 'Recordings with their files, from their end.'),
  libraryDays: days('libraryDays', 'Items of the library with their files, from their last change.'),
  watchesDays: days('watchesDays', 'How items are watched, from the beginning of each playback.'),
  deliveriesDays: days('deliveriesDays', 'Orders of distribution with their deliveries, from their end.'),
} satisfies Record<keyof Retention, TInteger>;
const orUsual = (schema: TInteger) => Type.Optional(Type.Union([schema, Type.Null()]));
const answers = { 200: Type.Object(settings, { title: 'Retention' }) };
const ofTenant = { path: '/tenant/retention', tag: 'Tenant', scope: 'tenant:admin', answers } as const;

const getRetention = operation({
  id: 'getRetention',
  method: 'GET',
  ...ofTenant,
  summary: 'How long records are kept, in days.',
});
const updateRetention = operation({
  id: 'updateRetention',
  method: 'PATCH',
  ...ofTenant,
  summary: 'Change how long records are kept.',
  description: 'What is older is taken away every night (UTC). `null`: as long as usual.',
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
