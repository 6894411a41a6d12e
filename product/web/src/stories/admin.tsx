// Pages of the administration.
import type { ReactNode } from 'react';
import { AdminApp } from '../admin/app.tsx';
import type { AdminRoute } from '../admin/core/route.ts';
import type { ApiKey } from '../admin/keys/api.ts';
import type { Life, LifeAttendance, Stay } from '../admin/reports/api.ts';
import type { LiveRoom, Participant, Push, Room, Waiter } from '../admin/rooms/api.ts';
import type { AuditPage } from '../admin/settings/api.ts';
import type { Retention } from '../admin/settings/core/retention.ts';
import type { User } from '../admin/users/api.ts';
import type { Delivery, Webhook } from '../admin/webhooks/api.ts';
import { recordings } from './account.tsx';
import { slaReport } from './console-report.ts';
import { type Answers, storyHandlers, storyMe, storyNowMs, storyPorts } from './scripted-api.tsx';
import { ScriptedUser, type Step } from './scripted-user.tsx';

const MINUTE_MS = 60_000;
const agoAt = (minutes: number): string => new Date(storyNowMs - minutes * MINUTE_MS).toISOString();

const user = (id: string, name: string, change: Partial<User> = {}): User => ({
  id,
  name,
  email: `${id}@example.org`,
  role: 'member',
  active: true,
  hasPassword: true,
  createdAt: agoAt(90_000),
  ...change,
});
const users: readonly User[] = [
  user(storyMe.id, storyMe.name, { role: 'admin', email: storyMe.email }),
  user('wei.chen', '陈伟', { role: 'host' }),
  user('maximilian.von-hohenberg-schwarzenstein', 'Maximilian von Hohenberg-Schwarzenstein'),
  user('bo', 'Bo Lind', { hasPassword: false }),
  user('ines', 'Inès Moreau', { active: false }),
];

const room = (name: string, title: string, change: Partial<Room> = {}): Room => ({
  name,
  title,
  sid: `RM_${name}`,
  active: true,
  createdAt: agoAt(42),
  numParticipants: 6,
  numPublishers: 4,
  numWaiting: 0,
  emptyTimeoutS: 300,
  idleTimeoutS: 0,
  maxParticipants: 0,
  metadata: '',
  lobby: false,
  locked: false,
  needsHost: false,
  autoRecord: false,
  opensAt: null,
  endsAt: null,
  hardEnd: false,
  kind: 'meeting',
  slowModeS: 0,
  postsMuted: false,
  postWords: [],
  spotlight: [],
  version: 1,
  members: [],
  bans: [],
  ...change,
});
const rooms: readonly Room[] = [
  room('mt_0a1b2c', 'Quarter review', { lobby: true, numWaiting: 2 }),
  room('mt_77aa01', 'Autumn release show', { kind: 'show', numParticipants: 2314, numPublishers: 4 }),
  room('design-review', '', { locked: true, numParticipants: 2, numPublishers: 2 }),
];
const participant = (identity: string, name: string, change: Partial<Participant> = {}): Participant => ({
  sid: `PA_${identity}`,
  identity,
  name,
  metadata: '',
  attributes: {},
  kind: 'standard',
  protocol: '',
  role: null,
  permission: { canPublish: true, canSubscribe: true, canPublishData: true, roomAdmin: false, hidden: false },
  joinedAt: agoAt(31),
  handRaisedAt: null,
  region: 'eu-central',
  quality: 'excellent',
  tracks: [
    {
      sid: 'TR_a',
      kind: 'audio',
      source: 'microphone',
      name: '',
      muted: false,
      mimeType: 'audio/opus',
      width: 0,
      height: 0,
    },
    {
      sid: 'TR_v',
      kind: 'video',
      source: 'camera',
      name: '',
      muted: false,
      mimeType: 'video/vp8',
      width: 1280,
      height: 720,
    },
  ],
  ...change,
});
const participants: readonly Participant[] = [
  participant('hana', 'Hana Nováková', { role: 'host' }),
  participant('wei', '陈伟', { region: 'ap-southeast', quality: 'poor' }),
  participant('encoder-3', '', { kind: 'gateway', protocol: 'rtmp', tracks: [] }),
];
const waiters: readonly Waiter[] = [
  { waitId: 'W_1', identity: 'guest-51', name: 'Olga', since: agoAt(3), removed: false },
  { waitId: 'W_2', identity: 'guest-12', name: 'Sam Perkins', since: agoAt(1), removed: true },
];
const live: LiveRoom = {
  publishers: [
    {
      identity: 'encoder-3',
      protocol: 'rtmp',
      since: agoAt(20),
      video: { codec: 'h264', width: 1920, height: 1080, fps: 30, bitrateKbps: 4200, keyFrameIntervalMs: 2000 },
      audio: { codec: 'aac', bitrateKbps: 128 },
      warnings: [],
      gateway: 'gw-fra-1',
      region: 'eu-central',
    },
  ],
  outputs: [{ protocol: 'hls', viewers: 1904, bitrateKbps: 4300 }],
  gatewaysSilent: [],
};
const push: Push = {
  id: 'PU_1',
  room: 'mt_0a1b2c',
  url: 'rtmp://live.example.org/app/••••',
  state: 'live',
  since: agoAt(18),
  attempts: 1,
  bitrateKbps: 4310,
  gateway: 'gw-fra-1',
  createdBy: 'hana',
  createdAt: agoAt(19),
  endsAt: agoAt(-300),
  droppedPictures: 0,
};

const life = (sid: string, title: string, change: Partial<Life> = {}): Life => ({
  sid,
  title,
  room: `room-${sid}`,
  startedAt: agoAt(1500),
  endedAt: agoAt(1440),
  endReason: 'empty',
  estimated: false,
  lostEntries: 0,
  participants: 12,
  worst: { rttP95Ms: 212, sentLoss: 0.004, receivedLoss: 0.021, freezeShare: 0.012 },
  ...change,
});
const lives: readonly Life[] = [
  life('RM_a', 'Quarter review'),
  life('RM_b', '季度回顾', { participants: 4 }),
  life('RM_c', '', { room: 'design-review', participants: 2 }),
];
const stay = (id: string, name: string): Stay => ({
  id,
  sid: 'RM_a',
  participantSid: `PA_${id}`,
  identity: id,
  name,
  kind: 'standard',
  protocol: '',
  region: 'eu-central',
  nodeId: 'sfu-fra-1',
  joinedAt: agoAt(1499),
  leftAt: agoAt(1441),
  leftReason: 'CLIENT_INITIATED',
  estimated: false,
});
const attended = (identity: string, name: string): LifeAttendance => ({
  attendance: 'present',
  identity,
  name,
  joins: 1,
  firstJoinedAt: agoAt(1499),
  lastLeftAt: agoAt(1441),
  totalS: 3480,
  share: 0.97,
  breakOutS: 0,
  breakOuts: 0,
  estimated: false,
});

const key = (id: string, name: string, change: Partial<ApiKey> = {}): ApiKey => ({
  id,
  name,
  scopes: ['rooms:join', 'rooms:create', 'live:admin', 'reports:read'],
  regions: [],
  createdAt: agoAt(90_000),
  ...change,
});
const keys = [
  key('key_7f3k2m', 'Backend of the shop'),
  key('key_qx1c47', '直播平台', { regions: ['ap-southeast', 'eu-central'] }),
  key('key_m9qx1c', 'Old trial', { revokedAt: agoAt(40_000) }),
];

const delivery = (id: string, change: Partial<Delivery> = {}): Delivery => ({
  id,
  eventId: `ev_${id}`,
  event: 'room_started',
  sequence: 12,
  state: 'delivered',
  attempts: 1,
  createdAt: agoAt(30),
  doneAt: agoAt(30),
  lastStatus: 200,
  lastTookMs: 84,
  ...change,
});
const failed = delivery('de_2', { state: 'failed', attempts: 8, lastStatus: 503 });
const webhook = (id: string, change: Partial<Webhook> = {}): Webhook => ({
  id,
  url: 'https://shop.example.org/hooks/meridian',
  description: 'Orders',
  events: ['room_started', 'room_finished', 'recording.finished'],
  format: 'standard',
  signer: '',
  enabled: true,
  lastDelivery: delivery('de_1'),
  createdAt: agoAt(90_000),
  updatedAt: agoAt(90_000),
  ...change,
});
const webhooks: readonly Webhook[] = [
  webhook('wh_1'),
  webhook('wh_2', {
    url: 'https://a-host-with-a-very-long-name.integration.example.org/hooks/of/the/calendar/v2?region=eu-central',
    description: '',
    lastDelivery: failed,
  }),
  webhook('wh_3', { enabled: false, disabledReason: 'FAILING' }),
];

const retention: Retention = {
  eventsDays: 90,
  attendanceDays: 400,
  webhookDeliveriesDays: 30,
  meetingsDays: 400,
  auditDays: 730,
  recordingsDays: 400,
  libraryDays: 3650,
  watchesDays: 366,
  deliveriesDays: 90,
};
const audit: AuditPage = {
  data: ['user.create', 'user.change', 'room.change', 'key.revoke'].map((operation, at) => ({
    seq: 40 - at,
    at: agoAt(at * 70),
    by: { kind: 'user', id: storyMe.id },
    address: '192.0.2.14',
    operation,
    targets: { user: 'wei.chen' },
    status: 200,
    requestId: `req_${at}`,
    missed: 0,
    hash: '',
  })),
};

/** The last 30 days, with fewer meetings at weekends. */
const daysOfUse = Array.from({ length: 30 }, (_, at) => {
  const date = new Date(storyNowMs - (29 - at) * 86_400_000);
  const rooms = date.getUTCDay() % 6 === 0 ? at % 2 : 3 + ((at * 7) % 6);
  return { day: date.toISOString().slice(0, 10), rooms, participants: rooms * 4 + (at % 3), totalS: rooms * 5400 };
});

const pages: Readonly<Record<string, unknown>> = {
  '/users': { data: users },
  '/sign-in': { local: true, providers: [], setupAwaited: false, mail: true, branding: storyMe.branding },
  '/rooms': { data: rooms, missing: [] },
  '/rooms/mt_0a1b2c': rooms[0],
  '/rooms/mt_0a1b2c/participants': { data: participants },
  '/rooms/mt_0a1b2c/waiting': { data: waiters, more: 0 },
  '/rooms/mt_0a1b2c/live': live,
  '/rooms/mt_0a1b2c/pushes': { data: [push] },
  '/rooms/mt_0a1b2c/pulls': { data: [] },
  '/room-lives': { data: lives },
  '/room-lives/RM_a': lives[0],
  '/room-lives/RM_a/stays': { data: [stay('hana', 'Hana Nováková'), stay('wei', '陈伟')] },
  '/room-lives/RM_a/attendance': {
    sid: 'RM_a',
    room: 'room-RM_a',
    startedAt: agoAt(1500),
    endedAt: agoAt(1440),
    persons: [attended('hana', 'Hana Nováková'), attended('wei', '陈伟')],
    complete: true,
  },
  '/recordings': { data: recordings },
  '/reports/sla': slaReport('region'),
  '/reports/days': { days: daysOfUse },
  '/keys': { data: keys },
  '/webhooks': { data: webhooks },
  '/webhooks/wh_1': webhooks[0],
  '/webhooks/wh_1/deliveries': { data: [delivery('de_1'), failed] },
  '/tenant': { id: 'example', name: 'Example', branding: storyMe.branding, mail: true, wallAllowed: false },
  '/tenant/retention': retention,
  '/audit': audit,
  '/library/uploads': { data: [] },
};
const answers: Answers = (_method, path) => pages[path.split('?')[0] ?? ''];

const scopes = [...storyMe.scopes, 'recordings:read' as const, 'recordings:write' as const, 'library:read' as const];
const ports = { ...storyPorts(answers), me: { ...storyMe, scopes } };
const page = (route: AdminRoute): ReactNode => <AdminApp route={route} ports={ports} {...storyHandlers} />;
const pressed = (route: AdminRoute, steps: readonly Step[]): ReactNode => (
  <ScriptedUser steps={steps}>{page(route)}</ScriptedUser>
);
const make = [{ press: '.admin-title .button.primary' }];

export const adminStories: Readonly<Record<string, () => ReactNode>> = {
  'admin-users': () => page({ section: 'users' }),
  'admin-user-new': () => pressed({ section: 'users' }, make),
  'admin-rooms': () => page({ section: 'rooms' }),
  'admin-room': () => page({ section: 'rooms', id: 'mt_0a1b2c' }),
  'admin-reports': () => page({ section: 'reports' }),
  'admin-report': () => page({ section: 'reports', id: 'RM_a' }),
  'admin-recordings': () => pressed({ section: 'recordings' }, [{ press: '.recording-outputs summary' }]),
  'admin-sla': () => page({ section: 'sla' }),
  'admin-keys': () => page({ section: 'keys' }),
  'admin-key-new': () => pressed({ section: 'keys' }, make),
  'admin-webhooks': () => page({ section: 'webhooks' }),
  'admin-webhook': () => page({ section: 'webhooks', id: 'wh_1' }),
  'admin-webhook-new': () => pressed({ section: 'webhooks' }, make),
  'admin-settings': () => page({ section: 'settings' }),
};
