// Pages of the console besides the map, answered by a script instead of the api.
import type { ReactNode } from 'react';
import { ReportApp } from '../account/report/app.tsx';
import { ConsoleApp } from '../console/app.tsx';
import type { ConsoleRoute } from '../console/core/route.ts';
import type { DialState } from '../console/types.ts';
import type { Answers } from './admin.tsx';
import { scriptedClient, storyMe } from './admin.tsx';
import { consoleRooms, fleetNodes, roomPeople, roomPlan, storyNowMs } from './console-answers.ts';
import { costAnswers } from './console-cost.ts';
import { dialHistory, dialState } from './console-dial.ts';
import { inspectionAnswers } from './console-inspection.ts';
import { emptySlaReport, slaReport } from './console-report.ts';
import { longSession, phoneSession, shortSession } from './console-sessions.ts';
import { Doing } from './press.tsx';

const answers: Answers = (method, path) => {
  const [name = ''] = path.split('?');
  if (method === 'POST') return { heard: !name.includes('lon') };
  if (name === '/console/nodes') return { nodes: fleetNodes() };
  if (/^\/console\/nodes\/.*\/rooms$/.test(name)) return { rooms: consoleRooms.slice(0, 4) };
  if (name === '/console/dial') return dialState();
  if (name === '/console/dial/history') return dialHistory();
  if (name === '/sla') return slaReport(path.includes('by=tenant') ? 'tenant' : 'region');
  if (name === '/console/rooms') return { data: consoleRooms, nextCursor: 'more' };
  if (name.endsWith('/people')) return { people: name.includes('empty') ? [] : roomPeople };
  if (name.endsWith('/plan')) return name.includes('away') ? undefined : roomPlan;
  if (name === '/console/sessions/PA_2') return longSession;
  if (name === '/console/sessions/PA_7') return shortSession;
  if (name === '/console/sessions/PA_4') return phoneSession;
  return undefined;
};

const meeting = 'mt_8f0a2b';
const held = (startedAt: string, endedAt: string) => ({
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
      held('2026-11-16T08:01:00Z', '2026-11-16T08:46:00Z'),
      held('2026-11-23T08:01:00Z', '2026-11-23T08:46:00Z'),
    ],
  };
};
const ports = (given: Answers) => ({
  client: scriptedClient(given),
  run: <T,>(call: () => Promise<T>) => call(),
  me: { ...storyMe, scopes: [...storyMe.scopes, 'operator'] },
  timeZone: 'Europe/Berlin',
  now: () => storyNowMs,
  openStream: () => ({
    readyState: 1,
    onopen: null,
    onerror: null,
    addEventListener: () => undefined,
    close: () => undefined,
  }),
});
const ends = { onSignOut: () => Promise.resolve(), onSignedOut: () => undefined };

function ConsoleStory({ route, answers: given = answers }: { route: ConsoleRoute; answers?: Answers }): ReactNode {
  return <ConsoleApp {...{ route, ...ends }} ports={ports(given)} />;
}

const dial = (given: DialState) => (
  <ConsoleStory route={{ page: 'dial' }} answers={(_, path) => (path.includes('history') ? dialHistory() : given)} />
);
/** As after a click on the first cell. */
const dialOpened = () => (
  <Doing steps={[{ press: '.dial-matrix .dial-cell' }]}>
    <ConsoleStory route={{ page: 'dial' }} />
  </Doing>
);
/** As after a click on the button. */
const reportForm = () => (
  <Doing steps={[{ press: '[data-testid="add-exclusion"]' }]}>
    <ConsoleStory route={{ page: 'report' }} />
  </Doing>
);
const room = (name: string) => <ConsoleStory route={{ page: 'room', tenant: 'example', room: name }} />;
const session = (id: string) => <ConsoleStory route={{ page: 'session', session: id }} />;

export const consolePageStories: Readonly<Record<string, () => ReactNode>> = {
  'console-fleet': () => <ConsoleStory route={{ page: 'fleet' }} />,
  'console-fleet-away': () => <ConsoleStory route={{ page: 'fleet' }} answers={() => undefined} />,
  'console-node': () => <ConsoleStory route={{ page: 'node', node: 'sfu-fra-1' }} />,
  'console-rooms': () => <ConsoleStory route={{ page: 'rooms' }} />,
  'console-room': () => room('quarter-review'),
  'console-room-over': () => room('empty'),
  'console-room-away': () => room('away'),
  'console-dial': () => <ConsoleStory route={{ page: 'dial' }} />,
  'console-dial-opened': dialOpened,
  'console-dial-good': () => dial(dialState({ isGood: true })),
  'console-dial-empty': () => dial({ at: new Date(storyNowMs).toISOString(), regions: [], cells: [], faults: [] }),
  'console-inspection': () => <ConsoleStory route={{ page: 'inspection' }} answers={inspectionAnswers()} />,
  'console-inspection-good': () => (
    <ConsoleStory route={{ page: 'inspection' }} answers={inspectionAnswers({ isGood: true })} />
  ),
  'console-inspection-settings': () => (
    <Doing steps={[{ press: '[data-testid="inspection-settings"]' }]}>
      <ConsoleStory route={{ page: 'inspection' }} answers={inspectionAnswers()} />
    </Doing>
  ),
  'console-report': () => <ConsoleStory route={{ page: 'report' }} />,
  'console-report-form': reportForm,
  'console-report-empty': () => <ConsoleStory route={{ page: 'report' }} answers={() => emptySlaReport('region')} />,
  'console-cost': () => <ConsoleStory route={{ page: 'cost' }} answers={costAnswers()} />,
  'console-cost-empty': () => <ConsoleStory route={{ page: 'cost' }} answers={costAnswers('empty')} />,
  'console-cost-prices': () => (
    <Doing steps={[{ press: '[data-testid="assumed"] button' }]}>
      <ConsoleStory route={{ page: 'cost' }} answers={costAnswers()} />
    </Doing>
  ),
  'console-cost-wrong': () => (
    <Doing
      steps={[
        { press: '[data-testid="cost-prices"]' },
        { press: '[data-testid="lines-traffic"] > .button' },
        { press: 'dialog .button.primary' },
      ]}
    >
      <ConsoleStory route={{ page: 'cost' }} answers={costAnswers('set')} />
    </Doing>
  ),
  'console-cost-away': () => <ConsoleStory route={{ page: 'cost' }} answers={() => undefined} />,
  'console-session': () => session('PA_2'),
  'console-session-short': () => session('PA_7'),
  'console-session-phone': () => session('PA_4'),
  'console-session-gone': () => session('PA_none'),
  'meeting-report': () => <ReportApp route={{ name: 'report', meeting }} ports={ports(meetingAnswers)} {...ends} />,
  'meeting-session': () => (
    <ReportApp route={{ name: 'session', meeting, session: 'PA_2' }} ports={ports(meetingAnswers)} {...ends} />
  ),
};
