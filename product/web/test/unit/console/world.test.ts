import { describe, expect, it } from 'vitest';
import { changedWorld, linkKey, linksOf, worldState } from '../../../src/console/core/world-state.ts';
import { RETRY_MS, SILENT_MS, WorldFeed } from '../../../src/console/feed.ts';
import type { EventStream } from '../../../src/console/ports.ts';
import type { World, WorldChange, WorldLink } from '../../../src/console/types.ts';

const strength = { strong: 1, medium: 0, weak: 0, unknown: 0 };
const site = (name: string, sessions = 0) => ({
  site: name,
  city: name,
  region: 'eu',
  latitude: 0,
  longitude: 0,
  state: 'alive',
  nodes: 1,
  nodesAlive: 1,
  hosts: 1,
  sessions,
  sessionsMax: 10,
  load: 0,
  strength,
});
const link = (from: string, to: string, o: Partial<WorldLink> = {}): WorldLink => ({
  from,
  to,
  isUsed: false,
  isReachable: true,
  via: [],
  sessions: 0,
  ...o,
});
const place = (name: string) => ({ place: name, countryCode: 'DE', latitude: 0, longitude: 0, strength });
const world: World = {
  seq: 7,
  at: '2026-11-26T09:00:00Z',
  centre: { isReachable: true, sinceMs: 1 },
  totals: { sessions: 1, rooms: 1, nodes: 2, nodesAlive: 2, strength },
  sites: [site('a'), site('b')],
  links: [link('a', 'b')],
  places: [place('p')],
};
const change = (seq: number, o: Partial<WorldChange> = {}): WorldChange => ({
  ...world,
  seq,
  sites: [],
  links: [],
  places: [],
  removedSites: [],
  removedLinks: [],
  removedPlaces: [],
  ...o,
});

describe('the world', () => {
  it('gets new rows and loses removed ones', () => {
    const next = changedWorld(
      worldState(world),
      change(8, {
        sites: [site('b', 5), site('c')],
        links: [link('b', 'c')],
        removedSites: ['a'],
        removedLinks: ['a b'],
        removedPlaces: ['p'],
        totals: { ...world.totals, sessions: 9 },
      }),
    );
    expect([...(next?.sites.values() ?? [])].map((one) => [one.site, one.sessions])).toEqual([
      ['b', 5],
      ['c', 0],
    ]);
    expect([[...(next?.links.keys() ?? [])], next?.places.size, next?.totals.sessions]).toEqual([['b c'], 0, 9]);
  });
  it('ignores known changes, and becomes undefined when a change is missing', () => {
    const state = worldState(world);
    expect(changedWorld(state, change(7, { removedSites: ['a'] }))).toBe(state);
    expect(changedWorld(state, change(9))).toBeUndefined();
  });
  it('keeps unchanged parts, and leaves the earlier world unchanged', () => {
    const state = worldState(world);
    const next = changedWorld(state, change(8, { sites: [site('c')] }));
    expect([next?.links, next?.places]).toEqual([state.links, state.places]);
    expect(next?.links).toBe(state.links);
    expect(state.sites.has('c')).toBe(false);
  });
  it('keeps a row that one change both removes and adds', () =>
    expect(
      changedWorld(worldState(world), change(8, { removedSites: ['a'], sites: [site('a', 3)] }))?.sites.get('a'),
    ).toEqual(site('a', 3)));
  it('lists the links of a site, also those relayed there, with used links first', () => {
    const links = [link('a', 'b'), link('b', 'c', { isUsed: true, via: ['a'], sessions: 2 }), link('c', 'd')];
    expect(linksOf(links, 'a').map(linkKey)).toEqual(['b c', 'a b']);
  });
});

class FakeStream implements EventStream {
  onopen: EventStream['onopen'] = null;
  onerror: EventStream['onerror'] = null;
  readyState = 1;
  isClosed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(name, listener);
  }
  close(): void {
    this.isClosed = true;
  }
  say(name: string, value: object): void {
    this.#listeners.get(name)?.(new MessageEvent(name, { data: JSON.stringify(value) }));
  }
}

function started() {
  const streams: FakeStream[] = [];
  const at = { ms: 0, refused: 0, isTicking: true };
  let tick = (): void => undefined;
  const feed = new WorldFeed({
    open: () => {
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    },
    nowMs: () => at.ms,
    every: (_ms, then) => {
      tick = then;
      return () => {
        at.isTicking = false;
      };
    },
    onRefused: () => {
      at.refused += 1;
    },
  });
  const pass = (ms: number): void => {
    for (const end = at.ms + ms; at.ms < end; ) {
      at.ms += 1000;
      tick();
    }
  };
  const last = (): FakeStream => {
    const stream = streams.at(-1);
    if (stream === undefined) throw new Error('no stream was opened');
    return stream;
  };
  return { feed, streams, at, pass, last };
}

describe('the feed', () => {
  it('shows the world and its changes, and the time since the last event', () => {
    const { feed, pass, last } = started();
    expect(feed.state.get().world).toBeUndefined();
    last().say('world', world);
    last().say('change', change(8, { removedSites: ['a'] }));
    expect([...(feed.state.get().world?.sites.keys() ?? [])]).toEqual(['b']);
    pass(7000);
    expect(feed.state.get()).toMatchObject({ silentMs: 7000, isOpen: true });
    last().say('change', change(9));
    expect(feed.state.get()).toMatchObject({ silentMs: 0, world: { seq: 9 } });
  });

  it('fetches the whole world again when a change is missing, and shows the old one meanwhile', () => {
    const { feed, streams, pass, last } = started();
    last().say('world', world);
    last().say('change', change(9));
    expect([streams.length, last().isClosed, feed.state.get().world?.seq]).toEqual([1, true, 7]);
    pass(RETRY_MS.least);
    expect(streams).toHaveLength(2);
    streams[0]?.say('change', change(8)); // late, from the earlier stream
    expect(feed.state.get().world?.seq).toBe(7);
    last().say('world', { ...world, seq: 20 });
    expect(feed.state.get().world?.seq).toBe(20);
  });

  it('retries after a refusal with doubling pauses, up to a limit, and has the session checked', () => {
    const { at, streams, pass, last } = started();
    const opened: number[] = [];
    for (let tries = 0; tries < 8; tries++) {
      last().readyState = 2;
      last().onerror?.(new Event('error'));
      const [openedBefore, fromMs] = [streams.length, at.ms];
      while (streams.length === openedBefore) pass(1000);
      opened.push(at.ms - fromMs);
    }
    expect(opened).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(at.refused).toBe(8);
  });

  it('leaves reconnecting to the browser after a break', () => {
    const { at, streams, pass, last } = started();
    last().readyState = 0;
    last().onerror?.(new Event('error'));
    pass(5000);
    expect([streams.length, at.refused]).toEqual([1, 0]);
  });

  it('reopens a silent stream', () => {
    const { feed, streams, pass, last } = started();
    last().say('world', world);
    pass(SILENT_MS - 1000);
    expect(streams).toHaveLength(1);
    pass(1000 + RETRY_MS.least);
    expect([streams.length, streams[0]?.isClosed]).toEqual([2, true]);
    expect(feed.state.get().silentMs).toBe(SILENT_MS + RETRY_MS.least);
  });

  it('closes its stream and its timer, and makes no further request', () => {
    const { feed, at, streams, last } = started();
    feed.close();
    feed.close();
    expect([at.isTicking, last().isClosed, streams.length]).toEqual([false, true, 1]);
    last().say('world', world);
    expect(feed.state.get().world).toBeUndefined();
  });
});
