import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { CentreViews } from '../../../src/console/centre-views.ts';
import type { LiveView } from '../../../src/console/core/world.ts';
import { type Watcher, WorldFeed } from '../../../src/console/world-feed.ts';
import { ScriptedConsole } from '../../support/scripted-fleet.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const CHECK_MS = 5000;
const noPeople: LiveView = { atMs: 0, sessions: 0, rooms: 0, places: [], nodes: new Map(), pairs: new Map() };

function made() {
  const clock = new ManualClock();
  const centre = new ScriptedConsole();
  const views = new CentreViews({ clock, log, centre: () => centre });
  const state = { fails: false };
  const live = {
    view: async () => {
      if (state.fails) throw new Error('the database is away');
      return noPeople;
    },
  };
  const cuts: string[] = [];
  const counts: number[] = [];
  const onCut = (cause: string): void => void cuts.push(cause);
  const onStreams = (count: number): void => void counts.push(count);
  return { clock, centre, state, cuts, counts, feed: new WorldFeed({ clock, log, views, live, onCut, onStreams }) };
}
const watcher = (mayWatch: Watcher['mayWatch'] = async () => true): Watcher => ({
  sink: { writableLength: 0 },
  mayWatch,
});

describe('a stream whose watcher', () => {
  it.each([
    ['has signed out', () => Promise.reject(new Error('SESSION_ENDED'))],
    ['is no longer an operator', () => Promise.resolve(false)],
  ])('%s is ended within 30 s, and no other stream is', async (_, mayWatch) => {
    const { clock, feed, cuts, counts } = made();
    const one = await feed.watch(watcher(mayWatch));
    const otherStream = await feed.watch(watcher());
    const [ended, stays] = [one.body.resume(), otherStream.body.resume()];
    await new Promise(setImmediate);
    const endedStream = new Promise((resolve) => ended.once('end', resolve));
    // Advances in steps, so that readers can read in between.
    for (let second = 1; second < CHECK_MS / 1000; second += 1) {
      clock.advance(1000);
      await new Promise(setImmediate);
    }
    clock.advance(999);
    expect([cuts, feed.size]).toEqual([[], 2]);
    clock.advance(1);
    await endedStream;
    expect([cuts, feed.size, counts, stays.readableEnded]).toEqual([['refused'], 1, [1, 2, 1], false]);
  });
});

it('a feed without a stream asks the centre nothing', async () => {
  const { clock, centre, feed } = made();
  const stream = await feed.watch(watcher());
  const before = centre.requests.length;
  stream.cut();
  await new Promise((resolve) => stream.body.once('close', resolve));
  clock.advance(60_000);
  expect([centre.requests.length, feed.size]).toEqual([before, 0]);
});

it('a stream that cannot begin is not counted', async () => {
  const { feed, state } = made();
  state.fails = true;
  await expect(feed.watch(watcher())).rejects.toThrow('the database is away');
  state.fails = false;
  const { body } = await feed.watch(watcher());
  expect([feed.size, String(body.read())]).toEqual([1, expect.stringContaining('event: world\n')]);
});

it('a closed feed ends its streams and refuses new ones', async () => {
  const { feed } = made();
  const { body } = await feed.watch(watcher());
  feed.close();
  feed.close();
  await new Promise((resolve) => body.resume().once('end', resolve));
  await expect(feed.watch(watcher())).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
