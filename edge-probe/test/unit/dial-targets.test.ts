import { expect, test } from 'vitest';
import { dialTargets, PEERS_MAX, type PeerNode } from '../../src/core/dial-targets.ts';

const at = (ip: string, announced = '', port = 7950) => [{ purpose: 'probe', protocol: 'tcp', ip, announced, port }];
const probe = (nodeId: string, overrides: Partial<PeerNode> = {}): PeerNode => ({
  nodeId,
  kind: 'edge-probe',
  hostId: `host-${nodeId}`,
  state: 'alive',
  addresses: at('10.0.0.1'),
  ...overrides,
});

test.each([
  { name: 'itself', node: probe('m'), expect: undefined },
  { name: 'a probe with a lower id, which dials us', node: probe('a'), expect: undefined },
  { name: 'a dead probe', node: probe('z', { state: 'dead' }), expect: undefined },
  { name: 'a media node', node: probe('z', { kind: 'sfu' }), expect: undefined },
  { name: 'a probe without an address', node: probe('z', { addresses: [] }), expect: undefined },
  {
    name: 'a probe with an address of another purpose only',
    node: probe('z', { addresses: [{ ...at('10.0.0.1')[0], purpose: 'pipe' } as never] }),
    expect: undefined,
  },
  {
    name: 'a probe with an address for datagrams only',
    node: probe('z', { addresses: [{ ...at('10.0.0.1')[0], protocol: 'udp' } as never] }),
    expect: undefined,
  },
  { name: 'a probe with port 0', node: probe('z', { addresses: at('10.0.0.1', '', 0) }), expect: undefined },
  { name: 'a suspect probe', node: probe('z', { state: 'suspect' }), expect: 'wss://10.0.0.1:7950' },
  {
    name: 'a probe with an announced address',
    node: probe('z', { addresses: at('10.0.0.1', 'probe.example') }),
    expect: 'wss://probe.example:7950',
  },
  { name: 'an IPv6 probe', node: probe('z', { addresses: at('2001:db8::1') }), expect: 'wss://[2001:db8::1]:7950' },
])('for $name, probe m dials $expect', (row) => {
  expect(dialTargets('m', [row.node]).get(row.node.nodeId)).toBe(row.expect);
});

test('a probe dials only the peers with the lowest ids when there are too many', () => {
  const many = Array.from({ length: PEERS_MAX + 10 }, (_, index) =>
    probe(`p${String(index).padStart(3, '0')}`),
  ).reverse();
  const targets = dialTargets('m', many);
  expect([targets.size, targets.has('p000'), targets.has(`p0${PEERS_MAX}`)]).toEqual([PEERS_MAX, true, false]);
});
