// Tests edges as a node sees them: alive while they answer, with the viewers that were led there.
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { edgeSignsOf } from '../../src/edge-signs.ts';
import type { EdgeStatus } from '../../src/edges/status.ts';
import { Edges, QUERY_INTERVAL_MS } from '../../src/edges/watched.ts';

const secret = 'a secret of edges that is long enough';
const place = { region: 'fra', latitude: 50, longitude: 8 };
const server = (name: string) => ({ url: `https://${name}`, ...place, capacity: 100, tier: 'edge' as const });
const choice = { location: place, fence: '', originId: 'lib', originUrl: 'https://lib', contentKey: 'film' };

/** Watches the edges a and b; those in `answering` report that number of connections. */
function watched(...from: string[]) {
  const answering = new Map(from.map((name) => [name, 0]));
  const asked: string[] = [];
  const ask = async (url: string): Promise<EdgeStatus> => {
    asked.push(url);
    const connections = answering.get(new URL(url).hostname);
    if (connections === undefined) throw new Error('it does not answer');
    return { connections, originIds: new Set(['lib']) };
  };
  const config = { secret, servers: [server('a'), server('b')] };
  const clock = new ManualClock();
  const log = createLogger({ name: 'test', level: 'silent' });
  const edges = new Edges({ config, ask, clock, log });
  const names = (count: number): string[] => edges.choose(choice, count).map(({ url }) => new URL(url).hostname);
  return { edges, answering, asked, clock, names };
}

it('a node queries each edge by the name from the secret, and leads viewers to none before its answer', async () => {
  const { edges, asked, names, answering } = watched();
  await edges.queryAll();
  const { statusName } = edgeSignsOf(secret);
  expect(asked).toEqual([`https://a/edge/${statusName}`, `https://b/edge/${statusName}`]);
  expect(names(2)).toEqual([]);
  answering.set('b', 0);
  await edges.queryAll();
  expect(names(2)).toEqual(['b']);
  edges.close();
});

it('a viewer is counted at the first returned edge, until the status of two queries includes the viewer', async () => {
  const { edges, names, clock } = watched('a', 'b');
  await edges.queryAll();
  const [first = '', second] = names(2);
  expect([first, second].sort()).toEqual(['a', 'b']);
  const loads = (): number[] => edges.states.map(({ load }) => load);
  const led = first === 'a' ? [1, 0] : [0, 1];
  expect(loads()).toEqual(led);
  clock.advance(QUERY_INTERVAL_MS);
  await edges.queryAll();
  expect(loads()).toEqual(led);
  await edges.queryAll();
  expect(loads()).toEqual([0, 0]);
  edges.close();
});

it('an edge counts as dead after two unanswered queries, and is not queried after the close', async () => {
  const { edges, names, answering, asked, clock } = watched('a', 'b');
  await edges.queryAll();
  answering.delete('a');
  await edges.queryAll();
  expect(names(2)).toContain('a');
  await edges.queryAll();
  expect(names(2)).toEqual(['b']);
  edges.close();
  asked.length = 0;
  clock.advance(10 * QUERY_INTERVAL_MS);
  await edges.queryAll();
  expect(asked).toEqual([]);
});

it('only an edge that shows the proof is recognised, and none without edges', () => {
  const { edges } = watched();
  const { proof } = edgeSignsOf(secret);
  for (const shown of [undefined, '', 'a'.repeat(32), `${proof}x`, [proof], 'ä'.repeat(32)])
    expect(edges.isEdge(shown)).toBe(false);
  expect(edges.isEdge(proof)).toBe(true);
  edges.close();
  const log = createLogger({ name: 'test', level: 'silent' });
  const none = new Edges({ config: undefined, ask: () => expect.unreachable(), clock: new ManualClock(), log });
  expect([none.isEdge(proof), none.states, none.choose(choice, 3)]).toEqual([false, [], []]);
});
