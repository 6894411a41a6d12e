import { MeridianError } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { CentreViews } from '../../../src/console/centre-views.ts';
import type { FleetNode } from '../../../src/console/core/fleet.ts';
import { fleetNode, ScriptedConsole, seenLink } from '../../support/scripted-fleet.ts';

const log = createLogger({ name: 'test', level: 'silent' });

function made() {
  const clock = new ManualClock();
  const centre = new ScriptedConsole();
  const state = { isUp: true };
  const views = new CentreViews({ clock, log, centre: () => (state.isUp ? centre : undefined) });
  const both = (a: string, b: string, o = {}) => [seenLink(a, b, o), seenLink(b, a, o)];
  centre.nodes = [
    fleetNode({ id: 'fra', city: 'Frankfurt' }),
    fleetNode({ id: 'lon', city: 'London' }),
    fleetNode({ id: 'sgp', city: 'Singapore', region: 'ap' }),
  ];
  centre.links = [
    ...both('host-fra', 'host-sgp', { inUse: true, via: 'host-lon' }),
    ...both('host-fra', 'host-lon', { inUse: true }),
    ...both('host-lon', 'host-sgp', { inUse: true }),
  ];
  return { clock, centre, views, state };
}
const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: MeridianError) => error.code,
  );

describe('the centre is asked', () => {
  it('once for all readers within 2 s, and not without a reader', async () => {
    const { clock, centre, views } = made();
    clock.advance(60_000);
    expect(centre.requests).toEqual([]);
    await Promise.all([views.latest(), views.fleet(), views.cloud(), views.siteOf('fra')]);
    clock.advance(1999);
    await views.latest();
    expect(centre.requests).toEqual(['fleet', 'links all']);
    clock.advance(1);
    await views.latest();
    expect(centre.requests.slice(2)).toEqual(['fleet', 'links used']);
  });

  it('for traffic between media nodes only on request, and anew each time', async () => {
    const { centre, views, state } = made();
    const [fra, ...more] = centre.nodes;
    const rows = [{ nodeId: 'sgp', bps: 7 }];
    centre.nodes = [{ ...fra, load: { sent: { rows } } }, ...more];
    const sentOf = (nodes: readonly FleetNode[]) => nodes.map(({ sentTo }) => sentTo);
    expect(sentOf((await views.latest()).nodes)).toEqual([undefined, undefined, undefined]);
    expect(sentOf(await views.fleetWithSent())).toEqual([rows, undefined, undefined]);
    centre.nodes = [{ ...fra, load: { sent: {} } }];
    expect(sentOf(await views.fleetWithSent())).toEqual([[]]);
    expect(centre.requests).toEqual(['fleet', 'links all', 'fleet with sent', 'fleet with sent']);
    state.isUp = false;
    expect(await codeOf(views.fleetWithSent())).toBe('CENTRE_UNREACHABLE');
  });

  it('for unused links only every 10 s', async () => {
    const { clock, centre, views } = made();
    for (let round = 0; round < 6; round += 1) {
      await views.latest();
      clock.advance(2000);
    }
    expect(centre.requests.filter((one) => one.startsWith('links'))).toEqual([
      'links all',
      ...Array.from({ length: 4 }, () => 'links used'),
      'links all',
    ]);
  });
});

describe('while the centre is away', () => {
  it('its last answers stay on the map, and are refused where they would seem current', async () => {
    const { clock, centre, views, state } = made();
    await views.latest();
    centre.failure = Object.assign(new Error('no answer'), { code: 'LINK_DEADLINE' });
    clock.advance(2000);
    expect((await views.latest()).nodes).toHaveLength(3);
    clock.advance(500);
    expect(views.centreState).toEqual({ isReachable: false, sinceMs: 500 });
    expect(await codeOf(views.fleet())).toBe('CENTRE_UNREACHABLE');
    expect(await codeOf(views.roomPlan('t/r'))).toBe('CENTRE_UNREACHABLE');
    state.isUp = false;
    clock.advance(2000);
    await views.latest();
    expect(views.centreState).toEqual({ isReachable: false, sinceMs: 2500 });
    centre.failure = undefined;
    state.isUp = true;
    clock.advance(2000);
    expect(await codeOf(views.fleet())).toBe('answered');
    expect(views.centreState).toEqual({ isReachable: true, sinceMs: 0 });
  });

  it('since the start, the views are empty and paths are refused', async () => {
    const { views, state } = made();
    state.isUp = false;
    expect(await views.latest()).toEqual({ nodes: [], links: [], recordingQueue: { waiting: 0, oldestMs: 0 } });
    expect([await codeOf(views.cloud()), await codeOf(views.siteOf('fra'))]).toEqual([
      'CENTRE_UNREACHABLE',
      'CENTRE_UNREACHABLE',
    ]);
  });

  it.each(['NOT_LEADER', 'NOT_REGISTERED', 'SHUTTING_DOWN'] as const)(
    'an answer of %s counts as away',
    async (code) => {
      const { centre, views } = made();
      centre.failure = new MeridianError(code);
      expect(await codeOf(views.roomPlan('acme/lobby'))).toBe('CENTRE_UNREACHABLE');
    },
  );
});

describe('paths', () => {
  it('between two sites have both directions, with the site of the relay and the reason', async () => {
    const { views, centre } = made();
    const paths = await views.pathsBetween('ap/Singapore', 'eu/Frankfurt');
    expect(paths.map(({ fromSite, toSite, via, viaSite }) => [fromSite, toSite, via, viaSite])).toEqual([
      ['eu/Frankfurt', 'ap/Singapore', 'host-lon', 'eu/London'],
      ['ap/Singapore', 'eu/Frankfurt', 'host-lon', 'eu/London'],
    ]);
    expect(paths.every(({ why }) => why.startsWith('direct costs'))).toBe(true);
    expect(centre.requests.slice(2)).toEqual(['links all host-sgp']);
    expect(await views.pathsBetween('eu/Nowhere', 'eu/Frankfurt')).toEqual([]);
  });

  it('to a node from other nodes are the paths between their hosts', async () => {
    const { views } = made();
    const paths = await views.pathsTo('fra', ['sgp', 'fra', 'unknown']);
    expect(paths.map(({ fromHostId, toHostId }) => [fromHostId, toHostId])).toEqual([['host-sgp', 'host-fra']]);
    expect([await views.pathsTo('unknown', ['sgp']), await views.pathsTo('fra', [])]).toEqual([[], []]);
  });

  it('between two nodes cross the two links of their relay', async () => {
    const { views } = made();
    const overLondon = await views.crossing('eu/London', 'ap/Singapore');
    expect([overLondon('fra', 'sgp'), overLondon('fra', 'lon')]).toEqual([true, false]);
    const direct = await views.crossing('eu/Frankfurt', 'ap/Singapore');
    expect(direct('fra', 'sgp')).toBe(false);
  });
});

it('the next reader after a cordon or drain sees its effect', async () => {
  const { views, centre } = made();
  await views.latest();
  await views.command('fra', 'drain', 'new disk');
  centre.nodes = [];
  expect((await views.latest()).nodes).toEqual([]);
  expect(centre.orders).toEqual([{ nodeId: 'fra', command: 'drain', reason: 'new disk' }]);
});
