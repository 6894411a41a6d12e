// Meetings of signed-in users: the lists, the booking form, a meeting's details, a past meeting.
import type { ReactNode } from 'react';
import { AccountApi } from '../account/api.ts';
import type { Meeting, MyOccurrence, RecordingOutput, UserSession } from '../account/core/model.ts';
import { ReportApp } from '../account/report/app.tsx';
import { MeetingsPage } from '../account/ui/meetings-page.tsx';
import type { ListedRecording } from '../admin/recordings/table.tsx';
import { type Answers, storyHandlers, storyMe, storyNowMs, storyPorts } from './scripted-api.tsx';
import { ScriptedUser, type Step } from './scripted-user.tsx';

const nothing = (): void => undefined;
const HOUR_MS = 3_600_000;
const meetingId = 'mt_0a1b2c';
const timeOf = (hours: number): string => new Date(storyNowMs + hours * HOUR_MS).toISOString();

const occurrence = (title: string, hours: number, more: Partial<MyOccurrence> = {}): MyOccurrence => ({
  meetingId,
  number: '590074565',
  room: meetingId,
  title,
  joinUrl: 'https://meet.example.org/m/590074565',
  hostUrl: `https://meet.example.org/meetings/${meetingId}/join`,
  originalStart: timeOf(hours).slice(0, 19),
  startsAt: timeOf(hours),
  endsAt: timeOf(hours + 0.5),
  part: 'host',
  isRecurring: false,
  recurrence: '',
  timeZone: 'Europe/Berlin',
  mayChange: true,
  hasConflict: false,
  ...more,
});
export const upcoming = [
  occurrence('Quarter review', 1),
  occurrence('Design critique', 26, { part: 'invitee', answer: 'accepted' }),
];
const past = [
  occurrence('Stand-up', -24, { isRecurring: true, recurrence: 'FREQ=WEEKLY;COUNT=10' }),
  occurrence('Interview with a candidate for the data platform', -26, { part: 'invitee', answer: 'accepted' }),
  occurrence('Launch show', -96),
];
const person = (name: string, as: 'host' | 'invitee' | undefined, minutes: number) => ({
  name,
  ...(as !== undefined && { as }),
  attendance: minutes === 0 ? 'absent' : 'present',
  isMe: as === 'host',
  totalS: minutes * 60,
  ...(minutes > 0 && { firstJoinedAt: timeOf(-24), lastLeftAt: timeOf(-24 + minutes / 60) }),
});
const output = (name: string, change: Partial<RecordingOutput> = {}): RecordingOutput => ({
  item: 'it_2',
  name,
  source: 'composed',
  identity: null,
  participant: null,
  title: 'Stand-up',
  offsetMs: 0,
  durationMs: 24 * 60_000,
  width: 1280,
  height: 720,
  bytes: 90_000_000,
  ...change,
});
const recording = (id: string, change: Partial<ListedRecording> = {}): ListedRecording => ({
  id,
  room: meetingId,
  sid: 'RM_5pXc9aTz',
  title: 'Stand-up',
  meetingId,
  originalStart: timeOf(-24).slice(0, 19),
  identity: null,
  mode: 'composed',
  layout: 'grid',
  by: 'hana',
  state: 'finished',
  version: 1,
  startedAt: timeOf(-24),
  endedAt: timeOf(-23.6),
  estimated: false,
  durationMs: 24 * 60_000,
  holeMs: 0,
  holes: [],
  bytes: 184_000_000,
  outputs: [output('composed')],
  failure: null,
  later: false,
  task: null,
  trashedAt: null,
  byName: 'Hana Nováková',
  may: 'change',
  ...change,
});
export const recordings = [
  recording('re_1'),
  recording('re_3', {
    mode: 'tracks',
    outputs: [
      output('p001-camera', { source: 'camera', identity: 'hana', participant: 'Hana Nováková' }),
      output('p001-screen', { source: 'screen', identity: 'hana', participant: 'Hana Nováková', durationMs: 400_000 }),
      output('p002-camera', { source: 'camera', identity: 'wei', participant: '陈伟' }),
    ],
  }),
  recording('re_4', {
    outputs: [],
    state: 'finishing',
    later: true,
    task: { kind: 'compose', state: 'running', done: 0.42 },
    durationMs: null,
    bytes: null,
    failure: 'STINT_UNREADABLE',
  }),
  recording('re_2', {
    outputs: [],
    title: '',
    room: 'lobby',
    meetingId: null,
    state: 'running',
    durationMs: null,
    bytes: null,
  }),
];

const meeting: Meeting = {
  id: meetingId,
  number: '590074565',
  room: meetingId,
  title: 'Design critique',
  description: 'Bring one page that you find hard to read.',
  status: 'scheduled',
  localStart: timeOf(27).slice(0, 19),
  timeZone: 'Europe/Berlin',
  startsAt: timeOf(26),
  durationMinutes: 30,
  recurrence: '',
  exceptions: [],
  overrides: [],
  hosts: [storyMe.id],
  cohosts: [],
  invitees: [
    {
      id: 'iv_1',
      email: 'wei.chen@example.org',
      name: '陈伟',
      userId: 'wei',
      role: null,
      language: 'zh',
      status: 'accepted',
    },
    { id: 'iv_2', email: 'bo@example.org', name: '', userId: '', role: null, language: 'en', status: 'needsAction' },
  ],
  settings: {
    waitingRoom: true,
    joinBeforeHost: false,
    capacity: 0,
    muteOnEntry: false,
    hardEnd: false,
    record: 'off',
    kind: 'meeting',
    regions: [],
  },
  hasPassword: false,
  joinUrl: 'https://meet.example.org/m/590074565',
  hostUrl: `https://meet.example.org/meetings/${meetingId}/join`,
  version: 1,
  sequence: 0,
  createdAt: timeOf(-90),
  updatedAt: timeOf(-90),
};

const session = (id: string, browser: string, current: boolean): UserSession => ({
  id,
  browser,
  address: '192.0.2.14',
  createdAt: timeOf(-90),
  usedAt: timeOf(current ? 0 : -20),
  endsAt: timeOf(600),
  current,
});
const sessions = [
  session('se_1', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', true),
  session(
    'se_2',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
    false,
  ),
];

const answers: Answers = (_method, path) => {
  if (path.startsWith('/me/meetings?')) return { data: path.includes('state=ended') ? past : upcoming };
  if (path.includes('/attendance'))
    return {
      meetingId,
      number: '590074565',
      title: 'Stand-up',
      originalStart: timeOf(-24).slice(0, 19),
      startsAt: timeOf(-24),
      endsAt: timeOf(-23.5),
      part: 'host',
      hasReport: true,
      startedAt: timeOf(-24),
      endedAt: timeOf(-23.5),
      isShown: true,
      persons: [
        person('Hana Nováková', 'host', 30),
        person('李明', 'invitee', 22),
        person('A guest', undefined, 4),
        person('Bo Lind', 'invitee', 0),
      ],
    };
  if (path.startsWith('/me/recordings')) return { data: recordings.slice(0, 2) };
  if (path === `/meetings/${meetingId}`) return meeting;
  if (path.includes('/conflicts')) return { data: [] };
  if (path === '/me/sessions') return { data: sessions };
  if (path.startsWith('/file-links')) return { data: [] };
  return undefined;
};

const ports = storyPorts(answers);
const meetingsPage = (isPast: boolean): ReactNode => (
  <MeetingsPage
    me={storyMe}
    api={new AccountApi(ports.client)}
    timeZone={ports.timeZone}
    now={ports.now}
    isPast={isPast}
    onJoin={nothing}
    onSignedOut={nothing}
  />
);

const pressed = (steps: readonly Step[]): ReactNode => <ScriptedUser steps={steps}>{meetingsPage(false)}</ScriptedUser>;

export const accountStories: Readonly<Record<string, () => ReactNode>> = {
  'account-meetings': () => meetingsPage(false),
  'account-past': () => meetingsPage(true),
  'account-past-meeting': () => (
    <ReportApp
      route={{ name: 'held', meeting: meetingId, originalStart: timeOf(-24).slice(0, 19) }}
      ports={ports}
      {...storyHandlers}
    />
  ),
  'account-booking': () => pressed([{ press: '[data-testid=new-meeting]' }]),
  'account-details': () => pressed([{ press: '[data-testid=meeting-row] button' }]),
  'account-security': () =>
    pressed([
      { press: '.account-menu:not(.place-menu) summary' },
      { press: '.account-menu:not(.place-menu) button:nth-of-type(2)' },
    ]),
};
