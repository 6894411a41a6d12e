// Sessions that gateways and recorders (their openers) open: their assumed place, their required host, and the
// explanation.
import { newId } from '@meridian/protocol';
import { createLogger, createMetrics, ManualClock, seededRng } from '@meridian/runtime';
import { beforeEach, describe, expect, test } from 'vitest';
import { centreMetrics } from '../../src/base/metrics.ts';
import { Centre } from '../../src/centre/centre.ts';
import { Copy } from '../../src/copying/copy.ts';
import { Locator } from '../../src/locating/locate.ts';
import type { Charged } from '../../src/placing/charging.ts';
import type { PlaceAsk } from '../../src/placing/placing.ts';
import { description, frankfurt, noLoad, singapore } from './fixtures.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const rng = seededRng('openers');
const ap = { region: 'ap', city: 'singapore', ...singapore };
const signaling = description({ nodeId: 'sig-fra', kind: 'signaling' });
let centre: Centre;
let charged: (nodeId: string) => Charged;

function register(nodeId: string, overrides: Parameters<typeof description>[0]): void {
  centre.register({ description: description({ nodeId, ...overrides }), rooms: [], load: noLoad });
}

beforeEach(() => {
  const clock = new ManualClock();
  const done = (): Promise<void> => Promise.resolve();
  const store = { load: async () => [], put: done, remove: done, close: done };
  charged = () => ({ ok: true, regionEpoch: 0 });
  centre = new Centre({
    clock,
    rng,
    log,
    copy: new Copy({ store, clock, log, onFailure: () => undefined }),
    metrics: centreMetrics(createMetrics({ service: 'scheduler' })),
    locator: new Locator({ geo: { locate: () => undefined }, developmentCities: true }),
    regions: {
      ownRegion: '',
      ready: () => undefined,
      charge: ({ decision }) => charged(decision.ok ? decision.nodeId : ''),
    },
  });
  register('sig-fra', { kind: 'signaling' });
  register('sfu-fra', {});
  register('sfu-sgp', ap);
  register('sfu-sgp-gw', { ...ap, hostId: 'host-gw' });
  register('gw-sgp', { kind: 'gateway', ...ap, hostId: 'host-gw' });
  register('rec-fra', { kind: 'recorder', ...frankfurt, hostId: 'host-rec' });
});

const place = async (o: Partial<PlaceAsk>) => {
  const sessionId = newId('PA_', (count) => rng.bytes(count));
  const ask = { roomKey: 't/r', sessionId, clientIp: '', fromCity: '', avoidNodeIds: [], regionPin: '', ...o };
  return (await centre.place(ask, signaling.nodeId)).record;
};
const linesOf = (decisionId: string): string => centre.placing.explain(decisionId)?.explanation.lines.join('\n') ?? '';

describe('a session that a gateway opens', () => {
  test('is placed on the host of the gateway, whatever is known of the client behind the gateway', async () => {
    const { decision, location, reasons, decisionId } = await place({ openerId: 'gw-sgp', fromCity: 'frankfurt' });
    expect(decision).toMatchObject({ ok: true, nodeId: 'sfu-sgp-gw', mode: 'normal' });
    expect(location).toMatchObject({ source: 'opener', radiusKm: 0, label: 'singapore', ...singapore });
    expect(reasons).toEqual(['opened by the gateway gw-sgp and placed near it']);
    expect(linesOf(decisionId)).toContain('on host host-gw, where gw-sgp is, which opened the session.');
    expect(centre.placing.explain(decisionId)?.explanation.isReproduced).toBe(true);
  });

  test('is placed near the gateway when the gateway’s host has no media node', async () => {
    const { decision, reasons } = await place({ openerId: 'rec-fra', fromCity: 'singapore' });
    expect(decision).toMatchObject({ ok: true, nodeId: 'sfu-fra' });
    expect(reasons).toEqual(['opened by the recorder rec-fra and placed near it']);
  });

  test('is placed near the gateway while the node of its host is away, but never outside the fence', async () => {
    await centre.drain('sfu-sgp-gw', 'a test');
    expect((await place({ openerId: 'gw-sgp', regionPin: 'ap' })).decision).toMatchObject({ nodeId: 'sfu-sgp' });
    await centre.drain('sfu-sgp', 'a test');
    expect((await place({ openerId: 'gw-sgp', regionPin: 'ap' })).decision).toMatchObject({ code: 'NO_NODE' });
    expect((await place({ openerId: 'gw-sgp' })).decision).toMatchObject({ nodeId: 'sfu-fra' });
  });

  test('is refused with the reason when it must be on a host without a media node', async () => {
    const { decision, reasons, decisionId } = await place({ openerId: 'rec-fra', onHost: true });
    expect(decision).toMatchObject({ ok: false, code: 'NO_NODE' });
    expect(reasons).toContain(
      'opened by the recorder rec-fra and placed near it, and only a media node of its host host-rec may take it',
    );
    expect(reasons).toContain('✗ sfu-fra: on-host');
    expect(linesOf(decisionId)).toContain(
      'on-host: is on host-sfu-fra, and rec-fra needs a media node of its own host',
    );
    expect((await place({ openerId: 'gw-sgp', onHost: true })).decision).toMatchObject({ nodeId: 'sfu-sgp-gw' });
    await centre.drain('sfu-sgp-gw', 'a test');
    expect((await place({ openerId: 'gw-sgp', onHost: true })).decision).toMatchObject({ code: 'NO_NODE' });
    expect((await place({ openerId: 'gw-sgp' })).decision).toMatchObject({ nodeId: 'sfu-sgp' });
  });

  test.each([
    { name: 'a node that has not registered', ask: { openerId: 'gw-9' }, code: 'OPENER_UNKNOWN' },
    { name: 'a node of a kind that opens none', ask: { openerId: 'sfu-fra' }, code: 'OPENER_UNKNOWN' },
    { name: 'no opener, on the opener’s host', ask: { onHost: true }, code: 'REQUEST_INVALID' },
  ])('by $name is refused: $code', async ({ ask, code }) => {
    await expect(place(ask)).rejects.toMatchObject({ code });
    expect(centre.ledger.seatsOf('t/r')).toBeUndefined();
  });

  test('keeps its required host when a region has refused the charge, also from a message with fields in its prototype', async () => {
    charged = (nodeId) =>
      nodeId === 'sfu-sgp-gw' ? { ok: false, why: 'refused', reason: 'capacity' } : { ok: true, regionEpoch: 0 };
    const sessionId = newId('PA_', (count) => rng.bytes(count));
    const plain = { roomKey: 't/r', sessionId, clientIp: '', fromCity: '', avoidNodeIds: [], regionPin: '' };
    const ask = (o: Partial<PlaceAsk>) => Object.create({ ...plain, ...o }) as PlaceAsk;
    const { record } = await centre.place(ask({ openerId: 'gw-sgp' }), signaling.nodeId);
    expect(record.decision).toMatchObject({ nodeId: 'sfu-sgp' });
    expect(record.location.source).toBe('opener');
    const bound = await centre.place(ask({ openerId: 'gw-sgp', onHost: true }), signaling.nodeId);
    expect(bound.record.decision).toMatchObject({ ok: false, code: 'NO_NODE' });
  });

  test('is not moved away from its required host', async () => {
    const move = (sessionId: string) => {
      const client = centre.clients.get(sessionId);
      if (client === undefined) throw new Error('it is not remembered');
      return centre.placing.decideMove({
        client,
        move: { fromNodeId: 'sfu-sgp-gw', toNodeIds: [], reason: 'a test' },
        avoidNodeIds: ['sfu-sgp-gw'],
      }).decision;
    };
    const free = await place({ openerId: 'gw-sgp' });
    const bound = await place({ openerId: 'gw-sgp', onHost: true });
    expect(move(free.want.sessionId)).toMatchObject({ ok: true, nodeId: 'sfu-sgp' });
    expect(move(bound.want.sessionId)).toMatchObject({ ok: false, code: 'NO_NODE' });
    register('sfu-sgp-2', { ...ap, hostId: 'host-gw' });
    expect(move(bound.want.sessionId)).toMatchObject({ ok: true, nodeId: 'sfu-sgp-2' });
  });
});
