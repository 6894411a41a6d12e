// Pages of signed-in users: meetings, a past meeting, the administration's recordings.
import type { ReactNode } from 'react';
import { AccountApi } from '../account/api.ts';
import type { MyOccurrence } from '../account/core/model.ts';
import { ReportApp } from '../account/report/app.tsx';
import { MeetingsPage } from '../account/ui/meetings-page.tsx';
import { AdminApp } from '../admin/app.tsx';
import type { ListedRecording } from '../admin/recordings/table.tsx';
import { type Answers, storyHandlers, storyMe, storyNowMs, storyPorts } from './scripted-api.tsx';

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
const upcoming = [
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
  startedAt: timeOf(-24),
  endedAt: timeOf(-23.6),
  estimated: false,
  durationMs: 24 * 60_000,
  holeMs: 0,
  holes: [],
  bytes: 184_000_000,
  files: [],
  failure: null,
  ...change,
});
const recordings = [
  recording('re_1'),
  recording('re_2', { title: '', room: 'lobby', meetingId: null, state: 'running', durationMs: null, bytes: null }),
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
  if (path.startsWith('/me/recordings')) return { data: recordings.slice(0, 1) };
  if (path.startsWith('/recordings')) return { data: recordings };
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
  'admin-recordings': () => <AdminApp route={{ section: 'recordings' }} ports={adminPorts} {...storyHandlers} />,
};
const adminPorts = {
  ...ports,
  me: { ...storyMe, scopes: [...storyMe.scopes, 'recordings:read', 'recordings:write', 'library:read'] },
};
