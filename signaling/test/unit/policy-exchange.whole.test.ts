// Tests policies and the api's copies, with an api that is away, slow, has a newer policy, or is gone for good.
import { emptyPolicy, type RoomPolicy } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { PolicyExchange } from '../../src/owner/policy-exchange.ts';
import type { ApiPort } from '../../src/ports.ts';

const at = (version: number): RoomPolicy => ({ ...emptyPolicy, version });

/** Content of a file, over restarts. */
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
  /** `takesMs`: duration of a call at the api. */
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

it('the latest policy is sent until it is stored, and the result is reported', async () => {
  const { asked, stored, state, exchange, settle } = setUp();
  exchange.send('acme/a', at(1));
  await settle();
  exchange.send('acme/a', at(2));
  expect(exchange.pending('acme/a')?.version).toBe(2);
  await settle(bounds.policyRetryMs);
  state.answers = true;
  await settle(2 * bounds.policyRetryMs);
  expect([asked, stored]).toEqual([[1, 2, 2], ['acme/a #2']]);
  expect(exchange.pending('acme/a')).toBeUndefined();
});

it('a change during the storing of an older policy is sent afterwards', async () => {
  const { asked, stored, state, exchange, settle } = setUp();
  state.answers = true;
  let go: () => void = () => undefined;
  state.held = new Promise((resolve) => {
    go = resolve;
  });
  exchange.send('acme/a', at(1));
  exchange.send('acme/a', at(2));
  go();
  await settle();
  expect([asked, stored]).toEqual([[1, 2], ['acme/a #2']]);
});

it('a stopping node waits until the policy is stored, for a bounded time', async () => {
  const { asked, state, exchange, settle } = setUp();
  exchange.send('acme/a', at(1));
  exchange.send('acme/b', at(1));
  await settle();
  const over: string[] = [];
  const waits: Promise<unknown>[] = [];
  const wait = (name: string) => waits.push(exchange.flush(`acme/${name}`, 2000).then(() => over.push(name)));
  wait('none');
  wait('a');
  await settle();
  // The stop makes a last request at once, which fails.
  expect([asked.length, over]).toEqual([3, ['none']]);
  state.answers = true;
  wait('b');
  await settle();
  expect(over).toEqual(['none', 'b']);
  state.answers = false;
  exchange.send('acme/a', at(2));
  await settle(2000);
  await Promise.all(waits);
  expect(over).toEqual(['none', 'b', 'a']);
  exchange.close();
});

const banned = { ...at(4), bans: [{ identity: 'mallory', untilWallMs: 0 }] };

it('a policy outlives its room and its node when no api answers, and is stored when an api comes', async () => {
  const first = setUp();
  first.exchange.send('acme/a', banned);
  await first.settle();
  first.exchange.roomClosed('acme/a');
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
