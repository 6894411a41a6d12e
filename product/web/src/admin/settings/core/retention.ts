import type { components, Paths } from '@meridian/api-client';
import type { SettingsKey } from '../text.ts';

export type Retention = components['schemas']['Retention'];
export type RetentionChange = Paths['/tenant/retention']['patch']['requestBody']['content']['application/json'];
export type Kind = keyof Retention;

interface Facts {
  readonly label: SettingsKey;
  readonly hint: SettingsKey;
  /** Limits and defaults of the API (product/api/src/retention/core/settings.ts). */
  readonly min: number;
  readonly usual: number;
}

export const DAYS_MAX = 3650;
export const kinds: Readonly<Record<Kind, Facts>> = {
  meetingsDays: { label: 'meetingsDays', hint: 'meetingsHint', min: 2, usual: 400 },
  attendanceDays: { label: 'attendanceDays', hint: 'attendanceHint', min: 2, usual: 400 },
  eventsDays: { label: 'eventsDays', hint: 'eventsHint', min: 2, usual: 90 },
  webhookDeliveriesDays: { label: 'deliveriesDays', hint: 'deliveriesHint', min: 2, usual: 30 },
  recordingsDays: { label: 'recordingsDays', hint: 'recordingsHint', min: 2, usual: 400 },
  libraryDays: { label: 'libraryDays', hint: 'libraryHint', min: 2, usual: 3650 },
  watchesDays: { label: 'watchesDays', hint: 'watchesHint', min: 2, usual: 366 },
  deliveriesDays: { label: 'ordersDays', hint: 'ordersHint', min: 2, usual: 90 },
  auditDays: { label: 'auditDays', hint: 'auditHint', min: 30, usual: 730 },
};
export const kindNames = Object.keys(kinds) as readonly Kind[];

/** Typed values; '' means the default. */
export type RetentionForm = Readonly<Record<Kind, string>>;

export const retentionForm = (saved: Retention): RetentionForm => ({
  meetingsDays: String(saved.meetingsDays),
  attendanceDays: String(saved.attendanceDays),
  eventsDays: String(saved.eventsDays),
  webhookDeliveriesDays: String(saved.webhookDeliveriesDays),
  recordingsDays: String(saved.recordingsDays),
  libraryDays: String(saved.libraryDays),
  watchesDays: String(saved.watchesDays),
  deliveriesDays: String(saved.deliveriesDays),
  auditDays: String(saved.auditDays),
});

export const isWrong = (kind: Kind, text: string): boolean =>
  text.trim() !== '' && !(/^\d{1,5}$/.test(text.trim()) && Number(text) >= kinds[kind].min && Number(text) <= DAYS_MAX);

const daysOf = (kind: Kind, text: string): number => (text.trim() === '' ? kinds[kind].usual : Number(text));

export function retentionChange(saved: Retention, form: RetentionForm): RetentionChange {
  const changedKinds = kindNames.filter((kind) => daysOf(kind, form[kind]) !== saved[kind]);
  return Object.fromEntries(changedKinds.map((kind) => [kind, form[kind].trim() === '' ? null : Number(form[kind])]));
}

/** Returns the kinds with a shorter retention than before: older records will be deleted. */
export const shortened = (saved: Retention, form: RetentionForm): readonly Kind[] =>
  kindNames.filter((kind) => daysOf(kind, form[kind]) < saved[kind]);
