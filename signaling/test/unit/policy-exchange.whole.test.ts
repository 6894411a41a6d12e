// Policies and the api's copies of them, with an api that is away, slow, has a newer one, or is gone for good.
import { emptyPolicy, type RoomPolicy } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { PolicyExchange } from '../../src/owner/policy-exchange.ts';
import type { ApiPort } from '../../src/ports.ts';

const at = (version: number): RoomPolicy => ({ ...emptyPolicy, version });

/** What a file has, over restarts. */
const memoryFile = () => {
  const file = { content: undefined as unknown, writes: 0 };
  const save = (value: () => unknown): void => {
    file.content = structuredClone(value());
    file.writes += 1;
  };
  return Object.assign(file, { load: () => file.content, save });
};

function setUp(file = memoryFile()) {
  const clock = new ManualClock();
  const asked: number[] = [];
  const askedOf: string[] = [];
  const stored: string[] = [];
  /** `takesMs`: how long the api takes over a call. */
  const state = { answers: false, held: undefined as Promise<void> | undefined, has: 0, takesMs: 0 };
  const call = async (_kind: unknown, { roomKey, policy }: { roomKey: string; policy: { version: number } | null }) => {
    asked.push(policy?.version ?? 0);
    askedOf.push(roomKey);
    await state.held;
    if (state.takesMs > 0) await new Promise<void>((resolve) => void clock.after(state.takesMs, resolve));
    if (!state.answers) throw new Error('no api answers');
    return { policy: { version: Math.max(state.has, policy?.version ?? 0) } };
  };
  const exchange = new PolicyExchange({
    api: { call } as unknown as ApiPort,
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    file,
    onStored: (roomKey, { version }) => stored.push(`${roomKey} #${version}`),
  });
  const settle = async (ms = 0): Promise<void> => {
    clock.advance(ms);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { clock, asked, askedOf, stored, state, exchange, settle, file };
}

it('repeats the latest until it is stored, and says so', async () => {
  const { asked, stored, state, exchange, settle } = setUp();
  exchange.say('acme/a', at(1));
  await settle();
  exchange.say('acme/a', at(2));
  expect(exchange.pending('acme/a')?.version).toBe(2);
  await settle(bounds.policyRetryMs);
  state.answers = true;
  await settle(2 * bounds.policyRetryMs);
  expect([asked, stored]).toEqual([[1, 2, 2], ['acme/a #2']]);
  expect(exchange.pending('acme/a')).toBeUndefined();
});

it('sends what has changed while an older one was being stored', async () => {
  const { asked, stored, state, exchange, settle } = setUp();
  state.answers = true;
  let go: () => void = () => undefined;
  state.held = new Promise((resolve) => {
    go = resolve;
  });
  exchange.say('acme/a', at(1));
  exchange.say('acme/a', at(2));
  go();
  await settle();
  expect([asked, stored]).toEqual([[1, 2], ['acme/a #2']]);
});

it('goes on as long as the room is open, and for a while after, each time later', async () => {
  const { clock, asked, exchange, settle } = setUp();
  exchange.say('acme/a', at(1));
  for (let second = 0; second < (2 * bounds.policyUnstoredMsMax) / 1000; second += 1) await settle(1000);
  expect(asked.length).toBeGreaterThan(30);
  expect(asked.length).toBeLessThan(60);
  exchange.over('acme/a');
  for (let hour = 0; hour * 3_600_000 < bounds.policyPendingMsMax; hour += 1) await settle(3_600_000);
  expect(exchange.pending('acme/a')?.version).toBe(1);
  await settle(3_600_000);
  expect([exchange.pending('acme/a'), clock.pendingTimers]).toEqual([undefined, 0]);
});

it('asks no api any more when it is closed', async () => {
  const { clock, asked, exchange, settle } = setUp();
  exchange.say('acme/a', at(1));
  exchange.close();
  exchange.close();
  await settle(bounds.policyRetryMsMax);
  expect([asked, clock.pendingTimers]).toEqual([[1], 0]);
});

it('is waited for when its node stops: until it is stored, or for so long', async () => {
  const { asked, state, exchange, settle } = setUp();
  exchange.say('acme/a', at(1));
  exchange.say('acme/b', at(1));
  await settle();
  const over: string[] = [];
  const waits: Promise<unknown>[] = [];
  const wait = (name: string) => waits.push(exchange.settled(`acme/${name}`, 2000).then(() => over.push(name)));
  wait('none');
  wait('a');
  await settle();
  // Asked once more at once, in vain.
  expect([asked.length, over]).toEqual([3, ['none']]);
  state.answers = true;
  wait('b');
  await settle();
  expect(over).toEqual(['none', 'b']);
  state.answers = false;
  exchange.say('acme/a', at(2));
  await settle(2000);
  await Promise.all(waits);
  expect(over).toEqual(['none', 'b', 'a']);
  exchange.close();
});

it('stores the policies of all its rooms when its node stops, with an api that takes its time', async () => {
  const { clock, state, exchange, settle } = setUp();
  const rooms = Array.from({ length: 200 }, (_, index) => `acme/${index}`);
  for (const room of rooms) exchange.say(room, at(1));
  await settle();
  Object.assign(state, { answers: true, takesMs: 250 });
  for (const room of rooms) exchange.over(room);
  const stop = Promise.all(rooms.map((room) => exchange.settled(room, bounds.policyStopMs)));
  for (let ms = 0; ms < bounds.policyStopMs; ms += 50) await settle(50);
  await stop;
  expect(rooms.filter((room) => exchange.pending(room) !== undefined)).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

it('stores what has changed before it asks for rooms that have changed nothing', async () => {
  const { askedOf, state, exchange, settle } = setUp();
  const rooms = Array.from({ length: 3 * bounds.policyCallsMax }, (_, index) => `acme/${index}`);
  for (const room of rooms) exchange.say(room, undefined);
  const answered = Promise.withResolvers<void>();
  Object.assign(state, { answers: true, held: answered.promise });
  exchange.wake();
  await settle();
  // With a ban, while all calls are taken.
  exchange.say('acme/banned', at(1));
  answered.resolve();
  await settle();
  expect(askedOf.indexOf('acme/banned')).toBe(bounds.policyCallsMax);
  expect(askedOf).toHaveLength(rooms.length + 1);
});

it('says what the api has when that is newer, or when it was only asked', async () => {
  const { asked, stored, state, exchange, settle } = setUp();
  Object.assign(state, { answers: true, has: 7 });
  exchange.say('acme/a', at(3));
  await settle();
  expect(stored).toEqual(['acme/a #7']);
  expect((await exchange.first('acme/b'))?.version).toBe(7);
  exchange.say('acme/b', undefined);
  await settle(bounds.policyAskEveryMs);
  expect([asked, stored]).toEqual([
    [3, 0, 0],
    ['acme/a #7', 'acme/b #7'],
  ]);
});

it('asks for a few rooms at once, each in its turn, until it is answered or the room is over', async () => {
  const { asked, stored, state, exchange, settle, clock } = setUp();
  const rooms = Array.from({ length: 3 * bounds.policyCallsMax }, (_, index) => `acme/${index}`);
  for (const room of rooms) exchange.say(room, undefined);
  let go: () => void = () => undefined;
  state.held = new Promise((resolve) => {
    go = resolve;
  });
  exchange.wake();
  await settle();
  expect(asked).toHaveLength(bounds.policyCallsMax);
  state.answers = true;
  go();
  await settle();
  expect(stored).toEqual(rooms.map((room) => `${room} #0`));
  state.answers = false;
  exchange.say('acme/0', undefined);
  await settle(bounds.policyAskEveryMs);
  exchange.over('acme/0');
  expect(clock.pendingTimers).toBeLessThanOrEqual(1);
  asked.length = 0;
  await settle(2 * bounds.policyAskEveryMs);
  expect(asked).toEqual([]);
});

const banned = { ...at(4), bans: [{ identity: 'mallory', untilWallMs: 0 }] };

it('outlives its room and its node when no api answers, and is stored when one comes', async () => {
  const first = setUp();
  first.exchange.say('acme/a', banned);
  await first.settle();
  first.exchange.over('acme/a');
  // Killed: nothing is closed.
  const second = setUp(first.file);
  expect(second.exchange.pending('acme/a')).toEqual(banned);
  await second.settle();
  second.state.answers = true;
  second.exchange.wake();
  await second.settle();
  expect([second.exchange.pending('acme/a'), second.file.content]).toEqual([undefined, []]);
  expect(second.clock.pendingTimers).toBe(0);
});

it('is written when its node stops before an api has answered', async () => {
  const { exchange, file } = setUp();
  exchange.say('acme/a', banned);
  exchange.close();
  expect(setUp(file).exchange.pending('acme/a')).toEqual(banned);
});

it('is not written when an api stores it at once, and once for each change when none does', async () => {
  const { exchange, file, state, settle } = setUp();
  state.answers = true;
  exchange.say('acme/a', at(1));
  await settle();
  expect(file.writes).toBe(0);
  state.answers = false;
  exchange.say('acme/a', at(2));
  for (let times = 0; times < 5; times += 1) await settle(bounds.policyRetryMsMax);
  expect(file.writes).toBe(1);
});

it.each([['[]'], ['{}'], ['[["acme/a"]]'], ['[[1, {}]]'], ['"text"']])(
  'goes on without a file of another form: %s',
  (text) => {
    const file = memoryFile();
    file.content = JSON.parse(text);
    expect(setUp(file).exchange.pending('acme/a')).toBeUndefined();
  },
);

it('of rooms that are over, only so many wait: the oldest is lost', async () => {
  const { clock, exchange } = setUp();
  const rooms = Array.from({ length: bounds.policiesPendingMax + 1 }, (_, index) => `acme/${index}`);
  for (const room of rooms) exchange.say(room, at(1));
  for (const room of rooms) {
    clock.advance(1);
    exchange.over(room);
  }
  const kept = rooms.filter((room) => exchange.pending(room) !== undefined);
  expect([kept.length, kept[0]]).toEqual([bounds.policiesPendingMax, 'acme/1']);
  exchange.close();
});
