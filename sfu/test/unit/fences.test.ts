// No path of a fenced pipe leaves its fence, tested with random hosts, routes and pipes, and with flips.
import { fenceOf, isInFence } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { nodeNumberOf } from '../../src/adapters/pathd.ts';
import {
  afterFlip,
  type HostRoute,
  orderKey,
  type PathOrders,
  type PathPipe,
  pathOrders,
} from '../../src/core/index.ts';

const seed = process.env['SEED'] ?? String(Date.now());
const regions = ['ap', 'eu', 'sa', 'us'];
const worlds = 400;

test(`no order sends fenced packets over a relay outside, before and after every flip (SEED=${seed})`, () => {
  const rng = seededRng(seed);
  const oneOf = <T>(list: readonly T[]): T => list[rng.int(list.length)] as T;
  const chance = (share: number): boolean => rng.next() < share;
  let relayed = 0;
  let refused = 0;
  for (let world = 0; world < worlds; world += 1) {
    const hosts = Array.from({ length: 2 + rng.int(8) }, (_, n) => ({ hostId: `h${n}`, region: oneOf(regions) }));
    const nodes = hosts.flatMap(({ hostId, region }) =>
      Array.from({ length: 1 + rng.int(2) }, (_, n) => {
        const nodeId = `${hostId}-${n}-${world}`;
        return { nodeId, hostId, region: chance(0.05) ? '' : region, ip: '10.0.0.1', port: 1 };
      }),
    );
    const [self, ...others] = nodes;
    if (self === undefined || others.length === 0) continue;
    const via = (): string => (chance(0.2) ? '' : oneOf(hosts).hostId);
    const routes = new Map<string, HostRoute>(
      hosts
        .filter(() => chance(0.95))
        .map(({ hostId }) => [
          hostId,
          {
            primaryVia: via(),
            standbyVia: chance(0.8) ? via() : undefined,
            pairKey: Buffer.alloc(chance(0.95) ? 32 : 0),
          },
        ]),
    );
    const pipes: PathPipe[] = others.flatMap(({ nodeId }) =>
      ['', ...Array.from({ length: rng.int(4) }, () => fenceOf(regions.filter(() => chance(0.6))) ?? '')].map(
        (fence, flow) => ({
          remoteId: nodeId,
          fence,
          flow,
          remoteFlow: flow,
          ip: '127.0.0.1',
          port: 1,
          remoteIp: '10.0.0.1',
          remotePort: 1,
          sendKey: 'S',
          receiveKey: 'R',
        }),
      ),
    );
    const hostOf = new Map(nodes.map(({ nodeId, hostId }) => [nodeId, hostId]));
    const orders = pathOrders({
      selfId: self.nodeId,
      nodes: others.filter(() => chance(0.95)),
      routes,
      pipes,
      hostOf: (nodeId) => hostOf.get(nodeId),
      numberOf: nodeNumberOf,
      deriveKey: () => 'K',
    });
    const byNumber = new Map(nodes.map(({ nodeId, region }) => [nodeNumberOf(nodeId), region]));
    const check = (all: PathOrders): void => {
      for (const { remoteId, fence, flow } of pipes) {
        const name = flow === 0 ? nodeNumberOf(remoteId) : `${nodeNumberOf(remoteId)}.${flow}`;
        const order = all.get(orderKey({ kind: 'route', name }));
        const paths = order?.kind === 'route' ? [order.primary, order.standby] : [];
        const relays = paths.filter((path) => byNumber.has(path));
        for (const relay of relays)
          expect({ fence, relay, isInside: isInFence(fence, byNumber.get(relay) ?? '') }).toMatchObject({
            isInside: true,
          });
        if (fence !== '') relayed += relays.length;
        if (fence === '') refused += relays.filter((relay) => !isInFence('eu', byNumber.get(relay) ?? '')).length;
      }
    };
    check(orders);
    // The forwarder switches to each standby path by itself, and back.
    let flipped: PathOrders = orders;
    for (let turn = 0; turn < 2; turn += 1) {
      flipped = new Map(
        [...flipped].map(([key, order]) => [
          key,
          order.kind === 'route' ? (afterFlip(order, order.standby) ?? order) : order,
        ]),
      );
      check(flipped);
    }
  }
  // The random worlds contained relayed paths inside a fence, and paths that a fence refused.
  expect([relayed > worlds, refused > worlds]).toEqual([true, true]);
});
