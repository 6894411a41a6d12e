// Tests how many rooms an instance opens, in sequence or at once, and their first policies.
import { limits, policyFromWire, type RoomPolicy, type wire } from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../src/failures.ts';
import { bounds } from '../../src/limits.ts';
import type { OwnedRoom } from '../../src/owner/owned-room.ts';
import { OwnedRooms, type OwnedRoomsOptions } from '../../src/owner/owned-rooms.ts';

/** Makes rooms whose media nodes answer on `answer` with `kept`; for `staleKey` they know a newer owner. */
function setUp(
  staleKey: string,
  ask: (kind: unknown, message: never) => unknown = () => Promise.reject(new Error('no api answers')),
  kept: Partial<wire.RoomSnapshotReply.$Properties> = {},
  guards: Readonly<Record<string, RoomPolicy>> = {},
) {
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const call = async (_nodeId: string, _kind: unknown, { room }: { room: wire.RoomRef }) => {
    await answered;
    return { sessions: [], served: [], highestEpoch: room.roomKey === staleKey ? room.epoch + 1 : 0, ...kept };
  };
  const renewed: number[] = [];
  const clock = new ManualClock();
  const owned = new OwnedRooms({
    selfId: 'sig-1',
    centre: {
      fleet: new Map(),
      release: async () => undefined,
      renew: async (leases: readonly unknown[]) => {
        renewed.push(leases.length);
        return [];
      },
    },
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    rng: seededRng('owned-rooms'),
    counters: { move: () => undefined },
    nodes: { call, hold: () => undefined, release: () => undefined, post: () => true },
    api: { call: ask },
    roomGuards: { policyOf: (roomKey: string) => guards[roomKey] },
    policyFile: { load: () => undefined, save: () => undefined },
    signalingNodes: { events: () => undefined, knocked: () => undefined },
  } as unknown as OwnedRoomsOptions);
  const open = (index: number): Promise<string> => {
    const lease = { roomKey: `acme/${index}`, ownerId: 'sig-1', epoch: 2, nodeIds: ['sfu-1'], created: false };
    return owned.ensure(lease).then(
      () => 'open',
      (error: unknown) => codeOf(error) ?? 'INTERNAL',
    );
  };
  return { owned, open, answer: () => answer(), renewed, clock };
}

test('an instance owns at most as many rooms as the centre renews at once, with rooms that are being opened', async () => {
  const { owned, open, answer, renewed } = setUp('acme/0');
  const asked = Array.from({ length: bounds.roomsOwnedMax + 10 }, (_, index) => open(index));
  answer();
  const outcomes = await Promise.all(asked);
  const countOf = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
  expect([countOf('open'), countOf('EPOCH_STALE'), countOf('NO_CAPACITY')]).toEqual([bounds.roomsOwnedMax - 1, 1, 10]);
  // The room that could not be opened has left a place.
  expect([await open(bounds.roomsOwnedMax), await open(bounds.roomsOwnedMax + 1)]).toEqual(['open', 'NO_CAPACITY']);
  await owned.renew();
  expect(renewed).toEqual([limits.roomsPerNodeMax]);
  await owned.close();
});

test('a life gets the id that the api has reserved, else one of its own', async () => {
  let nextSid = 'RM_reserved1234';
  const { owned, open, answer } = setUp('', async () => ({ policy: null, nextSid }));
  answer();
  await open(0);
  const room = owned.get('acme/0') ?? expect.unreachable();
  expect(room.info.sid).toBe('RM_reserved1234');
  nextSid = '';
  await open(1);
  expect(owned.get('acme/1')?.info.sid).toMatch(/^RM_(?!reserved)/);
  await owned.close();
});

describe('a room whose policy is unknown', () => {
  /** Opens a room with an api that answers with `answer`; undefined: no answer. */
  async function opened(done: (room: OwnedRoom) => void = () => undefined) {
    const api = { answer: undefined as Partial<RoomPolicy> | undefined, asked: 0, stored: [] as RoomPolicy[] };
    const call = async (_kind: unknown, { policy }: { policy: wire.RoomPolicy.$Properties | null }) => {
      if (policy === null) api.asked += 1;
      else api.stored.push(policyFromWire(policy));
      if (api.answer === undefined) throw new Error('no api answers');
      return { policy: policy ?? api.answer };
    };
    const { owned, open, answer, clock } = setUp('', call);
    answer();
    expect(await open(0)).toBe('open');
    const room = owned.get('acme/0');
    if (room === undefined) throw new Error('not open');
    done(room);
    return { api, owned, room, clock };
  }
  const gil = { waitId: 'WA_gil', identity: 'gil', name: '', admin: false, lobby: false, network: '', sinceWallMs: 0 };
  const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

  test.each<[string, (o: Awaited<ReturnType<typeof opened>>) => void]>([
    ['after a while', ({ clock }) => clock.advance(bounds.policyAskEveryMs)],
    ['when an api comes', ({ owned }) => owned.onApiLink()],
  ])('asks the api again %s, until it answers, and judges waiting clients by the answer', async (_when, ask) => {
    const at = await opened();
    const { api, room, owned, clock } = at;
    expect(room.lobby.knock('d1', { ...gil, needsPolicy: true })).toMatchObject({ reason: 'no_host' });
    ask(at);
    await settled();
    expect([api.asked, room.lobby.size]).toEqual([2, 1]);
    api.answer = { version: 3, lobby: true };
    ask(at);
    await settled();
    expect([api.asked, room.policy.version, room.info.lobby]).toEqual([3, 3, true]);
    expect(room.lobby.knock('d1', { ...gil, needsPolicy: true })).toMatchObject({ reason: 'lobby' });
    ask(at);
    clock.advance(bounds.policyAskEveryMs);
    await settled();
    expect([api.asked, api.stored]).toEqual([3, []]);
    await owned.close();
  });

  test('has a policy even if the api knows of none', async () => {
    const { api, room, owned } = await opened();
    room.lobby.knock('d1', { ...gil, needsPolicy: true });
    api.answer = {};
    owned.onApiLink();
    await settled();
    expect(room.lobby.size).toBe(0);
    await owned.close();
  });

  test('keeps its changes on top of the api’s policy, and sends them to the api', async () => {
    const { api, room, owned } = await opened((open) => {
      open.command([{ type: 'remove', identity: 'mallory', reason: '', bannedFor: 'forever', mayReturn: false }]);
      open.command([{ type: 'setRoom', changes: { capacity: 7 } }]);
    });
    expect(room.lobby.knock('d1', { ...gil, needsPolicy: true })).toMatchObject({ reason: 'no_host' });
    const [ann, eve] = [
      { identity: 'ann', role: 'host' as const },
      { identity: 'eve', untilWallMs: 0 },
    ];
    api.answer = { version: 9, lobby: true, capacity: 3, members: [ann], bans: [eve] };
    owned.onApiLink();
    await settled();
    const expected = { version: 10, lobby: true, capacity: 7, members: [ann] };
    expect(room.policy).toMatchObject({ ...expected, bans: [eve, { identity: 'mallory', untilWallMs: 0 }] });
    expect(api.stored.map(({ version }) => version)).toEqual([10]);
    expect(api.stored[0]).toEqual(room.policy);
    await owned.close();
  });
});

describe('a room that the api has guarded', () => {
  const guard = policyFromWire({ version: 3, lobby: true, title: 'Board', bans: [{ identity: 'eve' }] });
  const whenApi = async (answer: wire.RoomPolicy.$Properties | undefined, kept = {}) => {
    const call = async (_kind: unknown, { policy }: { policy: wire.RoomPolicy.$Properties | null }) => {
      if (answer === undefined) throw new Error('no api answers');
      return { policy: policy ?? answer };
    };
    const { owned, open, answer: answerNodes, clock } = setUp('', call, kept, { 'acme/0': guard });
    answerNodes();
    expect(await open(0)).toBe('open');
    const policy = owned.get('acme/0')?.policy;
    const closed = owned.close();
    clock.advance(bounds.policyStopMs);
    await closed;
    return policy;
  };

  test('stays guarded when no api answers', async () => {
    expect(await whenApi(undefined)).toEqual(guard);
  });

  test('follows the api’s answer, even if no policy is stored any more', async () => {
    expect(await whenApi({ version: 4 })).toMatchObject({ version: 4, lobby: false, bans: [] });
    expect(await whenApi({})).toMatchObject({ version: 0, lobby: false, bans: [] });
  });

  test('follows its media nodes where their policy is newer', async () => {
    expect(await whenApi(undefined, { policy: { version: 5 } })).toMatchObject({ version: 5, lobby: false });
    expect(await whenApi(undefined, { policy: { version: 2 } })).toEqual(guard);
  });
});

describe('a new owner’s choice between the policies of its media nodes and the api', () => {
  test.each<[string, { atNodes: number; atApi: number | undefined; said: (number | undefined)[] }]>([
    ['reports a newer policy of the media nodes to the api', { atNodes: 5, atApi: 3, said: [undefined, 5] }],
    ['reports the media nodes’ policy when no api answers', { atNodes: 5, atApi: undefined, said: [undefined, 5] }],
    ['reports nothing when the api has the newer policy', { atNodes: 3, atApi: 5, said: [undefined] }],
    ['reports nothing when both have the same policy', { atNodes: 5, atApi: 5, said: [undefined] }],
  ])('%s', async (_what, { atNodes, atApi, said }) => {
    const exchanged: (number | undefined)[] = [];
    const call = async (_kind: unknown, { policy }: { policy: wire.RoomPolicy.$Properties | null }) => {
      exchanged.push(policy?.version ?? undefined);
      if (atApi === undefined) throw new Error('no api answers');
      return { policy: { version: Math.max(atApi, policy?.version ?? 0) } };
    };
    const { owned, open, answer, clock } = setUp('', call, { policy: { version: atNodes } });
    answer();
    expect(await open(0)).toBe('open');
    expect(owned.get('acme/0')?.policy.version).toBe(Math.max(atNodes, atApi ?? 0));
    expect(exchanged).toEqual(said);
    const closed = owned.close();
    clock.advance(bounds.policyStopMs);
    await closed;
  });
});

test('a new owner takes the recordings of an ended life from the api’s stored policy', async () => {
  const over = { version: 5, recordings: [{ recordingId: 're_old', roomSid: 'RM_old', state: 'running' }] };
  const stored: RoomPolicy[] = [];
  const call = async (_kind: unknown, { policy }: { policy: wire.RoomPolicy.$Properties | null }) => {
    if (policy !== null) stored.push(policyFromWire(policy));
    return { policy: policy ?? { version: 3 } };
  };
  const { owned, open, answer } = setUp('', call, { policy: over });
  answer();
  expect(await open(0)).toBe('open');
  expect(stored.at(-1)).toMatchObject({ version: 6, recordings: [] });
  expect(owned.get('acme/0')?.policy).toEqual(stored.at(-1));
  await owned.close();
});

test('a command is done once, a failed command may be repeated, and the oldest commands are forgotten', async () => {
  const { owned } = setUp('');
  let done = 0;
  const act = () => {
    done += 1;
    return { affected: done, participant: undefined, recordingId: '' };
  };
  const fail = () => {
    throw new Error('refused');
  };
  expect(() => owned.performOnce('c0', fail)).toThrow('refused');
  expect([owned.performOnce('c0', act).affected, owned.performOnce('c0', act).affected]).toEqual([1, 1]);
  for (let index = 1; index <= bounds.commandsMax; index += 1) owned.performOnce(`c${index}`, act);
  expect(owned.performOnce('c1', act).affected).toBe(2);
  expect(owned.performOnce('c0', act).affected).toBe(bounds.commandsMax + 2);
  await owned.close();
});
