// Playback reports on their way from players to an api.
import { MeridianError, rpc, type wire } from '@meridian/protocol';
import { type Link, ManualClock } from '@meridian/runtime';
import { describe, expect, it, vi } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { readWatch, type WatchReport } from '../../src/core/watch.ts';
import {
  BATCH_MAX,
  HAND_OVER_MS,
  KNOWN_MAX,
  PENDING_MAX,
  SILENT_MS,
  START_MS,
  type Watcher,
  Watches,
} from '../../src/delivery/watches.ts';
import { reportBody, watchId } from '../support/watch.ts';

const watcher: Watcher = { tenant: 'acme', contentId: 'up_1', item: 'item_1', viewer: 'ada' };
type Heard = readonly wire.LibraryWatch.$Properties[];

function setUp() {
  const clock = new ManualClock({ nowMs: 5000 });
  const { log, lines } = collectingLog();
  const heard: Heard[] = [];
  const counted = { starts: 0, stalledMs: 0, full: 0, refused: 0 };
  const listeners: ((link: Link) => void)[] = [];
  const api = {
    answer: (_batch: Heard): unknown => undefined,
    call: async (kind: unknown, message: unknown): Promise<never> => {
      expect(kind).toBe(rpc.libraryWatched);
      const { watches } = message as { readonly watches: Heard };
      await api.answer(watches);
      heard.push(watches);
      return {} as never;
    },
    onLink: (listener: (link: Link) => void) => void listeners.push(listener),
  };
  const counts = {
    started() {
      counted.starts += 1;
    },
    stalled(ms: number) {
      counted.stalledMs += ms;
    },
    dropped(why: 'full' | 'refused', count: number) {
      counted[why] += count;
    },
  };
  const watches = new Watches({ api, counts, clock, log });
  const take = (number: number, change: Partial<WatchReport> = {}, by: Watcher = watcher) =>
    watches.take(by, Object.assign({}, whole, { id: watchId(number) }, change));
  /** Lets the timer start a hand-over and waits for its end. */
  async function round(): Promise<void> {
    clock.advance(HAND_OVER_MS);
    await watches.handOver();
  }
  const names = () => heard.map((batch) => batch.map(({ id, seq }) => `${Number(id?.replaceAll('A', ''))}:${seq}`));
  return { clock, lines, heard, names, counted, api, watches, take, round, link: () => listeners[0]?.({} as Link) };
}

/** Report that is parsed once, for tests with thousands. */
const read = readWatch(JSON.stringify(reportBody()));
const whole = read.ok ? read.watch : expect.unreachable(read.why);

const unreachable = (): never => {
  throw new MeridianError('API_UNREACHABLE');
};

it('a playback is handed over to an api within two seconds, complete and once', async () => {
  const { clock, heard, watches, take, round } = setUp();
  take(1, { cache: 'edge-1' });
  clock.advance(HAND_OVER_MS - 1);
  expect([heard.length, watches.pending]).toEqual([0, 1]);
  clock.advance(1);
  await watches.handOver();
  const startedWallMs = clock.wallMs() - HAND_OVER_MS - 60_000;
  const names = { id: watchId(1), tenant: 'acme', contentId: 'up_1', itemId: 'item_1', viewer: 'ada', cache: 'edge-1' };
  const times = { startedWallMs, lastWallMs: startedWallMs + 60_000, startupMs: 300, watchedMs: 50_000 };
  const qualities = [
    { name: '360p', watchedMs: 20_000 },
    { name: '720p', watchedMs: 30_000 },
  ];
  const rest = { seq: 1, positionMs: 5000, stalls: 1, stalledMs: 700, seeks: 2, switches: 3, hasEnded: false };
  expect(heard).toEqual([[Object.assign({ qualities }, names, times, rest)]]);
  await round();
  expect([heard.length, watches.pending]).toEqual([1, 0]);
});

it('the newest report of a playback is handed over, however often its player reports', async () => {
  const { names, take, round } = setUp();
  for (const seq of [1, 2, 5, 4, 5, 3]) take(1, { seq, positionMs: seq });
  await round();
  take(1, { seq: 5 });
  take(1, { seq: 4 });
  await round();
  expect(names()).toEqual([['1:5']]);
});

describe('without an api', () => {
  it('keeps playbacks, and hands each over once when an api is back', async () => {
    const { api, names, lines, watches, take, round } = setUp();
    api.answer = unreachable;
    take(1);
    await round();
    take(2);
    take(1, { seq: 2 });
    await round();
    expect([names(), watches.pending]).toEqual([[], 2]);
    api.answer = () => undefined;
    await round();
    await round();
    expect([names(), watches.pending]).toEqual([[['1:2', '2:1']], 0]);
    const said = lines.map(({ msg }) => msg);
    expect(said).toEqual(['playbacks could not be handed over yet', 'playbacks are handed over again']);
  });

  it('keeps a report that is newer than the one just handed over', async () => {
    const { api, names, take, round, watches } = setUp();
    api.answer = () => void take(1, { seq: 2 });
    take(1);
    await round();
    api.answer = () => undefined;
    expect(watches.pending).toBe(1);
    await round();
    expect(names()).toEqual([['1:1'], ['1:2']]);
  });

  it('retries at once when an api connects', async () => {
    const { api, names, link, watches, take, round } = setUp();
    api.answer = unreachable;
    take(1);
    await round();
    let asked = 0;
    api.answer = () => {
      asked += 1;
    };
    link();
    expect(asked).toBe(0); // the link event precedes its service
    await vi.waitFor(() => expect(names()).toEqual([['1:1']]));
    expect(watches.pending).toBe(0);
  });

  it('keeps a bounded number of playbacks: the one that has waited longest is dropped, and may come back', async () => {
    const { api, names, counted, watches, take, round } = setUp();
    api.answer = unreachable;
    for (let number = 0; number < PENDING_MAX; number += 1) take(number);
    take(0, { seq: 2 }); // keeps the first place
    expect([watches.pending, counted.full]).toEqual([PENDING_MAX, 0]);
    take(PENDING_MAX);
    take(PENDING_MAX + 1);
    expect([watches.pending, counted.full]).toEqual([PENDING_MAX, 2]);
    take(0, { seq: 3 });
    expect(counted.full).toBe(3);
    api.answer = () => undefined;
    await round();
    const all = names().flat();
    expect([all.length, all[0], all.at(-1)]).toEqual([PENDING_MAX, '3:1', '0:3']);
  });
});

it('hands over at most a batch at once, and each playback once', async () => {
  const { api, heard, names, take, round } = setUp();
  api.answer = () => void take(1, { seq: 2 });
  for (let number = 0; number < 2 * BATCH_MAX + 1; number += 1) take(number);
  await round();
  expect(heard.map(({ length }) => length)).toEqual([BATCH_MAX, BATCH_MAX, 1]);
  expect(new Set(names().flat()).size).toBe(2 * BATCH_MAX + 1);
});

it('drops the playbacks that an api refuses for good, and hands over the others', async () => {
  const { api, names, counted, watches, take, round } = setUp();
  api.answer = ([first]) => {
    if (first?.id === watchId(0)) throw new MeridianError('REQUEST_INVALID');
  };
  for (let number = 0; number < BATCH_MAX + 1; number += 1) take(number);
  await round();
  expect([names(), watches.pending, counted.refused]).toEqual([[[`${BATCH_MAX}:1`]], 0, BATCH_MAX]);
});

describe('counts', () => {
  it('a start for each playback that began after the node did, once', () => {
    const { counted, take } = setUp();
    expect(take(1, { agoMs: START_MS }).isStart).toBe(true);
    expect(take(1, { agoMs: START_MS, seq: 2 }).isStart).toBe(false);
    expect(take(2, { agoMs: START_MS + 1 }).isStart).toBe(false);
    expect(take(1, {}, Object.assign({}, watcher, { tenant: 'other' })).isStart).toBe(true);
    expect(counted.starts).toBe(2);
  });

  it('a stall once, and only new stalls of a playback that began at another node', () => {
    const { counted, take } = setUp();
    take(1, { stalledMs: 500 });
    take(1, { seq: 3, stalledMs: 800 });
    take(1, { seq: 2, stalledMs: 700 });
    take(1, { seq: 4, stalledMs: 600 });
    take(1, { seq: 5, stalledMs: 800 });
    expect(counted.stalledMs).toBe(800);
    take(2, { agoMs: START_MS + 1, stalledMs: 5000 });
    take(2, { agoMs: START_MS + 1, seq: 2, stalledMs: 5100 });
    expect(counted.stalledMs).toBe(900);
  });

  it('playbacks under way, without those that ended or are silent', () => {
    const { clock, watches, take } = setUp();
    take(1);
    take(2);
    take(3, { hasEnded: true });
    expect(watches.underWay).toBe(2);
    clock.advance(SILENT_MS);
    take(2, { seq: 2 });
    expect(watches.underWay).toBe(2);
    clock.advance(1);
    expect(watches.underWay).toBe(1);
  });

  it('up to a bound: the playback that was silent longest is forgotten', () => {
    const { clock, counted, take } = setUp();
    for (let number = 0; number < KNOWN_MAX; number += 1) take(number);
    take(0, { seq: 2 });
    take(KNOWN_MAX);
    expect(counted.starts).toBe(KNOWN_MAX + 1);
    take(0, { seq: 3 });
    expect(counted.starts).toBe(KNOWN_MAX + 1);
    take(1, { seq: 2 });
    expect(counted.starts).toBe(KNOWN_MAX + 2);
    clock.advance(900_001);
    take(KNOWN_MAX + 1);
    take(0, { seq: 4 });
    expect(counted.starts).toBe(KNOWN_MAX + 4);
  });
});

describe('at the end of a node', () => {
  it('playbacks are handed over, also while an api hangs, and no further ones are accepted', async () => {
    const { api, clock, names, watches, take } = setUp();
    const hangs = Promise.withResolvers<void>();
    api.answer = () => hangs.promise;
    take(1);
    clock.advance(HAND_OVER_MS);
    api.answer = () => undefined;
    take(2);
    const closed = watches.close();
    expect(watches.close()).toBe(closed);
    await closed;
    expect(names()).toEqual([['1:1', '2:1']]);
    expect(() => take(3)).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }));
    expect(clock.pendingTimers).toBe(0);
    hangs.resolve();
    await watches.handOver();
    expect([watches.pending, watches.underWay]).toEqual([0, 0]);
  });

  it('the number of lost playbacks is logged if there is no api', async () => {
    const { api, lines, watches, take } = setUp();
    api.answer = unreachable;
    take(1);
    await watches.close();
    expect(lines.at(-1)).toMatchObject({ msg: 'playbacks are lost: no api has received them', watches: 1 });
  });
});
