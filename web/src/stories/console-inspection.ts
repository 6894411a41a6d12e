// What the api would answer about the morning inspection: a bad morning, and a good one.
import { findingSentence } from '@meridian/protocol';
import type { Inspection, InspectionDays, InspectionSettings } from '../console/types.ts';
import type { Answers } from './admin.tsx';
import { storyNowMs } from './console-answers.ts';

type Finding = Inspection['findings'][number];
const HOUR_MS = 3_600_000;
const at = (agoMs: number): string => new Date(storyNowMs - agoMs).toISOString();
const find = (
  severity: Finding['severity'],
  code: string,
  values: Finding['values'] = {},
  figure?: Finding['figure'],
  path = '/console/fleet',
): Finding => {
  const finding = { check: code.split('.')[0] as Finding['check'], code, severity, values, path };
  const text = findingSentence(finding, { language: 'en', timeZone: 'Asia/Shanghai' });
  return { ...finding, text, ...(figure !== undefined && { figure }) };
};

const capacity = { rule: 'capacity', count: 3, longestMs: 42 * 60_000, open: 1, acknowledged: 2 };
const versions = { kind: 'sfu', count: 2, versions: '1.24.0 (14), 1.23.2 (1)' };
const peak = { region: 'frankfurt', peakShare: 0.86, most: 2400, peakAt: at(5 * HOUR_MS) };
const full = { node: 'recorder-fra-1', site: 'frankfurt/Frankfurt', usedShare: 0.91, freeBytes: 84e9 };
const waiting = { reason: 'kernel update of the rack, waiting for parts', node: 'sfu-lon-3', site: 'london/London' };
const crowded = { tenant: 'acme', used: 940, most: 1000, usedShare: 0.94 };
const bad: readonly Finding[] = [
  find('problem', 'alarms.bad', { ...capacity, rule: 'region-lost' }, { value: 3, unit: 'count' }, '/console/alarms'),
  find('problem', 'capacity.bad', peak, { value: 0.86, limit: 0.8, unit: 'share' }),
  find('problem', 'disks.bad', full, { value: 0.91, limit: 0.8, unit: 'share' }),
  find('problem', 'receivers.bad', { receiver: 'On call', failed: 4, error: 'TIMED_OUT' }, { value: 4, unit: 'count' }),
  find('attention', 'alarms.bad', capacity, { value: 3, unit: 'count' }, '/console/alarms'),
  find(
    'attention',
    'certificates.bad',
    { node: 'sfu-tyo-2', inMs: 5.2 * HOUR_MS },
    { value: 5.2 * HOUR_MS, limit: 2 * HOUR_MS, unit: 'ms' },
  ),
  find('attention', 'versions.bad', versions, { value: 2, limit: 1, unit: 'count' }),
  find(
    'attention',
    'clocks.bad',
    { node: 'gateway-syd-1', site: 'sydney/Sydney', offMs: 640 },
    { value: 640, limit: 100, unit: 'ms' },
  ),
  find(
    'attention',
    'closed.bad',
    { ...waiting, forMs: 73 * HOUR_MS },
    { value: 73 * HOUR_MS, limit: 24 * HOUR_MS, unit: 'ms' },
  ),
  find('attention', 'quotas.seats', crowded, { value: 0.94, limit: 1, unit: 'share' }, '/console/rooms'),
  find('attention', 'joins.unknown'),
  find('attention', 'backups.never'),
  find('attention', 'silences.bad', { endsAt: at(-9 * HOUR_MS), reason: 'planned work' }),
];
const good: readonly Finding[] = [
  find(
    'fine',
    'quality.fine',
    { weakShare: 0.021, region: 'sao-paulo' },
    { value: 0.021, limit: 0.2, unit: 'share' },
    '/console',
  ),
  find('fine', 'dial.fine', { tried: 241_902, failed: 12 }, undefined, '/console/dial'),
  find('fine', 'recorders.fine', { used: 14, all: 80 }, { value: 0.175, limit: 0.8, unit: 'share' }),
  find('fine', 'webhooks.fine', {}, { value: 0, limit: 120_000, unit: 'ms' }),
  find('fine', 'database.fine', { sizeBytes: 4.2e9 }, { value: 4.2e9, unit: 'bytes' }),
  find('fine', 'drift.fine', { nodes: 61 }),
  find('fine', 'testers.fine', { testers: 7 }),
];
const days: InspectionDays['days'] = [
  { day: '2026-11-23', madeAt: at(2 * HOUR_MS), problems: 4, attentions: 8 },
  { day: '2026-11-22', madeAt: at(26 * HOUR_MS), problems: 0, attentions: 2 },
];
const settings: InspectionSettings = {
  hour: 7,
  timeZone: 'Asia/Shanghai',
  language: 'zh',
  recipients: ['operations@example.org', 'night-shift@example.org'],
};

/** `isGood`: nothing is wrong. */
export const inspectionAnswers =
  ({ isGood = false } = {}): Answers =>
  (method, path) => {
    if (method === 'POST') return { recipients: 2 };
    if (path.startsWith('/inspection/settings')) return settings;
    if (path === '/inspections' || path.startsWith('/inspections?')) return { days };
    if (path.startsWith('/inspection')) return { madeAt: at(0), findings: isGood ? good : [...bad, ...good] };
    return undefined;
  };
