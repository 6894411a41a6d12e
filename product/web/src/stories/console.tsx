import type { ReactNode } from 'react';
import type { Me } from '../account/core/model.ts';
import type { EventStream } from '../console/ports.ts';
import type { ConsolePerson, World } from '../console/types.ts';
import { storyAlarms } from './console-alarms.tsx';
import { fakeWorld } from './console-world.ts';
import { type Answers, ConsoleStory } from './scripted-api.tsx';

const me: Me = {
  id: 'usr_hana',
  tenant: 'example',
  email: 'hana.novakova@example.org',
  name: 'Hana Nováková',
  role: 'operator',
  hasPassword: true,
  branding: { displayName: null, accentColor: null, logo: null, supportUrl: null },
  scopes: ['users:admin', 'meetings:read', 'operator'],
  ofOperators: true,
};

/** A stream that sends the world once. */
const worldStream = (world: World): EventStream => ({
  onopen: null,
  onerror: null,
  readyState: 1,
  addEventListener: (name, listener) => {
    if (name === 'world') setTimeout(() => listener(new MessageEvent(name, { data: JSON.stringify(world) })));
  },
  close: () => undefined,
});

const MapStory = () => (
  <ConsoleStory
    route={{ page: 'map' }}
    answers={answers}
    more={{ me, now: () => Date.parse('2026-11-26T09:00:00Z'), openStream: () => worldStream(fakeWorld()) }}
  />
);

const names = ['Ann Able', 'Bo Chen', '王芳', 'Dīlip Rao', 'Eva Sørensen', 'Farid Haddad', 'Grace Okafor'];
const people: readonly ConsolePerson[] = names.map((name, at) => ({
  sessionId: `ses_${at}`,
  tenant: 'acme',
  room: at % 2 === 0 ? 'daily' : 'board-meeting',
  sid: 'RM_1',
  identity: `user-${at}`,
  name,
  protocol: 'webrtc',
  nodeId: 'sfu-frankfurt-1',
  fromNodeIds: ['sfu-singapore-1'],
  place: 'Frankfurt, DE',
  countryCode: 'DE',
  joinedAt: '2026-11-26T08:40:00Z',
  strength: (['strong', 'strong', 'medium', 'weak', 'strong', 'medium', 'unknown'] as const)[at] ?? 'strong',
  rttMs: 12 + 37 * at,
}));

const node = (nodeId: string, cpu: number, isCordoned = false) => ({
  nodeId,
  kind: 'sfu',
  hostId: `h-${nodeId}`,
  site: 'de/Frankfurt',
  region: 'de',
  city: 'Frankfurt',
  state: 'alive',
  isLinked: true,
  silentMs: 100,
  version: '0.1.0',
  cpu,
  txBps: 1e8,
  rxBps: 1e8,
  sessions: 210,
  sessionsMax: 500,
  rssBytes: 4e8,
  loopLagMs: 2,
  isCordoned,
  isDraining: false,
  isLeaving: false,
});

const paths = [
  {
    fromHostId: 'fra-1',
    toHostId: 'sin-1',
    fromSite: 'de/Frankfurt',
    toSite: 'sg/Singapore',
    isReachable: true,
    via: 'bom-1',
    viaSite: 'in/Mumbai',
    pathMs: 81,
    rttMs: 188,
    jitterMs: 3,
    loss: 0.012,
    why: 'over bom-1: 81 ms one way instead of 94 ms directly, and 0.1 % loss instead of 1.2 %',
  },
];

/** Alarms at places of this world. */
const alarms: unknown = JSON.parse(
  JSON.stringify(storyAlarms)
    .replaceAll('ap-southeast', 'sg')
    .replaceAll('eu-central', 'de')
    .replaceAll('eu-west', 'gb'),
);

const answers: Answers = (_method, path) => {
  if (path.startsWith('/console/nodes'))
    return { nodes: [node('sfu-frankfurt-1', 0.62), node('sfu-frankfurt-2', 0.41, true)] };
  if (path.startsWith('/console/paths')) return { paths };
  if (path === '/alarms') return { alarms, judgedAt: '2026-11-26T08:59:57Z' };
  return path.startsWith('/console/people') ? { people } : undefined;
};

const over = fakeWorld().links.find(({ via }) => via.length > 0) ?? { from: '', to: '' };

/** Puts the selection into the URL before the page renders, as in the product. */
function WithSelection({ query, children }: { query: string; children: ReactNode }): ReactNode {
  const here = new URLSearchParams(location.search);
  for (const [name, value] of new URLSearchParams(query)) here.set(name, value);
  history.replaceState(null, '', `?${here}`);
  return children;
}

export const consoleStories: Readonly<Record<string, () => ReactNode>> = {
  'console-map': () => <MapStory />,
  'console-map-site': () => (
    <WithSelection query="site=de/Frankfurt">
      <MapStory />
    </WithSelection>
  ),
  'console-map-link': () => (
    <WithSelection query={`${new URLSearchParams({ from: over.from, to: over.to })}`}>
      <MapStory />
    </WithSelection>
  ),
  'console-map-list': () => (
    <WithSelection query="view=list">
      <MapStory />
    </WithSelection>
  ),
};
