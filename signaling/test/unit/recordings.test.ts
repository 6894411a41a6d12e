// Tests the owner's part of recordings: requests for recorders, announcements, and removals of recorders.
import {
  type ErrorCode,
  emptyPolicy,
  emptyRoomInfo,
  limits,
  MeridianError,
  type Participant,
  type RecordingLayout,
  type RoomPolicy,
  type RoomRecording,
  recorderIdentity,
} from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { type Act, Roster, recordingPlace, recordingRefusal } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import { OwnedRoom, type OwnedRoomOptions } from '../../src/owner/owned-room.ts';
import type { RecordAnswer, RecordOrder } from '../../src/ports.ts';
import type { SessionOrder } from '../../src/wire/control-wire.ts';
import { person } from './fixtures.ts';

const joining = { takeover: false, manualSubscribe: true, adoption: 0, fence: '' };
const sid = 'RM_life';
const begunBy = (recorderId: string, later = false): RecordAnswer => ({ state: 'begun', recorderId, waitMs: 0, later });
const waits = (waitMs: number): RecordAnswer => ({ state: 'waiting', recorderId: '', waitMs, later: false });
const start = (recordingId: string, o: Partial<Extract<Act, { type: 'startRecording' }>> = {}): Act => ({
  type: 'startRecording',
  recordingId,
  identity: '',
  priority: 0,
  mode: '',
  layout: 'grid',
  pageUrl: '',
  ...o,
});
const stop = (recordingId: string): Act => ({ type: 'stopRecording', recordingId });
const recorder = (recordingId: string, recorderId: string, o: Partial<Participant> = {}): Participant =>
  person(`rec-${recordingId}-${recorderId}`, {
    identity: recorderIdentity(recordingId, recorderId),
    hidden: true,
    ...o,
  });
const recording = (recordingId: string, o: Partial<RoomRecording> = {}): RoomRecording => ({
  recordingId,
  identity: '',
  state: 'waiting',
  sinceWallMs: 1,
  byIdentity: '',
  roomSid: sid,
  priority: 0,
  expectedWallMs: 0,
  mode: '',
  layout: 'grid',
  pageUrl: '',
  askedId: '',
  failure: '',
  later: false,
  ...o,
});
const library = { kind: 'library', region: 'fra', publicUrl: 'https://lib-fra.example.org', state: 'alive' };
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

interface Setting {
  readonly held?: readonly Participant[];
  readonly policy?: Partial<RoomPolicy>;
  readonly isPolicyKnown?: boolean;
  readonly mayRecord?: string;
  readonly libraries?: readonly (typeof library)[];
}

/** Makes a room with ann, a host, and bob, unless others are `held`. */
function setUp({ held, policy = {}, isPolicyKnown = true, mayRecord = '', libraries = [library] }: Setting = {}) {
  const clock = new ManualClock();
  const orders: RecordOrder[] = [];
  const out: string[] = [];
  const over: string[] = [];
  const stored: RoomPolicy[] = [];
  const tenant = { mayRecord };
  const media = { kind: 'sfu', region: 'fra', publicUrl: '' };
  const fleet: Partial<typeof library>[] = [media, media, ...libraries];
  const centre: { answer: RecordAnswer | ErrorCode } = { answer: waits(0) };
  const people = [person('ann', { admin: true }), person('bob', { nodeId: 'n2' })];
  const room = new OwnedRoom({
    room: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 2 },
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    rng: seededRng('recordings'),
    fleet: () => new Map(fleet.map((node, index) => [`n${index + 1}`, node])),
    counters: { move: () => undefined },
    nodes: { hold: () => undefined, release: () => undefined, post: () => true },
    isPolicyKnown,
    mayRecord: () => tenant.mayRecord,
    storePolicy: (changed: RoomPolicy) => stored.push(changed),
    isPolicyPending: () => false,
    fence: 'fra',
    centre: {
      record: async (order: RecordOrder) => {
        orders.push(order);
        if (typeof centre.answer === 'string') throw new MeridianError(centre.answer);
        return centre.answer;
      },
    },
    roster: Roster.rebuilt(2, held ?? people, new Map(), {
      info: { ...emptyRoomInfo, sid },
      policy: { ...emptyPolicy, ...policy },
    }).roster,
    onOver: (reason: 'empty' | 'ended') => {
      over.push(reason);
      room.recordEnd(reason);
      room.close();
    },
    signalingNodes: {
      events: () => undefined,
      lobby: () => undefined,
      order: (_signalingId: string, _room: unknown, sessionId: string, order: SessionOrder) => {
        if ('disconnect' in order) out.push(`${sessionId} ${order.disconnect}`);
      },
    },
  } as unknown as OwnedRoomOptions);
  const join = (participant: Participant, o: Partial<typeof joining> = {}) =>
    room.join(participant.signalingId, { ...joining, fence: 'fra', ...o, participant });
  const leave = (sessionId: string): void => room.leave('d1', sessionId, 'LEFT');
  const host = (act: Act) => room.act('d1', 'PA_ann', act);
  const begin = (...o: Parameters<typeof start>) => room.command([start(...o)]);
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 500) {
      clock.advance(Math.min(500, left));
      await settled();
    }
  };
  /** Returns the orders since the last call, once all answers have arrived. */
  const ordered = async (): Promise<RecordOrder[]> => {
    await settled();
    return orders.splice(0);
  };
  const states = (): string[] => room.policy.recordings.map(({ recordingId, state }) => `${recordingId} ${state}`);
  const present = (): string[] => room.snapshot().participants.map(({ sessionId }) => sessionId);
  return {
    room,
    clock,
    centre,
    fleet,
    tenant,
    out,
    over,
    stored,
    join,
    leave,
    host,
    begin,
    pass,
    ordered,
    states,
    present,
  };
}

describe('an act', () => {
  it.each<[string, string, Act]>([
    ['a participant without a role', 'PA_bob', start('re_1')],
    ['a participant without a role', 'PA_bob', stop('')],
  ])('by %s is refused', async (_name, sessionId, act) => {
    const { room, ordered } = setUp();
    expect(() => room.act('d1', sessionId, act)).toThrow(expect.objectContaining({ code: 'NOT_PERMITTED' }));
    expect([await ordered(), room.policy.version]).toEqual([[], 0]);
    room.close();
  });

  it.each([
    ['off', 'NOT_PERMITTED'],
    ['used', 'QUOTA_EXCEEDED'],
  ])(
    'of a host, or over REST, is refused where the tenant’s limits say %s; running recordings continue',
    async (said, code) => {
      const { room, host, begin, tenant, states } = setUp();
      begin('re_1');
      tenant.mayRecord = said;
      expect(() => host(start('re_2'))).toThrow(expect.objectContaining({ code }));
      expect(() => begin('re_3')).toThrow(expect.objectContaining({ code }));
      expect([host(start('re_1')).affected, begin('re_1').affected]).toEqual([0, 0]);
      expect(states()).toEqual(['re_1 waiting']);
      host(stop('re_1'));
      tenant.mayRecord = '';
      const { recordingId } = host(start('re_2'));
      expect(states()).toEqual([`${recordingId} waiting`]);
      room.close();
    },
  );

  it('of a host, or over REST, is refused while no library node is in the room’s regions', async () => {
    const { room, host, begin, fleet, states } = setUp();
    begin('re_1');
    for (const other of [undefined, { ...library, region: 'sgp' }, { ...library, publicUrl: '' }]) {
      fleet.splice(2, 1, ...(other ? [other] : []));
      for (const act of [() => host(start('re_2')), () => begin('re_3')])
        expect(act).toThrow(expect.objectContaining({ code: 'NO_LIBRARY' }));
    }
    expect(states()).toEqual(['re_1 waiting']);
    fleet.splice(2, 1, { ...library, state: 'dead' });
    expect(host(start('re_2')).affected).toBe(1);
    fleet.splice(0);
    expect(host(start('re_3')).affected).toBe(1);
    room.close();
  });

  it.each([
    ['', '', undefined],
    ['', 'composed', undefined],
    ['tracks', '', undefined],
    ['tracks', 'composed', 'NOT_PERMITTED'],
    ['tracks', 'page', 'NOT_PERMITTED'],
    ['off', '', 'NOT_PERMITTED'],
    ['used', 'composed', 'QUOTA_EXCEEDED'],
  ] as const)('with limits “%s” and mode “%s” is refused with %s', (allowed, mode, code) =>
    expect(recordingRefusal(allowed, mode)).toBe(code),
  );

  it('of a host begins a recording, without a priority; a repeated act changes nothing', async () => {
    const { room, host, clock, stored, ordered } = setUp();
    const { affected, recordingId } = host(start('re_asked', { identity: 'bob', priority: 9 }));
    const sinceWallMs = clock.wallMs();
    clock.advance(10);
    const again = [host(start('re_asked')), host(start(recordingId))];
    expect([affected, ...again.map((one) => [one.affected, one.recordingId])]).toEqual([
      1,
      [0, recordingId],
      [0, recordingId],
    ]);
    const by = { identity: 'bob', byIdentity: 'ann', askedId: 're_asked' };
    expect(room.info.recordings).toEqual([recording(recordingId, { ...by, sinceWallMs })]);
    expect([stored.map(({ version }) => version), (await ordered()).length]).toEqual([[1], 1]);
    room.close();
  });

  it('of a host never begins a recording under an id that was used before, whatever it requests', () => {
    const { room, host, begin, states } = setUp();
    const used = begin('re_used').recordingId;
    host(stop(used));
    const ids = [used, used, '', ''].map((asked) => {
      const { recordingId } = host(start(asked));
      expect(states()).toEqual([`${recordingId} waiting`]);
      host(stop(asked || recordingId));
      return recordingId;
    });
    expect(states()).toEqual([]);
    expect(new Set([used, ...ids]).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^re_[a-z0-9]{16}$/);
    room.close();
  });

  it('that names a recording means the one with this id before one that a host requested under this name', () => {
    const { room, host, begin, states } = setUp();
    const { recordingId } = host(start('re_2'));
    expect(begin('re_2')).toMatchObject({ affected: 0, recordingId });
    begin('re_3');
    const other = host(start('')).recordingId;
    host(stop('re_3'));
    expect(states()).toEqual([`${recordingId} waiting`, `${other} waiting`]);
    host(stop('re_2'));
    expect(states()).toEqual([`${other} waiting`]);
    room.close();
  });

  it('without an id gets one, in lower case; an act of the service keeps its priority', async () => {
    const { room, ordered } = setUp();
    room.command([start('', { priority: 7 })]);
    room.command([start('')]);
    const [first, second] = room.policy.recordings;
    expect(first?.recordingId).toMatch(/^re_[a-z0-9]{16}$/);
    expect(first).toMatchObject({ byIdentity: '', priority: 7, roomSid: sid });
    expect(second?.recordingId).not.toBe(first?.recordingId);
    expect((await ordered()).map(({ priority }) => priority)).toEqual([7, 0]);
    room.close();
  });

  it('that would begin more recordings than a room may have is refused', () => {
    const { room, host } = setUp();
    for (let count = 0; count < limits.recordingsPerRoomMax; count += 1) host(start(`re_${count}`));
    expect(() => host(start('re_more'))).toThrow(expect.objectContaining({ code: 'QUOTA_EXCEEDED' }));
    expect(host(start('re_0')).affected).toBe(0);
    expect(room.policy.recordings).toHaveLength(limits.recordingsPerRoomMax);
    room.close();
  });

  it('stops a single recording, or all', async () => {
    const { room, host, begin, states, out, join, ordered } = setUp();
    for (const id of ['re_1', 're_2', 're_3']) begin(id);
    join(recorder('re_1', 'r1'));
    join(recorder('re_2', 'r1'));
    expect(host(stop('re_unknown')).affected).toBe(0);
    host(stop('re_1'));
    expect(states()).toEqual(['re_2 running', 're_3 waiting']);
    expect(out.splice(0)).toEqual(['PA_rec-re_1-r1 RECORDING_ENDED']);
    host(stop(''));
    expect([states(), out]).toEqual([[], ['PA_rec-re_2-r1 RECORDING_ENDED']]);
    await ordered();
    room.close();
  });
});

describe('the centre is asked for a recorder', () => {
  it('at once, and again as long as the recording is wanted, even while it runs', async () => {
    const { room, host, begin, centre, join, pass, ordered } = setUp();
    begin('re_1');
    const [order] = await ordered();
    expect(order).toEqual({
      roomKey: 'acme/lobby',
      epoch: 2,
      recordingId: 're_1',
      identity: '',
      mode: '',
      pageUrl: '',
      nodeId: 'n1',
      fence: 'fra',
      priority: 0,
      recorderAvoidIds: [],
      slots: 2,
      trackSlots: 0,
    });
    centre.answer = begunBy('r1');
    await pass(bounds.recordEveryMs);
    join(recorder('re_1', 'r1'));
    await pass(2 * bounds.recordEveryMs);
    expect(await ordered()).toHaveLength(3);
    host(stop('re_1'));
    await pass(3 * bounds.recordEveryMs);
    expect(await ordered()).toHaveLength(0);
    room.close();
  });

  it('again after a refusal, and not twice at a time', async () => {
    const { room, begin, centre, join, pass, ordered } = setUp();
    centre.answer = 'CENTRE_UNREACHABLE';
    begin('re_1');
    join(person('cid'));
    join(person('dan'));
    expect(await ordered()).toHaveLength(1);
    await pass(bounds.recordEveryMs);
    expect(await ordered()).toHaveLength(1);
    room.close();
    await pass(2 * bounds.recordEveryMs);
    expect(await ordered()).toHaveLength(0);
  });

  it('only once a participant is there, and at once then', async () => {
    const { room, join, ordered, pass } = setUp({ held: [], policy: { version: 3, recordings: [recording('re_1')] } });
    await pass(bounds.recordEveryMs);
    join(recorder('re_1', 'r1'));
    expect(await ordered()).toEqual([]);
    join(person('ann'));
    expect(await ordered()).toMatchObject([{ recordingId: 're_1', slots: 1 }]);
    room.close();
  });

  it('except, for a while, the recorder that took the order and did not come', async () => {
    const { room, begin, centre, pass, ordered } = setUp();
    centre.answer = begunBy('r1');
    begin('re_1');
    await pass(bounds.recorderWaitMs);
    const before = await ordered();
    expect(before.flatMap(({ recorderAvoidIds }) => recorderAvoidIds)).toEqual([]);
    centre.answer = waits(0);
    await pass(bounds.recordEveryMs);
    expect(await ordered()).toMatchObject([{ recorderAvoidIds: ['r1'] }]);
    await pass(bounds.recorderAvoidedMs);
    expect((await ordered()).at(-1)).toMatchObject({ recorderAvoidIds: [] });
    room.close();
  });

  it('and does not exclude a recorder that came at the last moment', async () => {
    const { room, begin, centre, join, pass, ordered } = setUp();
    centre.answer = begunBy('r1');
    begin('re_1');
    await pass(bounds.recorderWaitMs - 500);
    join(recorder('re_1', 'r1'));
    await pass(3 * bounds.recordEveryMs);
    expect((await ordered()).flatMap(({ recorderAvoidIds }) => recorderAvoidIds)).toEqual([]);
    room.close();
  });

  it('no more once the room is closed, even while an order is on its way', async () => {
    const { room, begin, pass, ordered } = setUp();
    begin('re_1');
    room.close();
    await pass(2 * bounds.recordEveryMs);
    expect(await ordered()).toHaveLength(1);
  });

  it('while a recorder is there, which counts as missing only from the end of its session', async () => {
    const { room, begin, centre, join, leave, pass, ordered } = setUp();
    centre.answer = begunBy('r1');
    begin('re_1');
    join(recorder('re_1', 'r1'));
    await pass(2 * bounds.recorderWaitMs);
    leave('PA_rec-re_1-r1');
    await pass(bounds.recorderWaitMs);
    expect((await ordered()).flatMap(({ recorderAvoidIds }) => recorderAvoidIds)).toEqual([]);
    await pass(2 * bounds.recordEveryMs);
    expect((await ordered()).at(-1)).toMatchObject({ recorderAvoidIds: ['r1'] });
    // The recorder comes late, and is no longer excluded.
    join(recorder('re_1', 'r1'));
    await pass(bounds.recordEveryMs);
    expect((await ordered()).at(-1)).toMatchObject({ recorderAvoidIds: [] });
    room.close();
  });
});

describe('a recording', () => {
  it('runs while its recorder is in the room, and each change is stored once', async () => {
    const { room, begin, centre, clock, join, leave, states, pass, stored } = setUp();
    centre.answer = begunBy('r1');
    begin('re_1');
    await pass(bounds.recordEveryMs);
    join(recorder('re_1', 'r1'));
    expect(states()).toEqual(['re_1 running']);
    expect(room.info.recordings).toMatchObject([{ sinceWallMs: clock.wallMs() }]);
    await pass(3 * bounds.recordEveryMs);
    leave('PA_rec-re_1-r1');
    expect(states()).toEqual(['re_1 waiting']);
    await pass(3 * bounds.recordEveryMs);
    expect(stored.map(({ version }) => version)).toEqual([1, 2, 3]);
    room.close();
  });

  it('does not count as running by a participant that only has the name of a recorder', () => {
    const { room, begin, join, states } = setUp();
    begin('re_1');
    join(recorder('re_1', 'r1', { hidden: false }));
    expect(states()).toEqual(['re_1 waiting']);
    room.close();
  });

  it('shows when it should begin, and small changes of this time are not announced', async () => {
    const { room, begin, clock, centre, pass, stored, join } = setUp();
    centre.answer = waits(60_000);
    begin('re_1');
    await settled();
    const first = clock.wallMs() + 60_000;
    expect(room.info.recordings).toMatchObject([{ expectedWallMs: first }]);
    centre.answer = waits(61_000);
    await pass(bounds.recordEveryMs);
    expect([room.info.recordings[0]?.expectedWallMs, stored.length]).toEqual([first, 2]);
    centre.answer = waits(90_000);
    await pass(bounds.recordEveryMs);
    expect([room.info.recordings[0]?.expectedWallMs, stored.length]).toEqual([clock.wallMs() + 90_000, 3]);
    join(recorder('re_1', 'r1'));
    expect(room.info.recordings).toMatchObject([{ state: 'running', expectedWallMs: 0 }]);
    room.close();
  });

  it('shows why it has no recorder, until a recorder comes or all recorders are busy', async () => {
    const { room, begin, centre, pass, stored, join, leave } = setUp();
    const answered = async (answer: typeof centre.answer): Promise<string | undefined> => {
      centre.answer = answer;
      await pass(bounds.recordEveryMs);
      return room.info.recordings[0]?.failure;
    };
    centre.answer = 'PAGE_FAILED';
    begin('re_1');
    await settled();
    expect([room.info.recordings[0]?.failure, stored.length]).toEqual(['PAGE_FAILED', 2]);
    expect([await answered('PAGE_FAILED'), stored.length]).toEqual(['PAGE_FAILED', 2]);
    // A recorder that has taken the order may fail like the one before.
    expect(await answered(begunBy('r1'))).toBe('PAGE_FAILED');
    expect(await answered('NO_BROWSER')).toBe('NO_BROWSER');
    expect(await answered(waits(0))).toBe('');
    expect(await answered('NO_BROWSER')).toBe('NO_BROWSER');
    join(recorder('re_1', 'r1'));
    expect(room.info.recordings).toMatchObject([{ state: 'running', failure: '' }]);
    leave('PA_rec-re_1-r1');
    expect(room.info.recordings).toMatchObject([{ state: 'waiting', failure: '' }]);
    room.close();
  });
});

describe('a recorder', () => {
  it('of an unknown recording is not admitted, nor resumed', () => {
    const { room, join } = setUp();
    const refused = expect.objectContaining({ code: 'RECORDING_ENDED' });
    expect(() => join(recorder('re_1', 'r1'))).toThrow(refused);
    expect(() => join(recorder('re_1', 'r1'), { takeover: true })).toThrow(refused);
    room.close();
  });

  it('enters a locked and full room', () => {
    const { room, host, begin, join, states } = setUp();
    begin('re_1');
    host({ type: 'setRoom', changes: { locked: true, capacity: 2 } });
    join(recorder('re_1', 'r1'));
    expect(states()).toEqual(['re_1 running']);
    room.close();
  });

  it('that a media node holds for an ended recording is removed by the next owner', () => {
    const { room, out, present } = setUp({ held: [person('ann'), recorder('re_1', 'r1')], policy: { version: 4 } });
    expect([out, present()]).toEqual([['PA_rec-re_1-r1 RECORDING_ENDED'], ['PA_ann']]);
    room.close();
  });

  it('stays while the policy is unknown, and is removed when the recording is known to be over', () => {
    const { room, out, join } = setUp({ held: [person('ann'), recorder('re_1', 'r1')], isPolicyKnown: false });
    join(recorder('re_2', 'r1'));
    expect(out).toEqual([]);
    room.policyStored({ ...emptyPolicy, version: 3, recordings: [recording('re_2')] });
    expect(out).toEqual(['PA_rec-re_1-r1 RECORDING_ENDED']);
    expect(room.info.recordings).toMatchObject([{ recordingId: 're_2', state: 'running' }]);
    room.close();
  });

  it('is removed when a host stops its recording, even while the policy is unknown', () => {
    const { room, host, begin, join, out } = setUp({ isPolicyKnown: false });
    begin('re_1');
    join(recorder('re_1', 'r1'));
    join(recorder('re_2', 'r1'));
    host(stop(''));
    expect(out).toEqual(['PA_rec-re_1-r1 RECORDING_ENDED']);
    room.close();
  });

  it('gives way to a newer recorder of the same recording after both were there for a while', async () => {
    const { room, begin, join, pass, out, states, stored } = setUp();
    begin('re_1');
    join(recorder('re_1', 'r1'));
    join(recorder('re_1', 'r2'));
    await pass(bounds.recordersOverlapMs - 500);
    expect(out).toEqual([]);
    await pass(500);
    expect([out, states()]).toEqual([['PA_rec-re_1-r1 RECORDING_ELSEWHERE'], ['re_1 running']]);
    expect(stored).toHaveLength(2);
    room.close();
  });

  it('stays when the newer recorder has left meanwhile', async () => {
    const { room, begin, join, leave, pass, out } = setUp();
    begin('re_1');
    join(recorder('re_1', 'r1'));
    join(recorder('re_1', 'r2'));
    leave('PA_rec-re_1-r2');
    await pass(2 * bounds.recordersOverlapMs);
    expect(out).toEqual([]);
    room.close();
  });
});

describe('a room', () => {
  it('in which only recorders are left is empty: its end removes them, and its recordings leave the policy', async () => {
    const { room, begin, join, leave, pass, over, out, stored } = setUp();
    begin('re_1');
    join(recorder('re_1', 'r1'));
    leave('PA_ann');
    expect(room.isEmpty).toBe(false);
    leave('PA_bob');
    expect(room.isEmpty).toBe(true);
    await pass(bounds.policyLingerMs + 500);
    expect([over, out]).toEqual([['empty'], ['PA_rec-re_1-r1 RECORDING_ENDED']]);
    expect(stored.at(-1)).toMatchObject({ version: room.policy.version, recordings: [] });
  });

  it('that is ended removes its recorders with the others, and keeps recordings that were requested while it was empty', () => {
    const { room, begin, join, leave, out, stored } = setUp();
    begin('re_1');
    join(recorder('re_1', 'r1'));
    leave('PA_ann');
    leave('PA_bob');
    room.command([start('re_next')]);
    room.command([{ type: 'end', reason: '' }]);
    expect(out).toEqual(['PA_rec-re_1-r1 ROOM_ENDED']);
    expect(stored.at(-1)?.recordings).toMatchObject([{ recordingId: 're_next', roomSid: '' }]);
    room.close();
  });

  it('drops the recordings of another life, and adopts earlier requests when its first person comes', () => {
    const recordings = [
      recording('re_old', { roomSid: 'RM_before', state: 'running' }),
      recording('re_next', { roomSid: '' }),
    ];
    const { room, join, states } = setUp({ held: [], policy: { version: 5, recordings } });
    expect([states(), room.policy.recordings[0]?.roomSid]).toEqual([['re_next waiting'], '']);
    join(person('ann'));
    expect(room.policy.recordings).toEqual([recording('re_next', { roomSid: sid })]);
    room.close();
  });

  it('that learns its policy has the stored recordings, and those that began meanwhile', () => {
    const { room, begin, states, stored } = setUp({ isPolicyKnown: false });
    begin('re_1');
    room.policyStored({ ...emptyPolicy, version: 7, recordings: [recording('re_next', { roomSid: '' })] });
    expect(states()).toEqual(['re_next waiting', 're_1 waiting']);
    expect(room.policy.recordings.map(({ roomSid }) => roomSid)).toEqual([sid, sid]);
    expect(stored.at(-1)).toEqual(room.policy);
    room.close();
  });

  it('continues at its next owner: the present recorder stays, and nothing is stored for it', async () => {
    const policy = { version: 6, recordings: [recording('re_1', { state: 'running' })] };
    const held = [person('ann'), recorder('re_1', 'r1')];
    const { room, centre, out, stored, pass, ordered, states } = setUp({ held, policy });
    centre.answer = begunBy('r1');
    expect(await ordered()).toMatchObject([{ recordingId: 're_1', epoch: 2, recorderAvoidIds: [] }]);
    await pass(3 * bounds.recorderWaitMs);
    expect([out, stored, states()]).toEqual([[], [], ['re_1 running']]);
    expect((await ordered()).flatMap(({ recorderAvoidIds }) => recorderAvoidIds)).toEqual([]);
    room.close();
  });
});

it('wants a recorder near the recorded participant, else near most participants, without hidden ones', () => {
  const people = [
    person('ann', { nodeId: 'n1' }),
    person('bob', { nodeId: 'n2' }),
    person('cid', { nodeId: 'n2' }),
    person('a', { nodeId: 'n3', hidden: true }),
    person('b', { nodeId: 'n3', hidden: true }),
    person('c', { nodeId: 'n3', hidden: true }),
  ];
  const placeOf = (identity: string) => recordingPlace(people, { identity, mode: '' });
  expect(placeOf('')).toEqual({ nodeId: 'n2', slots: 3, trackSlots: 0 });
  expect(placeOf('ann')).toEqual({ nodeId: 'n1', slots: 1, trackSlots: 0 });
  expect(placeOf('eve')).toEqual({ nodeId: 'n2', slots: 1, trackSlots: 0 });
  expect(recordingPlace(people, { identity: '', mode: 'composed' })).toMatchObject({ slots: 56, trackSlots: 3 });
  expect(recordingPlace(people, { identity: 'ann', mode: 'composed' })).toMatchObject({ trackSlots: 1 });
  expect(recordingPlace(people.slice(3), { identity: '', mode: '' })).toBeUndefined();
});

describe('a composed recording', () => {
  it('is ordered with its mode and its cost in participants', async () => {
    const { room, begin, ordered } = setUp();
    begin('re_1', { mode: 'composed', layout: 'speaker' });
    // 700 + 40 thousandths of a core and 60 for each of two tiles, at 60 participants a core.
    expect(await ordered()).toMatchObject([{ recordingId: 're_1', mode: 'composed', slots: 52, trackSlots: 2 }]);
    expect(room.info.recordings).toMatchObject([{ mode: 'composed', layout: 'speaker' }]);
    room.close();
  });

  it('shows whether its recorder keeps tracks for later, also at the next owner, until another recorder decides anew', async () => {
    const { room, begin, host, centre, join, ordered } = setUp();
    const later = () => room.info.recordings.map((one) => one.later);
    centre.answer = begunBy('r1', true);
    begin('re_1', { mode: 'composed' });
    await ordered();
    join(recorder('re_1', 'r1'));
    expect([later(), room.policy.recordings.map((one) => one.later)]).toEqual([[true], [true]]);
    host({ type: 'recordingLayout', recordingId: 're_1', layout: 'screen' });
    expect(room.info.recordings).toMatchObject([{ layout: 'screen', later: true }]);
    const { policy } = room;
    const held = room.snapshot().participants;
    room.close();
    const next = setUp({ policy, held });
    const nextLater = () => next.room.policy.recordings.map((one) => one.later);
    expect(nextLater()).toEqual([true]);
    next.centre.answer = 'CENTRE_UNREACHABLE';
    await next.pass(bounds.recordEveryMs);
    expect(nextLater()).toEqual([true]);
    next.centre.answer = begunBy('r2');
    await next.pass(bounds.recordEveryMs);
    expect(nextLater()).toEqual([false]);
    next.room.close();
  });

  it('of a page is ordered with its address, which no participant sees', async () => {
    const { room, ordered } = setUp();
    const pageUrl = 'https://example.org/?token=t';
    room.command([start('re_1', { mode: 'page', pageUrl })]);
    expect(await ordered()).toMatchObject([{ mode: 'page', pageUrl, slots: 120, trackSlots: 0 }]);
    expect([room.info.recordings[0]?.pageUrl, room.policy.recordings[0]?.pageUrl]).toEqual(['', pageUrl]);
    room.close();
  });

  it('changes its layout by an act about one or all; recordings of another mode have no layout', async () => {
    const { room, host, begin } = setUp();
    const layouts = () => room.info.recordings.map(({ layout }) => layout);
    begin('re_plain');
    const layout = (recordingId: string, to: RecordingLayout): Act => ({
      type: 'recordingLayout',
      recordingId,
      layout: to,
    });
    for (const id of ['', 're_plain', 're_other'])
      expect(() => host(layout(id, 'screen'))).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
    begin('re_1', { mode: 'composed' });
    begin('re_2', { mode: 'composed' });
    expect(host(layout('re_1', 'screen')).affected).toBe(1);
    expect(layouts()).toEqual(['grid', 'screen', 'grid']);
    expect(host(layout('', 'speaker')).affected).toBe(1);
    expect(layouts()).toEqual(['grid', 'speaker', 'speaker']);
    expect(host(layout('', 'speaker')).affected).toBe(0);
    room.close();
  });
});

describe('the automatic recording of a room', () => {
  it('begins with the first participant of a life, once', async () => {
    const { room, host, states, ordered, leave } = setUp();
    expect(states()).toEqual([]);
    host({ type: 'setRoom', changes: { autoRecord: true } });
    const automatic = {
      state: 'waiting',
      identity: '',
      byIdentity: '',
      roomSid: sid,
      mode: 'composed',
      layout: 'grid',
    };
    expect(room.policy.recordings).toMatchObject([automatic]);
    expect(await ordered()).toHaveLength(1);
    leave('PA_bob');
    expect(states()).toHaveLength(1);
    room.close();
  });

  it('stays stopped for the life in which a host stops it, even at the next owner', () => {
    const { room, host, states } = setUp({ policy: { autoRecord: true } });
    expect(states()).toHaveLength(1);
    host(stop(''));
    expect(states()).toEqual([]);
    const { policy } = room;
    room.close();
    const next = setUp({ policy });
    expect(next.states()).toEqual([]);
    next.room.close();
    const later = setUp({ policy: { ...policy, autoRecordedSid: 'RM_former' } });
    expect(later.states()).toHaveLength(1);
    later.room.close();
  });

  it('says NO_LIBRARY until a library node can keep it; one that runs goes on without', async () => {
    const { room, fleet, join, ordered, pass } = setUp({ policy: { autoRecord: true }, libraries: [] });
    const all = () => room.policy.recordings;
    await settled();
    expect([await ordered(), all().map(({ failure }) => failure)]).toEqual([[], ['NO_LIBRARY']]);
    fleet.push(library);
    await pass(bounds.recordEveryMs);
    const [order] = await ordered();
    join(recorder(order?.recordingId ?? '', 'rec-1'));
    expect(all().map(({ state, failure }) => `${state}${failure}`)).toEqual(['running']);
    fleet.pop();
    await pass(bounds.recordEveryMs);
    expect([(await ordered()).length, all().map(({ failure }) => failure)]).toEqual([1, ['']]);
    room.close();
  });

  it('records tracks where the tenant’s limits allow these alone', () => {
    const { room } = setUp({ policy: { autoRecord: true }, mayRecord: 'tracks' });
    expect(room.policy.recordings).toMatchObject([{ mode: '' }]);
    room.close();
  });

  it.each(['off', 'used'])('does not begin where the tenant’s limits say %s', (mayRecord) => {
    const { room, states } = setUp({ policy: { autoRecord: true }, mayRecord });
    expect(states()).toEqual([]);
    room.close();
  });
});
