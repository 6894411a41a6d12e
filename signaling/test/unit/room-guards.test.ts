// Tests the list of guarded rooms at a signaling node: fetched in parts, and kept over a restart and without an api.
import { policyFromWire, policyToWire, type wire } from '@meridian/protocol';
import { type Logger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { RoomGuards, type RoomGuardsOptions } from '../../src/owner/room-guards.ts';

const lobby = policyFromWire({ version: 2, lobby: true });
const guard = (roomKey: string): wire.RoomGuard.$Properties => ({ roomKey, policy: policyToWire(lobby) });
const part = (digest: string, keys: readonly string[], next = 0) => ({ digest, rooms: keys.map(guard), next });

/** Makes guards and an api that gives each of `answers` once, then rejects. */
function setUp(file = { content: undefined as unknown }) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const warnings: unknown[] = [];
  const state = { answers: [] as object[], isLinked: true, linked: (): void => undefined };
  const api = {
    get isLinked() {
      return state.isLinked;
    },
    onLink: (listener: () => void) => {
      state.linked = listener;
    },
    call: async (_kind: unknown, { digest, from }: wire.RoomGuardsRequest) => {
      asked.push(`${digest}+${from}`);
      const answer = state.answers.shift();
      if (answer === undefined) throw new Error('no api answers');
      return { rooms: [], next: 0, isSame: false, ...answer };
    },
  };
  const guards = new RoomGuards({
    api: api as unknown as RoomGuardsOptions['api'],
    file: {
      load: () => file.content,
      save: (value) => {
        file.content = structuredClone(value());
      },
    },
    clock,
    log: { warn: (...said: unknown[]) => void warnings.push(said) } as unknown as Logger,
  });
  const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const turn = async (): Promise<void> => {
    clock.advance(bounds.guardsAskEveryMs);
    await settled();
  };
  const guarded = () => ['acme/a', 'acme/b', 'acme/c'].filter((key) => guards.policyOf(key) !== undefined);
  return { clock, asked, warnings, state, guards, settled, turn, guarded, file };
}

it('the list of guarded rooms is fetched in parts, when a link to an api opens and every few seconds', async () => {
  const { asked, state, guards, settled, turn, guarded } = setUp();
  state.answers.push(part('d1', ['acme/a'], 1), part('d1', ['acme/b']));
  state.linked();
  await settled();
  expect([asked, guarded()]).toEqual([
    ['+0', 'd1+1'],
    ['acme/a', 'acme/b'],
  ]);
  expect(guards.policyOf('acme/a')).toEqual(lobby);
  state.answers.push({ digest: 'd1', isSame: true });
  await turn();
  expect([asked.at(-1), guarded()]).toEqual(['d1+0', ['acme/a', 'acme/b']]);
  state.answers.push(part('d2', ['acme/c']));
  await turn();
  expect(guarded()).toEqual(['acme/c']);
});

it('a list that changes between two parts is fetched again from its first part', async () => {
  const { asked, state, settled, guarded } = setUp();
  state.answers.push(part('d1', ['acme/a'], 1), part('d2', ['acme/b'], 1), part('d2', ['acme/c']));
  state.linked();
  await settled();
  expect([asked, guarded()]).toEqual([
    ['+0', 'd1+1', 'd2+1'],
    ['acme/b', 'acme/c'],
  ]);
});

it('a list stays as it was when the api goes away for good between two parts', async () => {
  const { asked, state, turn, settled, guarded } = setUp();
  state.answers.push(part('d1', ['acme/a']));
  state.linked();
  await settled();
  state.answers.push(part('d2', ['acme/b'], 1));
  await turn();
  expect(guarded()).toEqual(['acme/a']);
  state.isLinked = false;
  const before = asked.length;
  for (let turns = 0; turns < 10; turns += 1) await turn();
  expect([guarded(), asked.length]).toEqual([['acme/a'], before]);
});

it('the fetch of a list that changes with every part is given up until the next interval, and logged once', async () => {
  const { asked, warnings, state, settled, turn, guarded } = setUp();
  const changing = () => Array.from({ length: bounds.guardRequestsMax }, (_, at) => part(`d${at}`, ['acme/a'], 1));
  state.answers = changing();
  state.linked();
  await settled();
  expect([asked.length, guarded(), warnings.length]).toEqual([bounds.guardRequestsMax, [], 1]);
  expect(warnings[0]).toMatchObject([{ requests: bounds.guardRequestsMax }, expect.stringContaining('does not end')]);
  state.answers = changing();
  await turn();
  expect([asked.length, warnings.length]).toEqual([2 * bounds.guardRequestsMax, 1]);
  // After a complete list, the next endless one is logged again.
  state.answers = [part('d', ['acme/b'])];
  await turn();
  state.answers = changing();
  await turn();
  expect([guarded(), warnings.length]).toEqual([['acme/b'], 2]);
});

it('a list outlives a restart', async () => {
  const first = setUp();
  first.state.answers.push(part('d1', ['acme/a']));
  first.state.linked();
  await first.settled();
  const second = setUp(first.file);
  expect(second.guards.policyOf('acme/a')).toEqual(lobby);
  second.state.answers.push({ digest: 'd1', isSame: true });
  second.state.linked();
  await second.settled();
  expect([second.asked, second.guarded()]).toEqual([['d1+0'], ['acme/a']]);
});

it.each([[{}], [[]], [{ digest: 'd', rooms: [['acme/a']] }], [{ digest: 1, rooms: [] }]])(
  'a file of another form is ignored: %j',
  (content) => {
    expect(setUp({ content }).guarded()).toEqual([]);
  },
);

it('no list is fetched after the close', async () => {
  const { asked, state, guards, turn, clock } = setUp();
  guards.close();
  guards.close();
  state.linked();
  await turn();
  expect([asked, clock.pendingTimers]).toEqual([[], 0]);
});
