// The operations console, answered by a script instead of the api.
import type { ReactNode } from 'react';
import type { Me } from '../account/core/model.ts';
import { ConsoleApp } from '../console/app.tsx';
import { noCounts } from '../console/core/levels.ts';
import type { ConsoleRoute } from '../console/core/route.ts';
import type { EventStream } from '../console/ports.ts';
import type { ConsolePerson, World } from '../console/types.ts';
import { type Answers, scriptedClient } from './admin.tsx';
import { storyAlarms } from './console-alarms.tsx';
import { changeOf, fakeWorld } from './console-world.ts';

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

/** The first message at once, then a change every two seconds. */
class ScriptedStream implements EventStream {
  onopen = null;
  onerror = null;
  readonly readyState = 1;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  readonly #timers: ReturnType<typeof setTimeout>[] = [];

  constructor(world: World | undefined, isLive: boolean) {
    if (world === undefined) return;
    this.#timers.push(setTimeout(() => this.#say('world', world)));
    let { seq } = world;
    const change = (): void => {
      seq += 1;
      this.#say('change', changeOf(world, seq));
    };
    if (isLive) this.#timers.push(setInterval(change, 2000));
  }

  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(name, listener);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #say(name: string, value: object): void {
    this.#listeners.get(name)?.(new MessageEvent(name, { data: JSON.stringify(value) }));
  }
}

interface ConsoleStoryProps {
  route: ConsoleRoute | undefined;
  answers: Answers;
  world?: World | undefined;
  isLive?: boolean;
  by?: Me;
}

/** A page of the console with these answers, at a time that does not pass. */
export function ConsoleStory({ route, answers, world, isLive = false, by = me }: ConsoleStoryProps): ReactNode {
  const ports = {
    client: scriptedClient(answers),
    run: <T,>(call: () => Promise<T>) => call(),
    me: by,
    timeZone: 'Europe/Berlin',
    now: () => Date.parse('2026-11-26T09:00:00Z'),
    openStream: () => new ScriptedStream(world, isLive),
  };
  return <ConsoleApp {...{ route, ports }} onSignOut={() => Promise.resolve()} onSignedOut={() => undefined} />;
}

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

/** In places of this world. */
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

const empty: World = {
  ...fakeWorld(),
  totals: { sessions: 0, rooms: 0, nodes: 0, nodesAlive: 0, strength: noCounts },
  sites: [],
  links: [],
  places: [],
};

/** The address says what is chosen, as it does in the product. */
function Chosen({ query, children }: { query: string; children: ReactNode }): ReactNode {
  const here = new URLSearchParams(location.search);
  for (const [name, value] of new URLSearchParams(query)) here.set(name, value);
  history.replaceState(null, '', `?${here}`);
  return children;
}

const map = { page: 'map' } as const;
export const consoleStories: Readonly<Record<string, () => ReactNode>> = {
  'console-map': () => <ConsoleStory route={map} answers={answers} world={fakeWorld()} />,
  'console-map-live': () => <ConsoleStory route={map} answers={answers} world={fakeWorld()} isLive />,
  'console-map-site': () => (
    <Chosen query="site=de/Frankfurt">
      <ConsoleStory route={map} answers={answers} world={fakeWorld()} />
    </Chosen>
  ),
  'console-map-link': () => (
    <Chosen query={`${new URLSearchParams({ from: over.from, to: over.to })}`}>
      <ConsoleStory route={map} answers={answers} world={fakeWorld()} />
    </Chosen>
  ),
  'console-map-region': () => (
    <Chosen query="region=sg">
      <ConsoleStory route={map} answers={answers} world={fakeWorld()} />
    </Chosen>
  ),
  'console-map-place': () => (
    <Chosen query="place=London, GB">
      <ConsoleStory route={map} answers={answers} world={fakeWorld()} />
    </Chosen>
  ),
  'console-map-list': () => (
    <Chosen query="view=list">
      <ConsoleStory route={map} answers={answers} world={fakeWorld()} />
    </Chosen>
  ),
  'console-map-empty': () => <ConsoleStory route={map} answers={answers} world={empty} />,
  'console-map-centre': () => (
    <ConsoleStory
      route={map}
      answers={answers}
      world={{ ...fakeWorld(), centre: { isReachable: false, sinceMs: 42_000 } }}
    />
  ),
  'console-missing': () => <ConsoleStory route={undefined} answers={answers} />,
  'console-not-allowed': () => (
    <ConsoleStory route={map} answers={answers} by={{ ...me, role: 'admin', scopes: ['users:admin'] }} />
  ),
};
