import type { ReactNode } from 'react';
import { ReportApp } from '../account/report/app.tsx';
import type { ConsoleRoute } from '../console/core/route.ts';
import { consoleRooms, fleetNodes, roomPeople, roomPlan } from './console-answers.ts';
import { costAnswers } from './console-cost.ts';
import { slaReport } from './console-report.ts';
import { longSession } from './console-sessions.ts';
import { type Answers, ConsoleStory, storyHandlers, storyPorts } from './scripted-api.tsx';

const pastRooms = consoleRooms.slice(0, 4).map(({ tenant, room, sessions }, at) => ({
  tenant,
  room,
  title: at === 1 ? 'Quarter review' : '',
  sid: `RM_p${at}`,
  startedAt: `2026-11-2${2 - (at % 2)}T0${8 - at}:01:00Z`,
  endedAt: `2026-11-2${2 - (at % 2)}T0${9 - at}:46:00Z`,
  endReason: 'empty',
  estimated: false,
  lostEntries: 0,
  participants: sessions,
  worst: { rttP95Ms: 80 + at * 130, receivedLoss: at / 100 },
}));
const answers: Answers = (_, path) => {
  const [name = ''] = path.split('?');
  if (name === '/console/nodes') return { nodes: fleetNodes() };
  if (/^\/console\/nodes\/.*\/rooms$/.test(name)) return { rooms: consoleRooms.slice(0, 4) };
  if (name === '/sla') return slaReport(path.includes('by=tenant') ? 'tenant' : 'region');
  if (name === '/console/rooms') return { data: consoleRooms, nextCursor: 'more' };
  if (name === '/console/room-lives') return { data: pastRooms };
  if (name === '/console/room-lives/RM_p0/people')
    return { life: pastRooms[0], people: roomPeople.map((one) => ({ ...one, leftAt: '2026-11-22T09:46:00Z' })) };
  if (name.endsWith('/people')) return { people: roomPeople };
  if (name.endsWith('/plan')) return roomPlan;
  if (name === '/console/sessions/PA_2') return longSession;
  return undefined;
};

const meeting = 'mt_8f0a2b';
const occurrence = (startedAt: string, endedAt: string) => ({
  title: 'Quarter review',
  startedAt,
  endedAt,
  sids: ['RM_q1'],
  persons: roomPeople.slice(0, 5).map(({ name, identity, rttMs = 20, loss = 0 }, at) => ({
    attendance: at === 4 ? 'absent' : 'present',
    identity,
    name,
    joins: at === 4 ? 0 : 1 + (at % 2),
    totalS: 2500 - at * 130,
    estimated: false,
    sessionIds: at === 4 ? [] : at % 2 === 0 ? [`PA_${at}`] : [`PA_${at}`, `PA_${at}b`],
    ...(at !== 4 && { quality: { rttP95Ms: rttMs * 2, receivedLoss: loss, freezeMs: 0, measuredS: 2400 } }),
  })),
});
const meetingAnswers: Answers = (_, path) => {
  if (path.endsWith('/timeline')) return longSession;
  return {
    meetingId: meeting,
    number: '482913756',
    title: 'Quarter review',
    complete: true,
    occurrences: [
      occurrence('2026-11-16T08:01:00Z', '2026-11-16T08:46:00Z'),
      occurrence('2026-11-23T08:01:00Z', '2026-11-23T08:46:00Z'),
    ],
  };
};
const page = (route: ConsoleRoute, pageAnswers = answers) => <ConsoleStory route={route} answers={pageAnswers} />;

export const consolePageStories: Readonly<Record<string, () => ReactNode>> = {
  'console-fleet': () => page({ page: 'fleet' }),
  'console-node': () => page({ page: 'node', node: 'sfu-fra-1' }),
  'console-rooms': () => page({ page: 'rooms' }),
  'console-past': () => page({ page: 'past-rooms' }),
  'console-past-room': () => page({ page: 'past-room', sid: 'RM_p0' }),
  'console-room': () => page({ page: 'room', tenant: 'example', room: 'quarter-review' }),
  'console-report': () => page({ page: 'report' }),
  'console-cost': () => page({ page: 'cost' }, costAnswers()),
  'console-session': () => page({ page: 'session', session: 'PA_2' }),
  'meeting-report': () => (
    <ReportApp route={{ name: 'report', meeting }} ports={storyPorts(meetingAnswers)} {...storyHandlers} />
  ),
  'meeting-session': () => (
    <ReportApp
      route={{ name: 'session', meeting, session: 'PA_2' }}
      ports={storyPorts(meetingAnswers)}
      {...storyHandlers}
    />
  ),
};
