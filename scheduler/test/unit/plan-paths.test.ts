import { note } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { planToWire } from '../../src/adapters/links/wire.ts';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import type { Pair, PairPath, PathOf } from '../../src/routing/core/plan.ts';
import { PlanPaths } from '../../src/routing/core/plan-paths.ts';
import { Plans } from '../../src/routing/core/plans.ts';
import { description, noLoad } from './fixtures.ts';

const addresses = [{ purpose: 'pipe', protocol: 'udp', ip: '10.20.30.40', announced: '198.51.100.1', port: 7920 }];
const add = (fleet: Fleet, nodeId: string, kind = 'sfu', reachable = true): void => {
  const overrides = { nodeId, kind, hostId: `host-of-${nodeId}`, addresses: reachable ? addresses : [] };
  fleet.register({ description: description(overrides as never), rooms: [], load: noLoad }, 0);
};
const fleetOf = (...nodeIds: string[]): Fleet => {
  const fleet = new Fleet();
  for (const nodeId of nodeIds) add(fleet, nodeId);
  return fleet;
};
const pathIn =
  (delayMs: number): PathOf =>
  () => ({ via: '', delayMs });
const pairs = ({ changed, gone }: ReturnType<PlanPaths['since']>): string[][] =>
  [[...changed.values()], gone].map((paths) => paths.map(({ a, b }) => `${a}-${b}`));

describe('a signaling node gets a path', () => {
  const all = ['n0-n1', 'n0-n2', 'n1-n2'];
  const overRelay: PathOf = (a, b) => ({ via: a.endsWith('0') && b.endsWith('1') ? 'host-of-n2' : '', delayMs: 40 });

  test.each([
    { name: 'not when its delay moves by 10 ms', to: pathIn(50), news: [] },
    { name: 'when its delay moves by 11 ms', to: pathIn(51), news: all },
    { name: 'not when a long delay moves by a quarter', from: pathIn(100), to: pathIn(75), news: [] },
    { name: 'when its delay is not known any more', to: () => undefined, news: all },
    { name: 'when its delay becomes known, however short', from: () => undefined, to: pathIn(1), news: all },
    { name: 'when it goes over a relay', to: overRelay, news: ['n0-n1'] },
  ])('$name', ({ from = pathIn(40), to, news }) => {
    const book = new PlanPaths();
    const records = fleetOf('n0', 'n1', 'n2').list();
    book.since(records, { version: 1, since: 0, pathOf: from });
    expect(pairs(book.since(records, { version: 2, since: 1, pathOf: to }))).toEqual([news, []]);
  });

  test('that is sent as gone when a node dies, and again when the node is back', () => {
    const book = new PlanPaths();
    const fleet = fleetOf('n0', 'n1', 'n2');
    const sent = (version: number, since: number) =>
      pairs(book.since(fleet.list(), { version, since, pathOf: pathIn(1) }));
    sent(1, 0);
    fleet.exclude('n1');
    expect(sent(2, 1)).toEqual([[], ['n0-n1', 'n1-n2']]);
    fleet.readmit();
    add(fleet, 'n1');
    expect(sent(3, 2)).toEqual([['n0-n1', 'n1-n2'], []]);
    expect(sent(3, 0)).toEqual([['n0-n2', 'n0-n1', 'n1-n2'], []]);
  });
});

test('a signaling node that gets only some versions, some of them late, ends with the centre’s paths', () => {
  for (let round = 0; round < 40; round += 1) {
    const seed = `plan paths ${round}`;
    const rng = seededRng(seed);
    const book = new PlanPaths();
    const fleet = new Fleet();
    const delays = new Map<string, number>();
    const pathOf: PathOf = (a, b) => ({ via: '', delayMs: delays.get(`${a} ${b}`) ?? delays.get(`${b} ${a}`) ?? 0 });
    const held = new Map<string, PairPath>();
    const keyOf = ({ a, b }: Pair): string => `${a} ${b}`;
    let since = 0;
    for (let version = 1; version <= 60; version += 1) {
      const nodeId = `n${rng.int(7)}`;
      if (rng.int(3) === 0) fleet.exclude(nodeId);
      else add(fleet, nodeId, 'sfu', rng.int(5) > 0);
      delays.set(`host-of-n${rng.int(7)} host-of-n${rng.int(7)}`, rng.int(4) * 30);
      if (rng.int(2) === 0) continue;
      const sent = book.since(fleet.list(), { version, since, pathOf });
      if (sent.since === 0) held.clear();
      for (const path of sent.gone) held.delete(keyOf(path));
      for (const path of sent.changed.values()) held.set(keyOf(path), path);
      since = version;
      const whole = book.since(fleet.list(), { version, since: 0, pathOf }).changed.values();
      expect([...held.values()].sort(byKey), `${seed}, version ${version}`).toEqual([...whole].sort(byKey));
    }
  }
});
const byKey = (one: PairPath, other: PairPath): number => (`${one.a} ${one.b}` < `${other.a} ${other.b}` ? -1 : 1);

describe.each([60, 120])(
  'a re-plan of %i hosts, each with a media node and a probe, and eight signaling nodes',
  (hosts) => {
    test('costs each media node and probe no path, and each signaling node the changed paths', () => {
      const fleet = new Fleet();
      const name = (kind: string, index: number): string => `${kind}-frankfurt-${index}`;
      for (let index = 0; index < hosts; index += 1) {
        add(fleet, name('sfu', index));
        add(fleet, name('probe', index), 'edge-probe');
      }
      for (let index = 0; index < 8; index += 1) add(fleet, name('sig', index), 'signaling');
      const plans = new Plans();
      let slowHost = '';
      const pathOf: PathOf = (a, b) => ({ via: '', delayMs: [a, b].includes(slowHost) ? 90 : 20 });
      let version = 1;
      const bytesOf = (kind: string, since: number): number => {
        const now = { version, records: fleet.list(), deniedIds: [], pathOf };
        const plan = plans.planFor({ kind, since }, now);
        const by = { centre: { incarnation: 'c' }, epoch: 1 };
        return note.plan.message.encode(planToWire(plan, by as never)).finish().byteLength;
      };
      const replan = (since: number): { all: number; signaling: number } => {
        const each = fleet.list().map(({ description: { kind } }) => bytesOf(kind, since));
        return { all: each.reduce((sum, bytes) => sum + bytes, 0), signaling: bytesOf('signaling', since) };
      };
      const first = replan(0);
      version = 2;
      slowHost = `host-of-${name('sfu', 3)}`;
      const changed = replan(1);
      console.info(
        `${hosts} hosts: first plan ${first.all} bytes (a signaling node ${first.signaling}), re-plan ${changed.all} (${changed.signaling})`,
      );
      expect(first.signaling).toBeLessThan(1024 * 1024);
      expect(bytesOf('sfu', 1)).toBeLessThan(32);
      // Paths of one host, about 80 bytes each, to eight signaling nodes.
      expect(changed.signaling).toBeLessThan(hosts <= 64 ? hosts * 120 : 32);
      expect(changed.all).toBeLessThan(fleet.list().length * 32 + 8 * changed.signaling);
      version = 3;
      expect(replan(2).all).toBeLessThan(fleet.list().length * 32);
    });
  },
);
