// Changed policies on their way to an api that is away, slow, or gone for good.
import { emptyPolicy, type RoomPolicy } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { PolicyOutbox } from '../../src/owner/policy-outbox.ts';
import type { ApiPort } from '../../src/ports.ts';

const at = (version: number): RoomPolicy => ({ ...emptyPolicy, version });

function setUp() {
  const clock = new ManualClock();
  const asked: number[] = [];
  const stored: string[] = [];
  const state = { answers: false, held: undefined as Promise<void> | undefined };
  const call = async (_kind: unknown, message: { policy: { version: number } }) => {
    asked.push(message.policy.version);
    await state.held;
    if (!state.answers) throw new Error('nobody answers');
    return {};
  };
  const outbox = new PolicyOutbox({
    api: { call } as unknown as ApiPort,
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    onStored: (roomKey) => stored.push(roomKey),
  });
  const settle = async (ms = 0): Promise<void> => {
    clock.advance(ms);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { clock, asked, stored, state, outbox, settle };
}

it('repeats the latest until it is stored, and says so', async () => {
  const { asked, stored, state, outbox, settle } = setUp();
  outbox.changed('acme/a', at(1), 1);
  await settle();
  outbox.changed('acme/a', at(2), 1);
  expect(outbox.pending('acme/a')?.version).toBe(2);
  await settle(bounds.policyRetryMs);
  state.answers = true;
  await settle(2 * bounds.policyRetryMs);
  expect([asked, stored]).toEqual([[1, 2, 2], ['acme/a']]);
  expect(outbox.pending('acme/a')).toBeUndefined();
});

it('sends what has changed while an older one was being stored', async () => {
  const { asked, stored, state, outbox, settle } = setUp();
  state.answers = true;
  let go: () => void = () => undefined;
  state.held = new Promise((resolve) => {
    go = resolve;
  });
  outbox.changed('acme/a', at(1), 1);
  outbox.changed('acme/a', at(2), 1);
  go();
  await settle();
  expect(stored).toEqual([]);
  await settle(1);
  expect([asked, stored]).toEqual([[1, 2], ['acme/a']]);
});

it('goes on as long as the room is open, and for a while after, each time later', async () => {
  const { clock, asked, outbox, settle } = setUp();
  outbox.changed('acme/a', at(1), 1);
  for (let second = 0; second < (2 * bounds.policyUnstoredMsMax) / 1000; second += 1) await settle(1000);
  expect(asked.length).toBeGreaterThan(30);
  expect(asked.length).toBeLessThan(60);
  outbox.over('acme/a');
  for (let second = 0; second < (2 * bounds.policyUnstoredMsMax) / 1000; second += 1) await settle(1000);
  expect([outbox.pending('acme/a'), clock.pendingTimers]).toEqual([undefined, 0]);
});

it('asks nobody any more when it is closed', async () => {
  const { clock, asked, outbox, settle } = setUp();
  outbox.changed('acme/a', at(1), 1);
  outbox.close();
  outbox.close();
  await settle(bounds.policyRetryMsMax);
  expect([asked, clock.pendingTimers]).toEqual([[1], 0]);
});

it('is waited for when its node stops: until it is stored, or for so long', async () => {
  const { asked, state, outbox, settle } = setUp();
  outbox.changed('acme/a', at(1), 1);
  outbox.changed('acme/b', at(1), 1);
  await settle();
  const over: string[] = [];
  const waits: Promise<unknown>[] = [];
  const wait = (name: string) => waits.push(outbox.settled(`acme/${name}`, 2000).then(() => over.push(name)));
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
  outbox.changed('acme/a', at(2), 1);
  await settle(2000);
  await Promise.all(waits);
  expect(over).toEqual(['none', 'b', 'a']);
  outbox.close();
});
