import { describe, expect, test } from 'vitest';
import type { PeerNode } from '../../src/core/dial-targets.ts';
import { RouteView } from '../../src/core/route-view.ts';
import { familyOf, udpTargets } from '../../src/core/udp-targets.ts';

const udp = (ip: string, overrides = {}) => ({
  purpose: 'probe',
  protocol: 'udp',
  ip,
  announced: '',
  port: 7950,
  ...overrides,
});
const probe = (nodeId: string, overrides: Partial<PeerNode> = {}): PeerNode => ({
  nodeId,
  kind: 'edge-probe',
  hostId: `host-${nodeId}`,
  state: 'alive',
  addresses: [udp('10.0.0.1')],
  ...overrides,
});

describe('among the probes in the plan', () => {
  test.each([
    { name: 'a probe on our own host', node: probe('z', { hostId: 'own' }), ip: undefined },
    { name: 'a dead probe', node: probe('z', { state: 'dead' }), ip: undefined },
    { name: 'a media node', node: probe('z', { kind: 'sfu' }), ip: undefined },
    { name: 'a probe without an address', node: probe('z', { addresses: [] }), ip: undefined },
    {
      name: 'a probe with links only',
      node: probe('z', { addresses: [udp('10.0.0.1', { protocol: 'tcp' })] }),
      ip: undefined,
    },
    { name: 'a probe of the other family', node: probe('z', { addresses: [udp('fd00::1')] }), ip: undefined },
    {
      name: 'a probe with a DNS name',
      node: probe('z', { addresses: [udp('10.0.0.1', { announced: 'a.example' })] }),
      ip: undefined,
    },
    { name: 'a probe at port 0', node: probe('z', { addresses: [udp('10.0.0.1', { port: 0 })] }), ip: undefined },
    { name: 'a suspect probe', node: probe('z', { state: 'suspect' }), ip: '10.0.0.1' },
    {
      name: 'a probe with an announced address',
      node: probe('z', { addresses: [udp('10.0.0.1', { announced: '192.0.2.7' })] }),
      ip: '192.0.2.7',
    },
    {
      name: 'a probe with both families',
      node: probe('z', { addresses: [udp('fd00::1'), udp('10.0.0.9')] }),
      ip: '10.0.0.9',
    },
  ])('$name is probed at $ip', ({ node, ip }) => {
    expect(udpTargets('own', 4, [node]).get('host-z')?.ip).toBe(ip);
  });

  test('only the one with the lowest id is probed on a host with several probes', () => {
    const two = [probe('z', { hostId: 'h' }), probe('b', { hostId: 'h', addresses: [udp('10.0.0.2')] })];
    expect(udpTargets('own', 4, two).get('h')).toEqual({ nodeId: 'b', hostId: 'h', ip: '10.0.0.2', port: 7950 });
  });
});

test.each([
  ['10.1.2.3', 4],
  ['::1', 6],
  ['2001:db8::7', 6],
  ['::ffff:10.0.0.1', 6],
  ['host.example', undefined],
  ['', undefined],
  ['10.1.2', undefined],
])('the family of %j is %s', (ip, family) => {
  expect(familyOf(ip)).toBe(family);
});

describe("the centre's keys", () => {
  const key = (byte: number) => new Uint8Array(32).fill(byte);
  const row = (toHostId: string, byte: number, isInUse = false) => ({ toHostId, key: key(byte), isInUse });

  test('are replaced by a complete message, changed by a delta to the known version, and unchanged by other deltas', () => {
    const view = new RouteView();
    expect(view.apply({ version: 3, since: 0, rows: [row('b', 1), row('c', 2)] })).toBe(true);
    expect(view.apply({ version: 5, since: 3, rows: [row('c', 3, true)] })).toBe(true);
    expect(view.hosts.get('c')).toEqual({ key: key(3), isInUse: true });
    expect(view.apply({ version: 9, since: 6, rows: [row('b', 9)] })).toBe(false);
    expect(view.hosts.get('b')?.key).toEqual(key(1));
    expect(view.apply({ version: 2, since: 0, rows: [row('d', 4)] })).toBe(true);
    expect([...view.hosts.keys()]).toEqual(['d']);
  });

  test('are dropped for a host with an empty key, which has left, or with an invalid key', () => {
    const view = new RouteView();
    view.apply({ version: 1, since: 0, rows: [row('b', 1), row('c', 2)] });
    const rows = [
      { toHostId: 'b', key: new Uint8Array(0), isInUse: false },
      { toHostId: 'c', key: new Uint8Array(16), isInUse: false },
    ];
    expect(view.apply({ version: 2, since: 1, rows })).toBe(true);
    expect(view.hosts.size).toBe(0);
  });
});
