import { nodeKind } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEADLINE_MS, Draining, VIEWERS_DRAIN_MS } from '../../src/draining.ts';
import { Placing } from '../../src/placing/placing.ts';
import { LONG } from '../support/eventually.ts';
import { Loop } from '../support/loop.ts';
import { type LoopViewer, watchByFlv, watchByH5, watchByRtmp } from '../support/loop-viewers.ts';
import { streamKey } from '../support/scripted-room.ts';

const address = (port: number) => ({ purpose: 'rtmp', protocol: 'tcp', ip: '127.0.0.1', announced: '', port });
const node = (nodeId: string, state: string) => ({
  nodeId,
  state,
  kind: nodeKind.gateway,
  publicUrl: `http://${nodeId}`,
  addresses: [address(1935)],
  latitude: 0,
  longitude: 0,
});
let loop: Loop;
let clock: ManualClock;
let draining: Draining;
const ended = vi.fn();
const viewers: LoopViewer[] = [];

beforeEach(async () => {
  loop = await Loop.open();
  clock = new ManualClock();
  ended.mockReset();
  draining = new Draining({
    clock,
    log: createLogger({ name: 'gateway', level: 'silent' }),
    viewers: () => loop.programmes.movable('NODE_DRAINING'),
    endRest: () => {
      loop.points.end('NODE_DRAINING');
      loop.programmes.end('NODE_DRAINING');
      ended();
    },
  });
});
afterEach(async () => {
  for (const viewer of viewers.splice(0)) viewer.close();
  draining.close();
  expect(clock.pendingTimers).toBe(0);
  await loop.close();
});
async function watch(...by: ((loop: Loop) => LoopViewer)[]): Promise<LoopViewer[]> {
  const made = by.map((one) => one(loop));
  viewers.push(...made);
  for (const { isOn } of made) await vi.waitFor(() => expect(isOn()).toBe(true), LONG);
  return made;
}
const watchingCount = (all: readonly LoopViewer[]): number => all.filter((one) => one.endedWith() === undefined).length;

it('a drain ends viewers over half a minute, with a code, and unmovable viewers at the deadline', async () => {
  const moved = await watch(watchByFlv, watchByFlv, watchByH5);
  const [bound] = await watch(watchByRtmp);
  const encoder = { replaced: vi.fn(), ended: vi.fn() };
  const point = await loop.points.open(streamKey(), { protocol: 'rtmp', clientIp: '' });
  point.attach(encoder);
  draining.set(true, 'maintenance');
  draining.set(true, 'again');
  for (const there of [2, 1, 0]) {
    clock.advance(1000);
    await vi.waitFor(() => expect(watchingCount(moved)).toBe(there), LONG);
  }
  expect(moved.map((one) => one.endedWith()).sort()).toEqual(['1001 NODE_DRAINING', '200', '200']);
  clock.advance(DEADLINE_MS - 3001);
  expect([bound?.endedWith(), encoder.ended.mock.calls]).toEqual([undefined, []]);
  clock.advance(1);
  await vi.waitFor(() => expect(encoder.ended.mock.calls[0]?.[0]).toBe('NODE_DRAINING'), LONG);
  await vi.waitFor(() => expect(bound?.endedWith()).toBeDefined(), LONG);
  expect([loop.points.size, ended.mock.calls.length]).toEqual([0, 1]);
});

it('a drain that is lifted ends no more viewers, and starts anew the next time', async () => {
  const moved = await watch(watchByFlv, watchByFlv);
  draining.set(false, 'was none');
  draining.set(true, 'maintenance');
  clock.advance(1000);
  draining.set(false, 'lifted');
  expect(clock.pendingTimers).toBe(0);
  clock.advance(DEADLINE_MS);
  await vi.waitFor(() => expect(watchingCount(moved)).toBe(1), LONG);
  expect(ended).not.toHaveBeenCalled();
  draining.set(true, 'maintenance');
  clock.advance(VIEWERS_DRAIN_MS);
  await vi.waitFor(() => expect(watchingCount(moved)).toBe(0), LONG);
});

it('a draining gateway redirects a returning player, even without a known location', async () => {
  const ask = async (path: string): Promise<[number, string | null]> => {
    const response = await fetch(`http://${loop.host}${path}`, { redirect: 'manual' });
    await response.body?.cancel();
    return [response.status, response.headers.get('location')];
  };
  const path = `/live/${loop.key()}.flv`;
  loop.placing.follow({ nodes: [node('gw', 'alive'), node('gw2', 'alive')], deniedIds: [] });
  expect(await ask(path)).toEqual([200, null]);
  loop.placing.follow({ nodes: [node('gw', 'draining'), node('gw2', 'alive')], deniedIds: [] });
  expect(await ask(path)).toEqual([307, `http://gw2${path}?at=gw2`]);
  expect(await ask(`${path}?at=gw`)).toEqual([307, `http://gw2${path}?at=gw2`]);
  loop.placing.follow({ nodes: [node('gw', 'alive'), node('gw2', 'alive')], deniedIds: [] });
  expect(await ask(path)).toEqual([200, null]);
});

it('a draining gateway redirects players of HLS, which have no connection, gradually', () => {
  const self = { nodeId: 'gw', rtmpUrl: 'rtmp://gw', publicUrl: 'http://gw', region: 'r', latitude: 0, longitude: 0 };
  const log = createLogger({ name: 'gateway', level: 'silent' });
  const placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
  const players = Array.from({ length: 300 }, (_, at) => `198.51.100.7 ${40_000 + at}`);
  const sent = (): number => players.filter((player) => placing.redirectsAway(player)).length;
  clock.advance(VIEWERS_DRAIN_MS);
  expect(sent()).toBe(0);
  placing.follow({ nodes: [node('gw', 'draining')], deniedIds: [] });
  clock.advance(VIEWERS_DRAIN_MS / 3);
  placing.follow({ nodes: [node('gw', 'draining')], deniedIds: [] });
  expect(Math.abs(sent() - 100)).toBeLessThan(40);
  clock.advance(VIEWERS_DRAIN_MS);
  expect(sent()).toBe(300);
  placing.follow({ nodes: [node('gw', 'alive')], deniedIds: [] });
  expect(sent()).toBe(0);
});
