import {
  crowdIdentity,
  emptyParticipant,
  MeridianError,
  participantToWire,
  type Rpc,
  rpc,
  wire,
} from '@meridian/protocol';
import { ManualClock, seededRng } from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';
import { LinkedOwners } from '../../src/nodes/room-owners.ts';

type Answer = object | MeridianError;
/** Next answers of each node; the last one repeats. */
let answers: Record<string, Answer[]>;
let leases: (object | undefined)[];
let missing: string[];
let isPlanned: boolean;
let requests: { nodeId: string; kind: number; message: Record<string, unknown> }[];
let clock: ManualClock;
let owners: LinkedOwners;

const lease = (ownerId: string, nodeIds: string[] = [], expiresInMs = ownerId === '' ? 0 : 9000) => ({
  ownerId,
  nodeIds,
  expiresInMs,
});
const next = <T>(list: T[]): T => (list.length > 1 ? list.shift() : list[0]) as T;

beforeEach(() => {
  answers = {};
  leases = [lease('sig-a')];
  missing = [];
  isPlanned = true;
  requests = [];
  clock = new ManualClock();
  owners = new LinkedOwners({
    clock,
    rng: seededRng('owners'),
    leaseOf: async () => {
      const known = next(leases);
      return known && wire.RoomLease.decode(wire.RoomLease.encode(known).finish());
    },
    nodes: {
      linkedNodes: () => Object.keys(answers),
      missing: () => [...missing],
      get isPlanned() {
        return isPlanned;
      },
      async call<Q, QP, A, AP>(nodeId: string, kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>) {
        requests.push({ nodeId, kind: kind.number, message: message as Record<string, unknown> });
        const answer = next(answers[nodeId] ?? [new MeridianError('NODE_UNREACHABLE')]);
        if (answer instanceof MeridianError) throw answer;
        return kind.answer.decode(kind.answer.encode(answer as AP).finish());
      },
    },
  });
});

const command = () =>
  owners.command({ roomKey: 'acme/demo', actor: { kind: 'key', id: 'k' }, acts: [{ end: { reason: 'x' } }] });
async function settled<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const note = () => {
    isSettled = true;
  };
  promise.then(note, note);
  while (!isSettled) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(100);
  }
  return promise;
}

describe('an act', () => {
  it('is carried out by the owner that the centre names', async () => {
    answers = { 'sig-a': [{ info: { metadata: 'm' }, policy: { version: 7 }, affected: 2 }], 'sig-b': [{}] };
    expect(await command()).toMatchObject({ info: { metadata: 'm' }, policy: { version: 7 }, affected: 2 });
    expect(requests).toMatchObject([
      { nodeId: 'sig-a', message: { roomKey: 'acme/demo', principal: { kind: 'key' } } },
    ]);
  });

  it('has no owner if no node owns the room', async () => {
    leases = [lease('')];
    expect(await command()).toBeUndefined();
    leases = [lease('sig-a', [], 0)];
    expect(await command()).toBeUndefined();
    expect(requests).toEqual([]);
  });

  it.each(['EPOCH_STALE', 'ROOM_OWNER_LOST', 'NODE_UNREACHABLE'] as const)(
    'is sent to the next owner under the same id after %s',
    async (code) => {
      leases = [lease('sig-a'), lease('', ['sfu-1']), lease('sig-b')];
      answers = { 'sig-a': [new MeridianError(code)], 'sig-b': [{ affected: 1 }] };
      expect(await settled(command())).toMatchObject({ affected: 1 });
      expect(requests.map(({ nodeId }) => nodeId)).toEqual(['sig-a', 'sig-b']);
      const [first, second] = requests.map(({ message }) => message['commandId']);
      expect(first).toMatch(/^CM_[\w-]{20}$/);
      expect(second).toBe(first);
      await settled(command());
      expect(requests.at(-1)?.message['commandId']).not.toBe(first);
    },
  );

  it('ends with ROOM_UNREACHABLE when no owner answers for five seconds', async () => {
    answers = { 'sig-a': [new MeridianError('NODE_UNREACHABLE')] };
    const beganMs = clock.nowMs();
    await expect(settled(command())).rejects.toMatchObject({ code: 'ROOM_UNREACHABLE', status: 503 });
    expect(clock.nowMs() - beganMs).toBeLessThanOrEqual(5200);
    expect(new Set(requests.map(({ message }) => message['commandId'])).size).toBe(1);
    leases = [lease('', ['sfu-1'])];
    await expect(settled(command())).rejects.toMatchObject({ code: 'ROOM_UNREACHABLE' });
  });

  it('is refused with the owner’s code, and not retried', async () => {
    answers = { 'sig-a': [new MeridianError('PARTICIPANT_UNKNOWN')] };
    await expect(command()).rejects.toMatchObject({ code: 'PARTICIPANT_UNKNOWN' });
    expect(requests).toHaveLength(1);
  });
});

describe('without the centre', () => {
  const ownsRoom = (epoch: number) => ({ rooms: [{ roomKey: 'acme/demo', epoch }] });
  beforeEach(() => {
    leases = [undefined];
  });

  it('the newest owner of the room gets the act', async () => {
    answers = { 'sig-a': [ownsRoom(3), { affected: 3 }], 'sig-b': [ownsRoom(4), { affected: 4 }], 'sig-c': [{}] };
    expect(await command()).toMatchObject({ affected: 4 });
    expect(requests.filter(({ kind }) => kind === rpc.roomsOwned.number)).toHaveLength(3);
  });

  it('a room that no node owns has no view', async () => {
    answers = { 'sig-a': [{ rooms: [{ roomKey: 'acme/other', epoch: 1 }] }], 'sig-b': [{}] };
    leases = [undefined];
    expect(await settled(owners.view('acme/none'))).toBeUndefined();
  });

  it('a room is unreachable while a node is silent', async () => {
    answers = { 'sig-a': [{}] };
    missing = ['sig-b'];
    await expect(settled(command())).rejects.toMatchObject({ code: 'ROOM_UNREACHABLE' });
  });

  it('a room is not called empty before the first plan names the signaling nodes', async () => {
    isPlanned = false;
    await expect(settled(owners.view('acme/demo'))).rejects.toMatchObject({ code: 'ROOM_UNREACHABLE', status: 503 });
    expect(await owners.list('acme')).toEqual({ rooms: [], silent: ['unknown'] });
    const view = owners.view('acme/demo');
    answers = { 'sig-a': [ownsRoom(3), { policy: { version: 2 } }] };
    isPlanned = true;
    expect(await settled(view)).toMatchObject({ policy: { version: 2 } });
  });
});

describe('a view', () => {
  it('has the participants of the room and those in its lobby', async () => {
    const waiter = { waitId: 'w1', identity: 'bob', name: 'Bob', sinceWallMs: 5, removed: true };
    const roster = { roomEpoch: 2, participants: [{ identity: 'ann', sessionId: 'PA_1' }], info: { sid: 'RM_1' } };
    const hand = { identity: 'vera', name: 'Vera', sinceWallMs: 6 };
    const [lobby, hands] = [
      { waiters: [waiter], more: 1 },
      { hands: [hand], more: 2 },
    ];
    const paths = [{ trackId: 'TR_1', nodeId: 'sfu-2', fromNodeId: 'sfu-1' }];
    answers = { 'sig-a': [{ roster, policy: { version: 2, lobby: true }, lobby, hands, paths }] };
    expect(await owners.view('acme/demo')).toMatchObject({
      roster: { epoch: 2, participants: [{ identity: 'ann' }], info: { sid: 'RM_1' } },
      policy: { version: 2, lobby: true },
      waiters: [waiter],
      moreWaiters: 1,
      hands: [hand],
      moreHands: 2,
      paths,
    });
  });
});

describe('a crowd', () => {
  const ofCrowd = (signalingId: string, hidden = true) =>
    participantToWire({ ...emptyParticipant, identity: crowdIdentity(signalingId), signalingId, hidden });
  const person = (identity: string) => ({ identity, name: identity.toUpperCase(), joinedWallMs: 5 });
  const page = { afterIdentity: 'a', limit: 2, prefix: '' };

  it('is merged from the nodes with viewers, and names the silent nodes', async () => {
    const participants = [...['sig-b', 'sig-c', 'sig-d'].map((id) => ofCrowd(id)), ofCrowd('sig-e', false)];
    answers = {
      'sig-a': [{ roster: { participants } }],
      'sig-b': [{ people: [person('d'), person('b')], total: 7 }],
      'sig-c': [{ people: [person('c'), person('b')], total: 4 }],
      'sig-d': [new MeridianError('NODE_UNREACHABLE')],
      'sig-e': [{ people: [person('e')], total: 1 }],
    };
    const view = await owners.view('acme/demo');
    if (view === undefined) throw new Error('the room has no owner');
    expect(await owners.crowd('acme/demo', view, page)).toEqual({
      people: [person('b'), person('c')],
      total: 11,
      silent: ['sig-d'],
    });
    const crowds = requests.filter(({ kind }) => kind === rpc.crowdOf.number);
    expect(crowds.map(({ nodeId, message }) => [nodeId, message])).toEqual(
      ['sig-b', 'sig-c', 'sig-d'].map((id) => [id, { roomKey: 'acme/demo', page }]),
    );
  });
});

describe('a list', () => {
  it('merges the rooms of all nodes, and names the silent nodes', async () => {
    answers = {
      'sig-a': [{ rooms: [{ roomKey: 'acme/x', epoch: 1 }, { roomKey: 'globex/x', epoch: 9 }, { roomKey: 'junk' }] }],
      'sig-b': [
        {
          rooms: [
            { roomKey: 'acme/x', epoch: 2, participants: 5 },
            { roomKey: 'acme/y', epoch: 1 },
          ],
        },
      ],
      'sig-c': [new MeridianError('NODE_UNREACHABLE')],
    };
    missing = ['sig-d'];
    const { rooms, silent } = await owners.list('acme');
    expect(rooms.map(({ name, participants }) => [name, participants])).toEqual([
      ['x', 5],
      ['y', 0],
    ]);
    expect(silent).toEqual(['sig-d', 'sig-c']);
  });
});
