import { limits, wire } from '@meridian/protocol';
import { describe, expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import { shownRates } from '../../src/fleet/core/pipe-rates.ts';
import { description, noLoad, report } from './fixtures.ts';
import { n1, register } from './support/fleet.ts';

const rows = [{ nodeId: 'n2', bps: 7 }];

describe('a node’s reported rates', () => {
  test('hold until the next report of rates, over reports, lists and registrations without rates', () => {
    const fleet = new Fleet();
    register(fleet);
    expect(n1(fleet).sent).toBeUndefined();
    fleet.report('n1', report({ load: { ...noLoad, cpu: 0.5, sent: rows } }), 1);
    expect([n1(fleet).sent, n1(fleet).load]).toEqual([rows, { ...noLoad, cpu: 0.5 }]);
    fleet.report('n1', report(), 2);
    fleet.fullReport('n1', { incarnation: report().incarnation, rooms: [], load: noLoad }, 3);
    fleet.register({ description: n1(fleet).description, rooms: [], load: noLoad }, 4);
    expect(n1(fleet).sent).toEqual(rows);
    fleet.report('n1', report({ load: { ...noLoad, sent: [] } }), 5);
    expect(n1(fleet).sent).toEqual([]);
  });

  test('belong to its process: another incarnation starts without rates', () => {
    const fleet = new Fleet();
    register(fleet);
    fleet.report('n1', report({ load: { ...noLoad, sent: rows } }), 1);
    fleet.register({ description: description({ incarnation: 'i2' }), rooms: [], load: noLoad }, 2);
    expect(n1(fleet).sent).toBeUndefined();
  });
});

describe('an answer', () => {
  const fleet = (nodes: number, peers: number) =>
    Array.from({ length: nodes }, (_, from) => ({
      description: { nodeId: `sfu-frankfurt-${from}` },
      sent: Array.from({ length: peers }, (_, to) => ({ nodeId: `sfu-frankfurt-${to}`, bps: from * peers + to })),
    }));
  const bytesOf = (shown: ReturnType<typeof shownRates>): number =>
    wire.FleetSeen.encode({
      nodes: [...shown.values()].map((all) => ({ load: { sent: { rows: [...all] } } })),
    }).finish().byteLength;

  test('has all rates of 120 nodes, and none of a node that has reported none', () => {
    const nodes = fleet(120, 119);
    const shown = shownRates([...nodes, { description: { nodeId: 'api-1' }, sent: undefined }]);
    expect([...shown]).toEqual(nodes.map(({ description: { nodeId }, sent }) => [nodeId, sent]));
  });

  test('has the rates of honest nodes although another names unknown nodes, or the same node again and again', () => {
    const [liar, ...others] = fleet(120, 119);
    const names = [...Array(limits.nodesMax).keys()].map((at) =>
      at % 2 === 0 ? `${'x'.repeat(58)}${at}` : 'sfu-frankfurt-7',
    );
    const sent = names.map((nodeId) => ({ nodeId, bps: 1e12 }));
    const shown = shownRates([{ description: liar?.description ?? { nodeId: '' }, sent }, ...others]);
    expect(shown.get('sfu-frankfurt-0')).toEqual([{ nodeId: 'sfu-frankfurt-7', bps: 1e12 }]);
    for (const {
      description: { nodeId },
      sent: own,
    } of others)
      expect(shown.get(nodeId)).toEqual(own);
  });

  test('fits its frame for a thousand nodes with the largest number of pipes, with the largest rows', () => {
    const shown = shownRates(fleet(1000, 256));
    const kept = [...shown.values()].flat().map(({ bps }) => bps);
    expect([shown.size, Math.min(...kept)]).toEqual([1000, 1000 * 256 - kept.length]);
    const bytes = bytesOf(shown);
    expect(bytes).toBeGreaterThan(limits.controlFrameBytesMax * 0.4);
    expect(bytes).toBeLessThan(limits.controlFrameBytesMax * 0.51);
    expect([...shownRates(fleet(limits.nodesMax, 2)).values()].flat()).toEqual([]);
  });
});
