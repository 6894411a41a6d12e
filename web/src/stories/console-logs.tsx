// The page of logs with scripted lines instead of nodes.
import type { ReactNode } from 'react';
import { ConsoleApp } from '../console/app.tsx';
import type { LogSearch } from '../console/types.ts';
import { type Answers, scriptedClient, storyMe } from './admin.tsx';
import { Doing } from './press.tsx';

const at = (ms: number): string => new Date(Date.parse('2026-11-26T09:00:00Z') - ms).toISOString();
const line = (
  ms: number,
  node: string,
  level: string,
  message: string,
  fields: object = {},
): LogSearch['lines'][number] => ({
  at: at(ms),
  node,
  level,
  message,
  text: JSON.stringify({
    level,
    time: at(ms),
    pid: 4711,
    name: node.split('-')[0],
    roomKey: 'acme/town-hall',
    ...fields,
    msg: message,
  }),
  isCut: false,
});
const found: LogSearch = {
  lines: [
    line(120, 'sig-fra', 'info', 'participant left', { sessionId: 'PA_b6Kq0ZtW3nYd81Lm', reason: 'PING_TIMEOUT' }),
    line(1380, 'sfu-fra-1', 'warn', 'transport closed: no ICE consent for 30 s', { sessionId: 'PA_b6Kq0ZtW3nYd81Lm' }),
    line(31_400, 'sfu-sgp-1', 'error', 'the pull failed; another carrier is tried', {
      trackId: 'TR_Qm2ZxVb81LsA',
      err: { code: 'NODE_UNREACHABLE', message: 'The media node does not answer.', stack: 'Error: …' },
    }),
    {
      ...line(64_000, 'centre', 'info', 'placed'),
      text: `{"level":"info","time":"${at(64_000)}","decisionId":"DE_81f`,
      isCut: true,
    },
  ],
  nodes: [
    { node: 'centre', source: 'journal', lines: 1, searchedFrom: at(600_000) },
    { node: 'sig-fra', source: 'file', lines: 1 },
    { node: 'sfu-fra-1', source: 'file', lines: 1 },
    { node: 'sfu-sgp-1', source: 'file', lines: 1 },
    { node: 'sfu-sgp-2', code: 'NODE_UNREACHABLE', lines: 0 },
    { node: 'sig-pod-7', code: 'NO_LOGS', lines: 0 },
  ],
  older: at(600_000),
};
const answers: Answers = (_, path) => (path.startsWith('/console/logs') ? found : { data: [] });
const nothing: Answers = (_, path) =>
  path.startsWith('/console/logs')
    ? { lines: [], nodes: [{ node: 'centre', source: 'file', lines: 0 }] }
    : { data: [] };

function LogsStory({ given = answers }: { given?: Answers }) {
  const ports = {
    client: scriptedClient(given),
    run: <T,>(call: () => Promise<T>) => call(),
    me: { ...storyMe, scopes: [...storyMe.scopes, 'operator'] },
    timeZone: 'Europe/Berlin',
    now: () => Date.parse('2026-11-26T09:00:00Z'),
    openStream: () => ({
      onopen: null,
      onerror: null,
      readyState: 1,
      addEventListener: () => undefined,
      close: () => undefined,
    }),
  };
  const ends = { onSignOut: () => Promise.resolve(), onSignedOut: () => undefined };
  return <ConsoleApp route={{ page: 'logs' }} {...{ ports, ...ends }} />;
}

const searched = (more: readonly { press: string }[] = [], given?: Answers): ReactNode => (
  <Doing steps={[{ press: '[data-testid=look]' }, ...more]}>
    <LogsStory {...(given && { given })} />
  </Doing>
);
export const consoleLogsStories: Readonly<Record<string, () => ReactNode>> = {
  'console-logs': () => searched(),
  'console-logs-open': () => searched([{ press: 'tbody tr:nth-child(3) summary' }]),
  'console-logs-none': () => searched([], nothing),
  'console-logs-start': () => <LogsStory />,
};
