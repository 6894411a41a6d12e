import { describe, expect, it } from 'vitest';
import { regionTraffic } from '../../../src/history/core/region-traffic.ts';

type Sent = Record<string, number>;
const node = (nodeId: string, region: string, sent: Sent = {}, hostId = `host-${nodeId}`) => ({
  nodeId,
  hostId,
  region,
  sentTo: Object.entries(sent).map(([to, bps]) => ({ nodeId: to, bps })),
});
const path = (from: string, to: string, via: string) => ({ fromHostId: `host-${from}`, toHostId: `host-${to}`, via });
const found = (nodes: Parameters<typeof regionTraffic>[0], paths: Parameters<typeof regionTraffic>[1] = []) =>
  regionTraffic(nodes, paths).map(({ fromRegion, toRegion, bps }) => `${fromRegion} > ${toRegion} ${bps}`);

const eu = (sent: Sent) => node('eu-1', 'eu', sent);
const otherNodes = [node('eu-2', 'eu'), node('ap-1', 'ap'), node('us-1', 'us')];

describe('traffic between regions', () => {
  it.each<[string, Parameters<typeof regionTraffic>[0], Parameters<typeof regionTraffic>[1], string[]]>([
    ['no node reports traffic', [], [], []],
    ['a node does not report its traffic', [{ nodeId: 'a', hostId: 'h', region: 'eu' }, ...otherNodes], [], []],
    ['traffic goes to an unknown node', [eu({ gone: 5 }), ...otherNodes], [], []],
    ['traffic stays within a region', [eu({ 'eu-2': 5 }), ...otherNodes], [], []],
    ['its path is direct', [eu({ 'ap-1': 5 }), ...otherNodes], [path('eu-1', 'ap-1', '')], ['eu > ap 5']],
    ['its path is unknown', [eu({ 'ap-1': 5 }), ...otherNodes], [path('ap-1', 'eu-1', 'host-us-1')], ['eu > ap 5']],
    [
      'a relay of a third region takes it, which counts both legs',
      [eu({ 'ap-1': 5 }), ...otherNodes],
      [path('eu-1', 'ap-1', 'host-us-1')],
      ['eu > us 5', 'us > ap 5'],
    ],
    [
      'a relay of its own region takes it',
      [eu({ 'ap-1': 5 }), ...otherNodes],
      [path('eu-1', 'ap-1', 'host-eu-2')],
      ['eu > ap 5'],
    ],
    [
      'a relay in another region takes traffic that stays in a region',
      [eu({ 'eu-2': 5 }), ...otherNodes],
      [path('eu-1', 'eu-2', 'host-us-1')],
      ['eu > us 5', 'us > eu 5'],
    ],
    ['the relay is unknown', [eu({ 'ap-1': 5 }), ...otherNodes], [path('eu-1', 'ap-1', 'host-x')], ['eu > ap 5']],
    [
      'two nodes of a host send to two nodes of another host',
      [
        node('a', 'eu', { c: 1, d: 2 }, 'host-1'),
        node('b', 'eu', { c: 4, a: 100 }, 'host-1'),
        node('c', 'ap', { a: 8 }, 'host-2'),
        node('d', 'ap', {}, 'host-2'),
      ],
      [],
      ['eu > ap 7', 'ap > eu 8'],
    ],
  ])('is right when %s', (_what, nodes, paths, expected) => expect(found(nodes, paths)).toEqual(expected));
});
