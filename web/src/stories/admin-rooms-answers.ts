// What the api would answer about rooms and their lives, for the stories.

const room = (one: object) => ({
  name: 'stand-up',
  sid: 'RM_7FqZk2',
  active: true,
  createdAt: '2026-11-23T08:30:12Z',
  numParticipants: 4,
  numPublishers: 3,
  numWaiting: 0,
  emptyTimeoutS: 0,
  idleTimeoutS: 0,
  maxParticipants: 0,
  title: '',
  metadata: '',
  lobby: false,
  locked: false,
  needsHost: false,
  opensAt: null,
  endsAt: null,
  hardEnd: false,
  spotlight: [],
  version: 2,
  members: [],
  bans: [],
  ...one,
});
const rooms = [
  room({
    name: 'mt_8Zr2mQkL0vXw5TgYb1Nc',
    title: '季度评审会议：北京与法兰克福',
    numParticipants: 6,
    numWaiting: 3,
    lobby: true,
    endsAt: '2026-11-23T10:30:00Z',
    hardEnd: true,
    maxParticipants: 50,
  }),
  room({ locked: true, createdAt: '2026-11-23T06:01:00Z' }),
  room({
    name: 'a-room-with-a-name-that-goes-on-for-longer-than-a-phone-is-wide-2026-11-23',
    numParticipants: 1204,
    numPublishers: 2,
  }),
];

const track = (source: string, one: object = {}) => ({
  sid: `TR_${source}`,
  kind: source === 'microphone' ? 'audio' : 'video',
  source,
  name: '',
  muted: false,
  mimeType: '',
  width: 0,
  height: 0,
  ...one,
});
const person = (identity: string, name: string, one: object = {}) => ({
  sid: `PA_${identity}`,
  identity,
  name,
  metadata: '',
  attributes: {},
  kind: 'standard',
  protocol: 'webrtc',
  role: null,
  permission: { canPublish: true, canSubscribe: true, canPublishData: true, roomAdmin: false, hidden: false },
  joinedAt: '2026-11-23T08:31:40Z',
  handRaisedAt: null,
  region: 'frankfurt',
  quality: 'excellent',
  tracks: [track('microphone'), track('camera')],
  ...one,
});
const participants = [
  person('usr_hana', 'Hana Nováková', {
    role: 'host',
    tracks: [track('microphone'), track('camera'), track('screen_share')],
  }),
  person('li.wei@example.com', '李伟', {
    region: 'singapore',
    quality: 'poor',
    joinedAt: '2026-11-23T08:33:02Z',
    tracks: [track('microphone', { muted: true }), track('camera')],
  }),
  person('usr_wangari', 'Wangari Muthoni wa Kamau-Oyelaran', {
    role: 'cohost',
    handRaisedAt: '2026-11-23T08:44:00Z',
    quality: 'good',
    tracks: [],
  }),
  person('main-stage', '', { kind: 'gateway', protocol: 'rtmp', quality: 'unknown' }),
  person('guest-41', 'Ana', { quality: 'lost', tracks: [track('microphone')] }),
];
const waiters = [
  { waitId: 'w1', identity: 'guest-77', name: 'Ivo Schneider', since: '2026-11-23T08:45:10Z' },
  { waitId: 'w2', identity: 'guest-78', name: '', since: '2026-11-23T08:47:40Z' },
];
const live = {
  publishers: [
    {
      identity: 'main-stage',
      protocol: 'rtmp',
      since: '2026-11-23T08:32:00Z',
      video: { codec: 'h264', width: 1920, height: 1080, fps: 30, bitrateKbps: 4200, keyFrameIntervalMs: 4000 },
      audio: { codec: 'aac', bitrateKbps: 128 },
      warnings: ['KEYFRAME_INTERVAL'],
      gateway: 'gw-fra-1',
      region: 'frankfurt',
    },
  ],
  outputs: [
    { protocol: 'hls', viewers: 1280, bitrateKbps: 2_400_000 },
    { protocol: 'push', viewers: 1, bitrateKbps: 4100 },
  ],
  gatewaysSilent: ['gw-sgp-2'],
};
const stream = (one: object) => ({
  id: 'RS_1',
  room: 'stand-up',
  url: 'rtmp://live.example.com/app/***',
  state: 'live',
  attempts: 1,
  bitrateKbps: 4100,
  gateway: 'gw-fra-1',
  createdBy: 'key:acmekey',
  createdAt: '2026-11-23T08:32:00Z',
  endsAt: '2026-11-24T08:32:00Z',
  droppedPictures: 0,
  ...one,
});
const pushes = [
  stream({ droppedPictures: 12 }),
  stream({
    id: 'RS_2',
    url: 'rtmps://a.rtmp.videos.example.net:443/live2/***',
    state: 'waiting',
    lastError: { code: 'REFUSED', reason: 'the server does not accept the key' },
  }),
];

const felt = (one: object = {}) => ({
  device: 'Chrome 131, Windows',
  location: 'Hamburg, DE',
  signalingId: 'sig-fra',
  route: ['sfu-fra-1'],
  measuredS: 1400,
  resumes: 0,
  rttP50Ms: 18,
  rttP95Ms: 42,
  sentLoss: 0.0012,
  receivedLoss: 0,
  sentBps: 1_200_000,
  receivedBps: 3_100_000,
  freezeCount: 0,
  freezeMs: 0,
  toldAt: '2026-11-20T10:31:00Z',
  ...one,
});
const stay = (identity: string, name: string, one: object = {}) => ({
  id: `ST_${identity}`,
  sid: 'RM_q1',
  participantSid: `PA_${identity}`,
  identity,
  name,
  kind: 'standard',
  protocol: 'webrtc',
  region: 'frankfurt',
  nodeId: 'sfu-fra-1',
  joinedAt: '2026-11-20T09:58:12Z',
  leftAt: '2026-11-20T10:31:40Z',
  leftReason: 'LEFT',
  estimated: false,
  quality: felt(),
  ...one,
});
const stays = [
  stay('usr_hana', 'Hana Nováková'),
  stay('li.wei@example.com', '李伟', {
    region: 'singapore',
    leftReason: 'CONNECTION_LOST',
    quality: felt({
      device: 'Safari 19, iPhone',
      location: 'Beijing, CN',
      rttP95Ms: 310,
      receivedLoss: 0.062,
      freezeMs: 92_000,
      resumes: 3,
    }),
  }),
  stay('guest-41', 'Ana', { leftReason: 'KICKED', leftAt: '2026-11-20T10:02:00Z', quality: felt({ rttP95Ms: 270 }) }),
  stay('main-stage', '', { kind: 'gateway', protocol: 'rtmp', quality: undefined, estimated: true }),
];
const life = (one: object) => ({
  sid: 'RM_q1',
  room: 'mt_8Zr2mQkL0vXw5TgYb1Nc',
  title: '季度评审会议：北京与法兰克福',
  meetingId: 'mt_8Zr2mQkL0vXw5TgYb1Nc',
  startedAt: '2026-11-20T09:58:10Z',
  endedAt: '2026-11-20T10:31:42Z',
  endReason: 'empty',
  estimated: false,
  lostEntries: 0,
  participants: 4,
  worst: { rttP95Ms: 310, sentLoss: 0.0012, receivedLoss: 0.062, freezeShare: 0.0657 },
  ...one,
});
const lives = [
  life({
    sid: 'RM_now',
    room: 'stand-up',
    title: '',
    meetingId: undefined,
    startedAt: '2026-11-23T06:01:00Z',
    endedAt: undefined,
    endReason: undefined,
    worst: undefined,
  }),
  life({}),
  life({
    sid: 'RM_q2',
    room: 'daily',
    title: '',
    meetingId: undefined,
    participants: 12,
    startedAt: '2026-11-19T08:00:01Z',
    endedAt: '2026-11-19T08:00:45Z',
    worst: { rttP95Ms: 61, sentLoss: 0, receivedLoss: 0.0004, freezeShare: 0 },
  }),
  life({
    sid: 'RM_q3',
    room: 'a-room-with-a-name-that-goes-on-for-longer-than-a-phone-is-wide-2026-11-18',
    title: '',
    meetingId: undefined,
    participants: 1204,
    estimated: true,
    endReason: 'UNKNOWN',
    lostEntries: 14,
    worst: { rttP95Ms: 1280, sentLoss: 0.02, receivedLoss: 0, freezeShare: 0.012 },
  }),
];
const attended = (name: string, one: object = {}) => ({
  attendance: 'present',
  identity: name,
  name,
  joins: 1,
  totalS: 2008,
  estimated: false,
  quality: felt(),
  ...one,
});
const report = {
  meetingId: 'mt_8Zr2mQkL0vXw5TgYb1Nc',
  number: '493817264',
  title: '季度评审会议：北京与法兰克福',
  complete: true,
  occurrences: [
    {
      originalStart: '2026-11-20T11:00:00',
      title: '季度评审会议：北京与法兰克福',
      startsAt: '2026-11-20T10:00:00Z',
      endsAt: '2026-11-20T10:30:00Z',
      startedAt: '2026-11-20T09:58:10Z',
      endedAt: '2026-11-20T10:31:42Z',
      sids: ['RM_q1'],
      persons: [
        attended('Hana Nováková', { as: 'host', email: 'hana.novakova@example.org' }),
        attended('李伟', {
          as: 'invitee',
          email: 'li.wei@example.com',
          joins: 4,
          quality: felt({ rttP95Ms: 310, receivedLoss: 0.062 }),
        }),
        attended('Ana', { totalS: 228 }),
        attended('', {
          attendance: 'absent',
          identity: '',
          as: 'invitee',
          email: 'a.very.long.address.of.a.guest@department.company.example',
          joins: 0,
          totalS: 0,
          quality: undefined,
        }),
      ],
    },
  ],
};

const inLife = (name: string, one: object = {}) => ({
  attendance: 'present',
  identity: name,
  name,
  joins: 1,
  firstJoinedAt: '2026-11-20T09:58:10Z',
  lastLeftAt: '2026-11-20T10:31:42Z',
  totalS: 2008,
  share: 1,
  breakOutS: 0,
  breakOuts: 0,
  estimated: false,
  ...one,
});
const attendance = {
  sid: 'RM_q1',
  room: 'mt_8Zr2mQkL0vXw5TgYb1Nc',
  startedAt: '2026-11-20T09:58:10Z',
  endedAt: '2026-11-20T10:31:42Z',
  complete: true,
  persons: [
    inLife('Hana Nováková', { breakOutS: 604, breakOuts: 2 }),
    inLife('李伟', {
      identity: 'li.wei@example.com',
      joins: 4,
      share: 0.914,
      totalS: 1835,
      breakOutS: 602,
      breakOuts: 1,
    }),
    inLife('Ana', { totalS: 228, share: 0.114, estimated: true }),
    inLife('a.very.long.address.of.a.guest@department.company.example', {
      attendance: 'absent',
      joins: 0,
      firstJoinedAt: undefined,
      lastLeftAt: undefined,
      totalS: 0,
      share: 0,
    }),
  ],
};
const ongoing = {
  ...attendance,
  endedAt: undefined,
  persons: [inLife('Ana', { lastLeftAt: undefined })],
};

const found = (name: string) => rooms.find((one) => one.name === name);

export function roomAnswers(_method: string, path: string): unknown {
  const [, , name = '', part] = (path.split('?')[0] ?? '').split('/').map(decodeURIComponent);
  if (name === '') return { data: rooms, missing: [] };
  switch (part) {
    case undefined:
      return found(name);
    case 'participants':
      return { data: participants };
    case 'waiting':
      return { data: found(name)?.numWaiting === 0 ? [] : waiters, more: found(name)?.numWaiting === 0 ? 0 : 1 };
    case 'live':
      return found(name)?.locked === true ? { publishers: [], outputs: [], gatewaysSilent: [] } : live;
    case 'pushes':
      return { data: found(name)?.locked === true ? [] : pushes };
    default:
      return { data: [] };
  }
}

export function reportAnswers(_method: string, path: string): unknown {
  if (path.startsWith('/meetings/')) return report;
  const [, , sid = '', part] = (path.split('?')[0] ?? '').split('/');
  if (sid === '') return { data: lives, nextCursor: 'x' };
  if (part === 'attendance') return sid === 'RM_now' ? ongoing : attendance;
  return part === 'stays' ? { data: stays } : lives.find((one) => one.sid === sid);
}
