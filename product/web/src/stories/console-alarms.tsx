import type { ReactNode } from 'react';
import type { ConsoleRoute } from '../console/core/route.ts';
import type { Alarm, AlarmReceiver, AlarmRule, AlarmSilence, AlarmStory } from '../console/types.ts';
import { type Answers, ConsoleStory } from './scripted-api.tsx';

const nowMs = Date.parse('2026-11-26T09:00:00Z');
const ago = (seconds: number): string => new Date(nowMs - seconds * 1000).toISOString();

const of = (node: string, site: string, region: string) => ({
  node,
  host: `host-${node.slice(node.indexOf('-') + 1)}`,
  site,
  region,
  kind: node.split('-')[0] ?? '',
});
const alarm = (id: number, rule: string, rest: Partial<Alarm>): Alarm => ({
  id: `al_${id}`,
  rule,
  subject: rest.labels?.['node'] ?? '',
  severity: 'warning',
  state: 'firing',
  value: 0,
  limit: 0,
  unit: '',
  labels: {},
  text: '',
  startedAt: ago(600),
  isSilenced: false,
  ...rest,
});

const lost = (id: number, node: string, seconds: number): Alarm =>
  alarm(id, 'node-lost', {
    severity: 'critical',
    unit: 'ms',
    value: seconds * 1000,
    labels: of(node, 'ap-southeast/Singapore', 'ap-southeast'),
    text: `${node.split('-')[0]} ${node} (ap-southeast/Singapore) has been silent for ${seconds} s.`,
    startedAt: ago(seconds - 8),
    inhibitedBy: 'region-lost ap-southeast',
  });

const sites = { site: 'de/Frankfurt', otherSite: 'gb/London', region: 'eu-central', otherRegion: 'eu-west' };

/** A lost region, a link with loss, and minor alarms. */
export const storyAlarms: readonly Alarm[] = [
  alarm(41, 'region-lost', {
    severity: 'critical',
    subject: 'ap-southeast',
    value: 3,
    limit: 2,
    unit: 'hosts',
    labels: { region: 'ap-southeast' },
    text: 'All 6 media nodes of ap-southeast are silent.',
    startedAt: ago(134),
  }),
  lost(38, 'sfu-sgp-1', 148),
  lost(39, 'sfu-sgp-2', 148),
  lost(40, 'signaling-sgp-1', 146),
  alarm(42, 'link-loss', {
    subject: 'de/Frankfurt - gb/London',
    value: 0.083,
    limit: 0.05,
    unit: 'share',
    labels: { ...sites, host: 'host-fra-1', otherHost: 'host-lon-2' },
    text: '8.3 % of datagrams from de/Frankfurt to gb/London are lost (host-fra-1 to host-lon-2).',
    startedAt: ago(1260),
    acknowledged: { at: ago(900), by: 'usr_hana', note: 'The carrier knows; ticket 48213.' },
  }),
  alarm(36, 'capacity', {
    subject: 'eu-central',
    value: 0.87,
    limit: 0.8,
    unit: 'share',
    labels: { region: 'eu-central' },
    text: '87 % of 9600 sessions in eu-central are taken; 1248 are free.',
    startedAt: ago(4210),
    state: 'clearing',
  }),
  alarm(30, 'certificate', {
    value: 1.4,
    limit: 2,
    unit: 'hours',
    labels: of('gateway-fra-1', 'de/Frankfurt', 'eu-central'),
    text: 'The certificate of gateway-fra-1 (de/Frankfurt) expires on 2026-11-26 at 10:24 UTC.',
    startedAt: ago(2160),
    isSilenced: true,
  }),
  alarm(12, 'of-a-later-version', {
    severity: 'info',
    subject: 'everything',
    value: 4,
    limit: 3,
    unit: 'things',
    text: 'Four things are more than three.',
    startedAt: ago(93_000),
  }),
];

const over: readonly Alarm[] = Array.from({ length: 14 }, (_, at) =>
  alarm(29 - at, at % 3 === 0 ? 'link-loss' : at % 3 === 1 ? 'node-lost' : 'webhook-backlog', {
    severity: at % 3 === 1 ? 'critical' : 'warning',
    subject: at % 3 === 0 ? 'de/Frankfurt - gb/London' : at % 3 === 1 ? 'sfu-fra-2' : 'webhooks',
    labels: at % 3 === 0 ? sites : at % 3 === 1 ? of('sfu-fra-2', 'de/Frankfurt', 'eu-central') : {},
    state: 'over',
    text: 'It is well.',
    startedAt: ago(90_000 * (at + 1)),
    endedAt: ago(90_000 * (at + 1) - 300 - at * 77),
    ...(at % 4 === 0 && { acknowledged: { at: ago(90_000 * at + 80_000), by: 'usr_hana', note: 'Restarted.' } }),
  }),
);

const message = (id: number, receiverName: string, rest: Partial<AlarmStory['notifications'][number]>) => ({
  id: `AN_${id}`,
  receiver: `AR_${id}`,
  receiverName,
  state: 'delivered',
  attempts: 1,
  createdAt: ago(134 - id),
  ...rest,
});
const story = (one: Alarm): AlarmStory => ({
  ...one,
  changes: [
    { at: one.startedAt, kind: 'fired', note: one.text },
    ...(one.acknowledged === undefined
      ? []
      : [{ at: one.acknowledged.at, kind: 'acknowledged', by: one.acknowledged.by, note: one.acknowledged.note }]),
    ...(one.endedAt === undefined ? [] : [{ at: one.endedAt, kind: 'cleared', note: one.text }]),
  ],
  notifications: [
    message(1, 'On call', { lastStatus: 200, doneAt: ago(133) }),
    message(2, 'Night shift, by phone', { state: 'pending', attempts: 3, lastStatus: 503, lastError: 'try later' }),
    message(3, 'old-alertmanager', { state: 'failed', attempts: 24, lastStatus: 0, lastError: 'connect ECONNREFUSED' }),
  ],
});

const receiver = (id: number, rest: Partial<AlarmReceiver>): AlarmReceiver => ({
  id: `AR_${id}`,
  kind: 'webhook',
  name: 'On call',
  severity: 'warning',
  matchers: [],
  afterMinutes: 0,
  repeatMinutes: 60,
  enabled: true,
  createdAt: ago(1e6),
  updatedAt: ago(1e6),
  ...rest,
});
const receivers: readonly AlarmReceiver[] = [
  receiver(1, { url: 'https://alerts.example.org/hooks/meridian' }),
  receiver(2, {
    kind: 'sms',
    name: 'Night shift, by phone',
    severity: 'critical',
    afterMinutes: 10,
    repeatMinutes: 0,
    url: 'https://sms.example.org/v1/messages',
    to: ['+49 151 0000000'],
  }),
  receiver(3, {
    kind: 'mail',
    name: 'Asia team',
    severity: 'info',
    matchers: [{ name: 'region', value: 'ap-southeast' }],
    repeatMinutes: 0,
    to: ['asia@example.org', 'lead@example.org'],
  }),
  receiver(4, {
    kind: 'alertmanager',
    name: 'old-alertmanager',
    url: 'http://alertmanager.example.org:9093',
    enabled: false,
  }),
];

const silences: readonly AlarmSilence[] = [
  {
    id: 'AS_1',
    matchers: [
      { name: 'rule', value: 'certificate' },
      { name: 'subject', value: 'gateway-fra-1' },
    ],
    startsAt: ago(1800),
    endsAt: ago(-5400),
    reason: 'The host is replaced this morning.',
    by: 'usr_hana',
    createdAt: ago(1800),
  },
  {
    id: 'AS_2',
    matchers: [{ name: 'site', value: 'gb/London' }],
    startsAt: ago(-36_000),
    endsAt: ago(-50_400),
    reason: 'Work on the power supply.',
    by: 'usr_bo',
    createdAt: ago(7200),
  },
];

const rule = (id: string, rest: Partial<AlarmRule>): AlarmRule => ({
  id,
  severity: 'warning',
  reason: 'What it means stands here, in a sentence or two.',
  limit: 0,
  unit: '',
  limitSource: 'The centre takes a node for dead after its own limits of silence, by its monotonic clock.',
  forS: 5,
  clearForS: 60,
  isOff: false,
  ...rest,
  usual: { severity: rest.severity ?? 'warning', limit: rest.limit ?? 0, forS: rest.forS ?? 5, ...rest.usual },
});
const rules: readonly AlarmRule[] = [
  rule('centre-unreachable', { severity: 'critical', forS: 15 }),
  rule('region-lost', { severity: 'critical', limit: 2, unit: 'hosts' }),
  rule('node-lost', { severity: 'critical', unit: 'ms' }),
  rule('link-loss', { limit: 0.03, unit: 'share', forS: 30, usual: { severity: 'warning', limit: 0.05, forS: 10 } }),
  rule('capacity', {
    severity: 'critical',
    limit: 0.8,
    unit: 'share',
    usual: { severity: 'warning', limit: 0.8, forS: 60 },
  }),
  rule('clock-skew', { limit: 2, unit: 's', isOff: true }),
  rule('link-rtt', { limit: 1.5, unit: 'of the usual', forS: 30 }),
];

const answersWith =
  (alarms: readonly Alarm[]): Answers =>
  (method, path) => {
    const [name = ''] = path.split('?');
    if (method !== 'GET') return name.endsWith('/test') ? { delivered: false, status: 502, tookMs: 84 } : {};
    if (name === '/alarms') return { alarms, judgedAt: ago(3) };
    if (name === '/alarms/history')
      return path.includes('from=') ? { data: alarms } : { data: [...alarms.slice(0, 2), ...over], nextCursor: 'more' };
    const [, id] = /^\/alarms\/([^/]+)$/.exec(name) ?? [];
    const found = [...alarms, ...over].find((one) => one.id === id);
    if (found !== undefined) return story(found);
    if (name === '/alarm-receivers') return { receivers };
    if (name === '/alarm-silences') return { silences };
    return name === '/alarm-rules' ? { rules } : undefined;
  };

const page = (route: ConsoleRoute) => (
  <ConsoleStory route={route} answers={answersWith(storyAlarms)} more={{ now: () => nowMs }} />
);

export const consoleAlarmStories: Readonly<Record<string, () => ReactNode>> = {
  'console-alarms': () => page({ page: 'alarms' }),
  'console-alarm': () => page({ page: 'alarm', alarm: 'al_41' }),
  'console-alarm-settings': () => page({ page: 'alarm-settings' }),
};
