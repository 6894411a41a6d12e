// Requests and answers of the reference, by operation. A test checks them against the schemas, and sends the bodies.

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Example {
  readonly body?: Json;
  readonly answer?: Json;
}

const page = 'https://meet.example.org';
const [made, begun, joined] = ['2026-12-01T14:02:11.000Z', '2027-01-04T08:00:00.000Z', '2027-01-04T08:01:12.000Z'];
const ended = '2027-01-04T08:44:30.000Z';
const meetingId = 'mt_b20d31ebda33cbcdd5ef587c';
const sid = 'RM_7kUq2mVb9TzX';
const token = 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJBUElraXhGRjg4VmFKRk8ifQ.4q1b0mHc';

const meetingUrls = { joinUrl: `${page}/m/590074565`, hostUrl: `${page}/meetings/${meetingId}/join` };
const meeting = {
  id: meetingId,
  number: '590074565',
  room: meetingId,
  status: 'scheduled',
  title: 'Quarter review',
  description: '',
  localStart: '2027-01-04T09:00:00',
  timeZone: 'Europe/Berlin',
  startsAt: begun,
  durationMinutes: 45,
  recurrence: 'FREQ=WEEKLY;COUNT=10',
  exceptions: [],
  overrides: [],
  hosts: ['hana'],
  cohosts: [],
  invitees: [
    {
      id: 'in_5c1f',
      email: 'bo@example.org',
      name: 'Bo Lind',
      userId: 'bo',
      role: null,
      language: 'en',
      status: 'needsAction',
    },
  ],
  settings: {
    waitingRoom: true,
    joinBeforeHost: false,
    capacity: 0,
    muteOnEntry: true,
    hardEnd: false,
    record: 'off',
    kind: 'meeting',
    regions: [],
  },
  hasPassword: false,
  ...meetingUrls,
  version: 1,
  sequence: 0,
  createdAt: made,
  updatedAt: made,
};
const occurrence = { originalStart: '2027-01-04T09:00:00', startsAt: begun, endsAt: '2027-01-04T08:45:00.000Z' };

const meetingLook = {
  title: meeting.title,
  startsAt: begun,
  endsAt: occurrence.endsAt,
  timeZone: meeting.timeZone,
  passwordNeeded: false,
  onlyWatches: false,
  tenantName: 'Example',
  branding: { displayName: 'Example Meetings', accentColor: '#7a1fa2', logo: null, supportUrl: null },
  name: null,
};

const room = {
  name: 'board',
  sid,
  active: true,
  createdAt: begun,
  numParticipants: 2,
  numPublishers: 1,
  numWaiting: 0,
  emptyTimeoutS: 300,
  idleTimeoutS: 2_592_000,
  maxParticipants: 20,
  title: '',
  metadata: '',
  lobby: true,
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
  version: 3,
  members: [{ identity: 'hana', role: 'host' }],
  bans: [],
};
const breakOuts = [
  { id: 'BO_4nYw8sKdQ2xT', room: 'board~BO_4nYw8sKdQ2xT', name: 'Red', identities: ['bo'], endsAt: null },
  { id: 'BO_8sMc2pQxW7rV', room: 'board~BO_8sMc2pQxW7rV', name: 'Blue', identities: ['hana'], endsAt: null },
];
const participant = {
  sid: 'PA_4nYw8sKd',
  identity: 'bo',
  name: 'Bo Lind',
  metadata: '',
  attributes: { desk: '7' },
  kind: 'standard',
  protocol: 'webrtc',
  role: 'cohost',
  permission: { canPublish: true, canSubscribe: true, canPublishData: true, roomAdmin: false, hidden: false },
  joinedAt: joined,
  handRaisedAt: null,
  region: 'frankfurt',
  quality: 'excellent',
  tracks: [
    {
      sid: 'TR_8sMc2pQx',
      kind: 'audio',
      source: 'microphone',
      name: '',
      muted: true,
      mimeType: 'audio/opus',
      width: 0,
      height: 0,
    },
  ],
};

const link = {
  id: 'LK_BTaV9deAT6cZLiFL',
  room: 'board',
  title: 'Board',
  grants: { canPublish: true },
  lobby: true,
  canInvite: false,
  hasPassword: false,
  uses: 0,
  maxUses: 20,
  createdAt: made,
  expiresAt: '2027-01-05T08:00:00.000Z',
};
const webhook = {
  id: 'WH_DvWJWFkEwxxQfqOX',
  url: 'https://office.example.org/hook',
  description: 'Office system',
  events: ['room_started', 'participant_joined', 'room_finished'],
  format: 'standard',
  signer: '',
  enabled: true,
  createdAt: made,
  updatedAt: made,
};
const withSecret = { ...webhook, secret: 'whsec_e2ypccFyMfo61dHHNeP40mT0wsPrgECt' };
const delivery = {
  id: 'DL_2vHkQw7c',
  eventId: 'EV_5pXc9aTz',
  event: 'participant_joined',
  sequence: 2,
  state: 'delivered',
  attempts: 1,
  createdAt: joined,
  doneAt: joined,
  lastStatus: 204,
  lastTookMs: 38,
};
const user = {
  id: 'hana',
  email: 'hana@example.org',
  name: 'Hana Ito',
  role: 'host',
  active: true,
  hasPassword: false,
  createdAt: made,
};
const noLook = { displayName: null, accentColor: null, logo: null, supportUrl: null };
const ownTenant = { id: 'acme', name: 'Acme', branding: noLook, mail: true, wallAllowed: true };
const key = { id: 'APIkixFF88VaJFO', name: 'office', scopes: ['meetings:write', 'reports:read'], regions: [] };

const keptWallRoom = {
  tenant: 'acme',
  room: meetingId,
  addedBy: 'hana',
  addedAt: '2026-03-02T08:00:00.000Z',
  isAllowed: true,
  sessions: 12,
};

const recording = {
  id: 're_9hx2kq4m7p1c',
  room: meetingId,
  sid,
  meetingId,
  originalStart: occurrence.originalStart,
  identity: null,
  mode: 'composed',
  layout: 'speaker',
  later: false,
  by: 'hana',
  state: 'finished',
  startedAt: joined,
  endedAt: ended,
  estimated: false,
  durationMs: 2_598_000,
  holeMs: 0,
  holes: [],
  bytes: 412_000_318,
  version: 1,
  outputs: [
    {
      item: 'LI_2hgc6qgb0vnkuqk3uv7e',
      name: 'composed',
      title: 'Anatomy III',
      source: 'composed',
      identity: null,
      participant: null,
      offsetMs: 0,
      durationMs: 2_598_000,
      width: 1280,
      height: 720,
      bytes: 412_000_318,
    },
  ],
  failure: null,
  task: null,
  trashedAt: null,
};
const report = {
  meetingId,
  number: meeting.number,
  title: meeting.title,
  occurrences: [
    {
      ...occurrence,
      title: meeting.title,
      startedAt: joined,
      endedAt: ended,
      sids: [sid],
      persons: [
        {
          attendance: 'present',
          identity: 'bo',
          name: 'Bo Lind',
          kind: 'standard',
          as: 'invitee',
          email: 'bo@example.org',
          inviteeStatus: 'accepted',
          joins: 1,
          firstJoinedAt: joined,
          lastLeftAt: ended,
          totalS: 2598,
          estimated: false,
          sessionIds: ['PA_4nYw8sKd'],
          quality: {
            device: 'Chromium 141, Linux',
            location: 'Berlin, DE',
            signalingId: 'sig-fra',
            route: ['sfu-fra-1'],
            transport: 'udp',
            measuredS: 2590,
            resumes: 0,
            rttP50Ms: 18,
            rttP95Ms: 31,
            sentLoss: 0,
            receivedLoss: 0.001,
            sentBps: 1_200_000,
            receivedBps: 1_400_000,
            freezeCount: 1,
            freezeMs: 240,
            reportedAt: ended,
          },
        },
        {
          attendance: 'absent',
          identity: 'mei',
          name: 'Mei Chen',
          as: 'invitee',
          inviteeStatus: 'declined',
          joins: 0,
          totalS: 0,
          estimated: false,
          sessionIds: [],
        },
      ],
    },
  ],
  complete: true,
};

const strength = { strong: 1, medium: 1, weak: 0, unknown: 0 };
const liveRoom = { tenant: 'acme', room: meetingId, sid, sessions: 2, nodes: 2, strength };
const livePerson = {
  sessionId: 'PA_4nYw8sKdQ2xT7uLm',
  tenant: 'acme',
  room: meetingId,
  sid,
  identity: 'bo',
  name: 'Bo Lind',
  protocol: 'webrtc',
  nodeId: 'sfu-fra-1',
  fromNodeIds: ['sfu-sgp-1'],
  place: 'Berlin',
  countryCode: 'DE',
  joinedAt: joined,
  strength: 'strong',
  rttMs: 18.4,
  loss: 0.0012,
  freezeShare: 0,
};
const candidate = {
  hostId: 'fra-1',
  nodeId: 'sfu-fra-1',
  site: 'eu/Frankfurt',
  rttMs: 18.4,
  isTimed: true,
  load: 0.31,
  holdsRoom: true,
  toMembersMs: 82,
  total: 0.91,
  parts: [{ name: 'felt', score: 0.91, weight: 1, reason: '91 ms to the others' }],
};
const timeline = {
  person: livePerson,
  roomTitle: 'Weekly review',
  signalingId: 'sig-fra',
  sdk: 'web/1',
  device: 'Chromium 141, Linux',
  transport: 'udp',
  network: 'wifi',
  stepS: 10,
  points: [
    {
      at: '2027-01-04T08:01:22.000Z',
      strength: 'strong',
      nodeId: 'sfu-fra-1',
      source: 'client',
      rttMs: 18.4,
      outboundLoss: 0,
      inboundLoss: 0.0012,
      jitterMs: 2.1,
      freezeMs: 0,
      concealed: 0.0004,
      sentBps: 1_200_000,
      receivedBps: 1_400_000,
      sentHeight: 720,
      receivedHeight: 720,
      receivedFps: 29.9,
      layer: 2,
    },
  ],
  events: [
    { at: joined, kind: 'joined', to: 'sfu-fra-1', decisionId: 'DE_6vNc3yPe' },
    { at: '2027-01-04T08:01:15.000Z', kind: 'muted', source: 'microphone' },
  ],
  decisions: [
    {
      decisionId: 'DE_6vNc3yPe',
      createdAt: joined,
      mode: 'normal',
      place: 'Berlin, DE',
      placeSource: 'client',
      radiusKm: 50,
      candidates: 8,
      refused: 1,
      why: 'nearest',
      chosen: candidate,
      nearest: candidate,
      lines: ['sfu-fra-1 at eu/Frankfurt: the nearest, 18 ms away as the client measured.'],
    },
  ],
  paths: [],
};

const alarm = {
  id: 'al_17',
  rule: 'link-loss',
  subject: 'ap/Singapore - eu/Frankfurt',
  severity: 'warning',
  state: 'firing',
  value: 0.1,
  limit: 0.05,
  unit: 'share',
  labels: {
    site: 'ap/Singapore',
    otherSite: 'eu/Frankfurt',
    region: 'ap',
    otherRegion: 'eu',
    host: 'sgp-2',
    otherHost: 'fra-1',
  },
  text: '10 % of datagrams from eu/Frankfurt to ap/Singapore are lost (fra-1 to sgp-2).',
  startedAt: begun,
  isSilenced: false,
};
const acknowledged = { at: joined, by: 'us_2f6c', note: 'The carrier is informed.' };
const alarmReceiver = {
  id: 'AR_9f2c6d0b',
  kind: 'webhook',
  name: 'On call',
  severity: 'warning',
  matchers: [{ name: 'region', value: 'eu' }],
  afterMinutes: 0,
  repeatMinutes: 60,
  enabled: true,
  url: 'https://oncall.example.org/alarms',
  createdAt: made,
  updatedAt: made,
};
const slaExclusion = {
  id: 'SX_5kTq2LxV9bYhC3dRw8Zm',
  region: 'eu',
  from: '2026-11-14T01:00:00.000Z',
  to: '2026-11-14T03:00:00.000Z',
  reason: 'new switches in Frankfurt',
  createdAt: '2026-11-10T09:12:31.000Z',
  by: 'operator',
};
const alarmSilence = {
  id: 'AS_3b1d',
  matchers: [{ name: 'host', value: 'fra-1' }],
  startsAt: begun,
  endsAt: ended,
  reason: 'New disk.',
  by: 'us_2f6c',
  createdAt: begun,
};
const task = {
  id: 'JB_4sWq8LxV9bYhC3dRw8Zm',
  kind: 'rendition',
  tenant: 'acme',
  lane: 'LU_7kUq2mVb9TzX',
  worker: 'library',
  state: 'waiting',
  urgent: false,
  createdAt: '2027-01-04T08:50:00.000Z',
  dueAt: '2027-01-04T08:50:00.000Z',
  rankAt: '2027-01-04T08:20:00.000Z',
  reasons: [{ code: 'order', ms: 1_800_000 }],
  attempts: 0,
  done: 0,
};
const beginReasons = [
  { code: 'order', ms: 1_800_000, text: 'A person or a program that waits ordered it: 30 min up.' },
  { code: 'age', ms: 240_000, text: 'The task was created 4 min ago; older tasks come first.' },
];
const urgentTask = {
  ...task,
  urgent: true,
  rankAt: '2027-01-03T08:20:00.000Z',
  reasons: [{ code: 'urgent', ms: 86_400_000 }, ...task.reasons],
};

const itemId = 'LI_4nYw8sKdQ2xT7uLm5cRk';
const libraryItem = {
  id: itemId,
  title: 'Safety at the machine',
  description: 'For new colleagues.',
  tags: ['safety', 'onboarding'],
  visibility: 'tenant',
  owner: 'hana',
  name: 'safety.mp4',
  state: 'ready',
  kind: 'video',
  type: 'video/mp4',
  bytes: 1_824_003_120,
  sha256: 'b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184',
  media: {
    durationMs: 1_802_000,
    width: 1920,
    height: 1080,
    rotation: 0,
    videoCodec: 'h264',
    audioCodec: 'aac',
    fps: 25,
    audioChannels: 2,
  },
  renditions: { state: 'ready', done: 1, names: ['360p', '720p', '1080p'] },
  cover: 'made',
  chapters: [{ startMs: 0, title: 'Before you begin' }],
  transcripts: ['en', 'zh-CN'],
  may: 'change',
  createdAt: made,
  changedAt: made,
};
const itemFiles = `https://lib-fra.example.org/library/contents/${token}`;
const itemLink = {
  id: 'LL_8sMc2pQxW7rV4nYw8sKd',
  pageUrl: `${page}/watch#${token}`,
  url: `${itemFiles}/original`,
  coverUrl: `${itemFiles}/cover.jpg`,
  playlistUrl: `${itemFiles}/renditions/master.m3u8`,
  thumbnailsUrl: `${itemFiles}/renditions/thumbnails.vtt`,
  playUrl: `https://lib-fra.example.org/library/plays/${token}`,
  positionMs: 95_000,
  expiresAt: '2026-12-02T14:02:11.000Z',
};
const itemWatch = {
  id: 'o0Wv3mPqT8zJbX5cRk2LdA',
  viewer: 'hana',
  region: 'frankfurt',
  cache: 'edge-fra.example.org',
  startedAt: '2026-12-01T14:02:11.000Z',
  lastAt: '2026-12-01T14:06:11.000Z',
  startupMs: 410,
  watchedMs: 231_000,
  positionMs: 95_000,
  stalls: 1,
  stalledMs: 700,
  seeks: 2,
  switches: 1,
  qualities: [
    { name: '360p', watchedMs: 4000 },
    { name: '1080p', watchedMs: 227_000 },
  ],
  ended: false,
};
const watchingOfDay = {
  day: '2026-12-01',
  starts: 42,
  viewers: 31,
  watchedMs: 31_042_000,
  stalls: 12,
  stalledMs: 9100,
  ended: 17,
};
const vtt = 'WEBVTT\n\n00:00.000 --> 00:04.000\nWelcome to the workshop.\n';

const problemOf = (pointer: string, detail: string) => ({
  type: '/api/v1/problems/REQUEST_INVALID',
  title: 'A value of the request is not allowed.',
  status: 400,
  code: 'REQUEST_INVALID',
  errors: [{ pointer, detail }],
});

export const examples: Readonly<Record<string, Example>> = {
  listTasks: { answer: { data: [task] } },
  getTask: {
    answer: {
      ...task,
      rankReasons: beginReasons,
      waitingReasons: [
        { code: 'nodesBusy', count: 2, text: 'All nodes are busy: 2.' },
        { code: 'behind', count: 17, text: 'Tasks before it in the queue: 17.' },
      ],
    },
  },
  orderTask: {
    body: { urgent: true },
    answer: {
      ...urgentTask,
      rankReasons: [{ code: 'urgent', ms: 86_400_000, text: 'The task is urgent: 24 h up.' }, ...beginReasons],
      waitingReasons: [{ code: 'nodesBusy', count: 2, text: 'All nodes are busy: 2.' }],
    },
  },
  listWallRooms: { answer: { rooms: [keptWallRoom] } },
  keepWallRoom: { answer: keptWallRoom },
  listAlarms: { answer: { alarms: [alarm] } },
  listAlarmHistory: { answer: { data: [{ ...alarm, state: 'over', endedAt: ended }] } },
  getAlarm: {
    answer: {
      ...alarm,
      acknowledged,
      changes: [
        { at: begun, kind: 'fired', note: alarm.text },
        { at: joined, kind: 'acknowledged', by: acknowledged.by, note: acknowledged.note },
      ],
      notifications: [
        {
          id: 'AN_8c1e',
          receiver: alarmReceiver.id,
          receiverName: alarmReceiver.name,
          state: 'delivered',
          attempts: 1,
          createdAt: begun,
          doneAt: begun,
          lastStatus: 204,
        },
      ],
    },
  },
  acknowledgeAlarm: { body: { note: acknowledged.note }, answer: { ...alarm, acknowledged } },
  createSlaExclusion: {
    body: { region: 'eu', from: slaExclusion.from, to: slaExclusion.to, reason: slaExclusion.reason },
    answer: slaExclusion,
  },
  listSlaExclusions: { answer: { exclusions: [slaExclusion] } },
  listAlarmSilences: { answer: { silences: [alarmSilence] } },
  createAlarmSilence: {
    body: { matchers: alarmSilence.matchers, endsAt: ended, reason: alarmSilence.reason },
    answer: alarmSilence,
  },
  listAlarmReceivers: { answer: { receivers: [alarmReceiver] } },
  createAlarmReceiver: {
    body: {
      kind: 'sms',
      name: 'Text messages',
      severity: 'critical',
      afterMinutes: 10,
      url: 'https://sms.example.org/v1/messages',
      to: ['+4930123456'],
      headers: { Authorization: 'Bearer KEY' },
      body: '{"to":"{to}","text":"{text}"}',
    },
    answer: {
      id: 'AR_77c0',
      kind: 'sms',
      name: 'Text messages',
      severity: 'critical',
      matchers: [],
      afterMinutes: 10,
      repeatMinutes: 0,
      enabled: true,
      url: 'https://sms.example.org/v1/messages',
      to: ['+4930123456'],
      createdAt: made,
      updatedAt: made,
    },
  },
  changeAlarmReceiver: { body: { enabled: false }, answer: { ...alarmReceiver, enabled: false } },
  changeAlarmRule: {
    body: { limit: 0.1 },
    answer: {
      id: 'link-loss',
      severity: 'warning',
      reason: 'Datagrams are lost between two sites; measured for the worst pair of hosts, in either direction.',
      limit: 0.1,
      unit: 'share',
      limitSource: 'Like the alert ProbeLoss of the edge probes (infra/alerts/network.yml), over 30 s.',
      forS: 10,
      clearForS: 60,
      isOff: false,
      usual: { severity: 'warning', limit: 0.05, forS: 10 },
    },
  },

  createKey: {
    body: { name: 'office', scopes: ['meetings:write', 'reports:read'] },
    answer: { ...key, createdAt: made, secret: '5shN9Iebf8RpSmthHZ_byySYg7gpdGtMWX-qf0mOFhU' },
  },
  listKeys: { answer: { data: [{ ...key, createdAt: made }] } },

  listConsoleRooms: { answer: { data: [liveRoom] } },
  listConsoleNodeRooms: { answer: { rooms: [liveRoom] } },
  listConsoleRoomPeople: { answer: { people: [livePerson] } },
  listConsolePeople: { answer: { people: [livePerson] } },
  getConsoleSession: { answer: timeline },
  getRoomLifeTimeline: { answer: timeline },
  getMeetingTimeline: { answer: timeline },

  createRoom: { body: { name: 'board', maxParticipants: 20, lobby: true }, answer: room },
  listRooms: { answer: { data: [room], missing: [] } },
  getRoom: { answer: room },
  updateRoom: { body: { locked: true }, answer: { ...room, locked: true, version: 4 } },
  createToken: {
    body: { identity: 'bo', name: 'Bo Lind', grants: { canPublish: true }, ttlS: 3600 },
    answer: { token, jti: 'TK_3cd9', expiresAt: '2027-01-04T09:00:00.000Z' },
  },
  listParticipants: { answer: { data: [participant] } },
  getParticipant: { answer: participant },
  updateParticipant: { body: { role: 'cohost' }, answer: participant },
  muteParticipant: { body: { source: 'microphone' }, answer: participant },
  actInRoom: { body: { act: 'muteEverybody', source: 'microphone' }, answer: { affected: 2 } },
  setBreakOuts: {
    body: { breakOuts: breakOuts.map(({ name, identities }) => ({ name, identities })), message: 'To your groups' },
    answer: { data: breakOuts, version: 4 },
  },
  listBreakOuts: { answer: { data: breakOuts, version: 4 } },
  sendData: { body: { text: 'Five minutes left', topic: 'office' }, answer: { affected: 2 } },

  createJoinLink: {
    body: { room: 'board', title: 'Board', lobby: true, maxUses: 20, grants: { canPublish: true } },
    answer: { ...link, url: `${page}/j/d6pWvPGtAYTYVL7_uQ31bw` },
  },
  listJoinLinks: { answer: { data: [{ ...link, uses: 3 }] } },
  getJoinLink: { answer: { ...link, uses: 3 } },
  exchangeJoinLink: {
    body: { code: 'd6pWvPGtAYTYVL7_uQ31bw', name: 'Gil', browserId: 'o0Wv3mPqT8zJbX5cRk2LdA' },
    answer: {
      token,
      expiresAt: '2027-01-04T20:00:00.000Z',
      room: 'board',
      title: 'Board',
      identity: 'guest-4nYw8s',
      name: 'Gil',
      canInvite: false,
      entryUrls: ['https://signal.example.org'],
    },
  },
  lookAtJoinLink: {
    body: { code: 'd6pWvPGtAYTYVL7_uQ31bw' },
    answer: { ...meetingLook, title: 'Board', startsAt: null, endsAt: null, timeZone: null },
  },
  createCheck: {
    body: { number: '493817264' },
    answer: { token, expiresAt: '2026-12-01T14:07:11.000Z', entryUrls: [page] },
  },
  lookAtMeeting: {
    body: { number: '493817264' },
    answer: meetingLook,
  },

  listRecordings: { answer: { data: [{ ...recording, title: meeting.title, byName: 'Hana', may: 'change' }] } },
  getRecording: { answer: recording },
  listItems: { answer: { data: [libraryItem] } },
  getItem: { answer: libraryItem },
  updateItem: { body: { tags: ['safety'] }, answer: { ...libraryItem, tags: ['safety'] } },
  setItemTrim: {
    body: { fromMs: 95_000, toMs: 1_790_000 },
    answer: { ...libraryItem, trimming: { state: 'waiting', done: 0 } },
  },
  deleteItemTrim: { answer: libraryItem },
  setItemCover: { body: { atMs: 12_000 }, answer: libraryItem },
  createItemLink: { body: { expiresInS: 86_400, may: 'play', viewer: 'hana' }, answer: itemLink },
  listItemWatches: { answer: { data: [itemWatch] } },
  reportViews: { body: { views: [{ item: itemId, count: 40 }] }, answer: { counted: 1, unknown: [] } },
  getItemWatching: { answer: { startsToday: 42, startsLastHour: 9, days: [watchingOfDay] } },
  getLibrarySettings: { answer: { watching: 'viewers' } },
  updateLibrarySettings: { body: { watching: 'watches' }, answer: { watching: 'watches' } },
  getTranscript: { answer: { vtt } },
  listItemReaders: {
    answer: {
      data: [
        { kind: 'group', id: 'grp_2kWq8sLdP4xT7uLm', name: 'Assembly', may: 'play' },
        { kind: 'user', id: 'hana', name: 'Hana Sato', may: 'change' },
      ],
    },
  },
  putItemReader: { body: { may: 'play' } },
  findGroups: { answer: { data: [{ id: 'grp_2kWq8sLdP4xT7uLm', name: 'Assembly' }] } },
  putTranscript: { body: { vtt } },
  getLibraryUsage: { answer: { items: 1, bytes: 1_824_003_120, bytesMax: 0 } },
  listRecordingPosts: {
    answer: {
      posts: [{ ms: 61_000, kind: 'message', name: 'Ann', text: 'The slides are in the library.', style: '' }],
      pages: 1,
    },
  },

  createMeeting: {
    body: {
      title: 'Quarter review',
      localStart: '2027-01-04T09:00',
      timeZone: 'Europe/Berlin',
      durationMinutes: 45,
      recurrence: 'FREQ=WEEKLY;COUNT=10',
      hosts: ['hana'],
      invitees: [{ userId: 'bo', name: 'Bo Lind', email: 'bo@example.org' }],
      settings: { waitingRoom: true, muteOnEntry: true },
    },
    answer: meeting,
  },
  listMeetings: {
    answer: {
      data: [
        { meetingId, number: meeting.number, room: meetingId, title: meeting.title, ...occurrence, ...meetingUrls },
      ],
    },
  },
  getMeeting: { answer: meeting },
  updateMeeting: {
    body: { durationMinutes: 60 },
    answer: { ...meeting, durationMinutes: 60, version: 2, sequence: 1 },
  },
  addInvitees: { body: { invitees: [{ userId: 'mei', name: 'Mei Chen' }] } },
  getInviteeLink: {
    answer: { url: `${page}/j/8VQzdw9f4vnWSaUK9VWKVg`, identity: 'bo', name: 'Bo Lind', role: null },
  },
  extendMeeting: {
    body: { minutes: 15 },
    answer: {
      occurrence: {
        ...occurrence,
        endsAt: '2027-01-04T09:00:00.000Z',
        localStart: meeting.localStart,
        title: meeting.title,
      },
      conflicts: [],
    },
  },
  getMeetingReport: { answer: report },

  createWebhook: {
    body: { url: webhook.url, description: webhook.description, events: webhook.events },
    answer: withSecret,
  },
  listWebhooks: { answer: { data: [webhook] } },
  getWebhook: { answer: webhook },
  changeWebhook: { body: { enabled: false }, answer: { ...webhook, enabled: false, disabledReason: 'request' } },
  rotateWebhookSecret: { answer: withSecret },
  testWebhook: { answer: { delivered: true, status: 204, tookMs: 38 } },
  listWebhookDeliveries: { answer: { data: [delivery] } },

  getOwnTenant: { answer: ownTenant },
  updateOwnTenant: {
    body: { branding: { displayName: 'Acme', accentColor: '#0b7264', supportUrl: 'mailto:help@example.org' } },
    answer: {
      ...ownTenant,
      branding: { ...noLook, displayName: 'Acme', accentColor: '#0b7264', supportUrl: 'mailto:help@example.org' },
    },
  },

  createUser: { body: { id: 'hana', email: 'hana@example.org', name: 'Hana Ito', role: 'host' }, answer: user },
  listUsers: { answer: { data: [user] } },
  getUser: { answer: user },
  updateUser: { body: { active: false }, answer: { ...user, active: false } },
  putUsers: {
    body: {
      users: [
        { id: 'hana', email: user.email, name: user.name },
        { id: 'bo', active: false },
      ],
    },
    answer: {
      results: [
        { status: 200, id: 'hana' },
        {
          status: 400,
          problem: problemOf('/users/1/email', 'is needed for a new user'),
        },
      ],
    },
  },
  createAdminLink: {
    body: { email: 'ann@example.org' },
    answer: { url: `${page}/setup/Rk2wVbq7TfS0m_9XcLhYpQ`, expiresAt: '2026-12-02T14:02:11.000Z' },
  },
  createPasswordLink: {
    body: { mail: true },
    answer: { url: `${page}/setup/Pn38Qns-ABXo_w1Z4Ad_7A`, expiresAt: '2026-12-02T14:02:11.000Z', mailed: true },
  },
};

const ofRoom = {
  id: 'EV_5pXc9aTz',
  createdAt: joined,
  sequence: 2,
  room: {
    sid,
    name: meetingId,
    metadata: '',
    createdAt: begun,
    numParticipants: 2,
    locked: false,
    lobby: true,
  },
  participant: {
    sid: 'PA_4nYw8sKd',
    identity: 'bo',
    name: 'Bo Lind',
    metadata: '',
    attributes: {},
    joinedAt: joined,
    kind: 'standard',
    protocol: 'webrtc',
    region: 'frankfurt',
    role: null,
  },
};

const { description: _, exceptions: _1, overrides: _2, invitees, settings: _3, ...withUrls } = meeting;
const { joinUrl: _4, hostUrl: _5, ...eventMeeting } = withUrls;
const ofMeeting = {
  id: 'EV_8aQm2rLd',
  createdAt: made,
  sequence: 2,
  changed: ['durationMinutes'],
  meeting: { ...eventMeeting, inviteeCount: invitees.length, version: 2 },
};

const ofRecording = { id: 'EV_3tWq8hKm', createdAt: ended, sequence: 3, recording };

const { may: _6, ...itemOfEvent } = libraryItem;
const ofItem = { id: 'EV_9kTw2hLd', createdAt: made, sequence: 1, item: itemOfEvent };

/** Webhook examples, by the title of the body; the `event` is still to be set. */
export const webhookExamples: Readonly<Record<string, object>> = {
  WebhookBody: ofRoom,
  MeetingWebhookBody: ofMeeting,
  RecordingWebhookBody: ofRecording,
  ItemWebhookBody: ofItem,
};

export const problemExample = problemOf('/durationMinutes', 'must be at least 1');
