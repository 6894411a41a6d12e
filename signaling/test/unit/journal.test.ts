// Tests the owner's journal: its entries of a room, and its delivery to an api that is late, slow or lossy.
import {
  emptyPolicy,
  emptyRoomInfo,
  MeridianError,
  type Participant,
  type RosterChange,
  recorderIdentity,
  recordingFromWire,
  type wire,
} from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { JournalQueue, Roster } from '../../src/core/index.ts';
import { Journal, type RoomJournal } from '../../src/owner/journal.ts';
import { person } from './fixtures.ts';

const info = (sid: string, o: object = {}) => ({ ...emptyRoomInfo, sid, createdWallMs: 1000, ...o });
const track = { trackId: 'TR_a', kind: 'audio', source: 'microphone', name: '', muted: false } as const;
const aTrack = { ...track, mimeType: 'audio/opus', layerKind: 'simple', layers: [], nodeId: 'n1', width: 0, height: 0 };
const room = { roomKey: 'acme/lobby', epoch: 3 };

type Call = (message: wire.Journal.$Properties) => Promise<{ seq: number }>;
const take: Call = async ({ entries }) => ({ seq: entries?.at(-1)?.seq ?? 0 });

function setUp(call: Call, queue?: JournalQueue) {
  const clock = new ManualClock();
  const sent: wire.Journal.$Properties[] = [];
  const journal = new Journal({
    clock,
    rng: seededRng('journal'),
    log: createLogger({ name: 'test', level: 'silent' }),
    call: (message) => {
      sent.push(message);
      return call(message);
    },
    ...(queue === undefined ? {} : { queue }),
  });
  const entries = () => sent.flatMap(({ entries: each }) => each ?? []);
  return { clock, sent, journal, entries };
}
const bodyOf = ({ seq, ...entry }: wire.JournalEntry.$Properties) =>
  `${seq} ${Object.keys(entry).find((key) => !['wallMs', 'participant', 'track'].includes(key))}`;
const settled = () => new Promise((resolve) => setImmediate(resolve));
const stateOf = (sid: string, participants: readonly Participant[] = []): Roster =>
  Roster.rebuilt(3, participants, new Map(), { info: info(sid), policy: emptyPolicy }).roster;
const recordChanges = (roomJournal: RoomJournal, state: Roster, ...changes: RosterChange[]): void => {
  for (const change of changes) roomJournal.record(state.apply({ seq: state.seq + 1, change }));
};

describe('the journal of a room', () => {
  it('begins with its first person, names each change in order and ends with `over`', async () => {
    const { journal, entries, sent } = setUp(take);
    const state = stateOf('RM_1');
    const roomJournal = journal.room(room, state);
    recordChanges(
      roomJournal,
      state,
      { type: 'participantJoined', participant: person('ann') },
      { type: 'trackPublished', sessionId: 'PA_ann', track: aTrack as never },
      { type: 'roomChanged', info: info('RM_1', { version: 2 }) },
      { type: 'participantLeft', sessionId: 'PA_ann', reason: 'CLIENT' },
    );
    roomJournal.recordEnd('empty');
    roomJournal.recordEnd('empty');
    await settled();
    expect(entries().map(bodyOf)).toEqual([
      '1 opened',
      '2 joined',
      '3 published',
      '4 changed',
      '5 unpublished',
      '6 left',
      '7 over',
    ]);
    expect(sent.every(({ sid, epoch, roomKey }) => sid === 'RM_1' && epoch === 3 && roomKey === 'acme/lobby')).toBe(
      true,
    );
    expect(entries()[4]).toMatchObject({ track: { trackId: 'TR_a' }, participant: { identity: 'ann', tracks: [] } });
    expect(journal.size).toBe(0);
  });

  it('has an entry for a change of the room, but none for a change of its recordings alone', async () => {
    const { journal, entries } = setUp(take);
    const state = stateOf('RM_1', [person('ann')]);
    const roomJournal = journal.room(room, state);
    const recordings = [recordingFromWire({ recordingId: 're_1', roomSid: 'RM_1' })];
    for (const [version, change] of [
      { recordings },
      { recordings: [] },
      { recordings, locked: true },
      { recordings, locked: true },
    ].entries())
      recordChanges(roomJournal, state, {
        type: 'roomChanged',
        info: info('RM_1', { version: version + 1, ...change }),
      });
    await settled();
    expect(entries().map(({ changed }) => changed?.version)).toEqual([undefined, 3, 4]);
  });

  it('leaves out hidden participants and renditions', async () => {
    const { journal, entries } = setUp(take);
    const state = stateOf('RM_1', [person('eve', { hidden: true })]);
    const roomJournal = journal.room(room, state);
    recordChanges(
      roomJournal,
      state,
      { type: 'participantJoined', participant: person('spy', { hidden: true }) },
      { type: 'participantJoined', participant: person('ann') },
      { type: 'trackPublished', sessionId: 'PA_spy', track: { ...aTrack, trackId: 'TR_spy' } as never },
      { type: 'trackPublished', sessionId: 'PA_ann', track: { ...aTrack, derivedFrom: 'TR_b' } as never },
      { type: 'trackUnpublished', sessionId: 'PA_ann', trackId: 'TR_a', reason: '' },
      { type: 'participantLeft', sessionId: 'PA_spy', reason: '' },
    );
    await settled();
    expect(entries().map(bodyOf)).toEqual(['1 opened', '2 joined']);
    expect(entries()[0]?.opened?.participants).toEqual([]);
  });

  it('gets no entry before a participant has come, and none after the end', async () => {
    const { journal, entries } = setUp(take);
    journal.room(room, stateOf('RM_1')).recordEnd('empty');
    const state = stateOf('RM_2', [person('ann')]);
    const roomJournal = journal.room(room, state);
    roomJournal.recordEnd('ended');
    recordChanges(roomJournal, state, { type: 'participantJoined', participant: person('bob') });
    await settled();
    expect(entries().map(bodyOf)).toEqual(['1 takenOver', '2 over']);
    expect(entries()[0]?.takenOver?.participants).toMatchObject([{ identity: 'ann', tracks: [] }]);
  });
});

describe('the journal of recordings', () => {
  const recording = (o: object = {}) =>
    recordingFromWire({ recordingId: 're_1', roomSid: 'RM_1', state: 'running', byIdentity: 'ann', ...o });
  const waiting = recording({ state: 'waiting' });
  const recorder = (recorderId: string, o: Partial<Participant> = {}) =>
    person(recorderId, { identity: recorderIdentity('re_1', recorderId), hidden: true, ...o });
  let version = 0;
  const changed = (recordings: object[]) => {
    version += 1;
    return { type: 'roomChanged', info: info('RM_1', { version, recordings }) } as const;
  };
  const recorderJoined = (recorderId: string) =>
    ({ type: 'participantJoined', participant: recorder(recorderId) }) as const;
  const recorderLeft = (recorderId: string, reason = '') =>
    ({ type: 'participantLeft', sessionId: `PA_${recorderId}`, reason }) as const;
  const recordingEntries = (entries: readonly wire.JournalEntry.$Properties[]) =>
    entries.flatMap((entry) => {
      const one = entry.recording;
      if (!one) return entry.over ? ['over'] : [];
      return [`${one.recording?.recordingId} ${one.isOver ? 'over' : one.recording?.state} ${one.recorderId}`];
    });

  it('names each recorder that takes over a recording once, and the recording’s end', async () => {
    const { journal, entries } = setUp(take);
    const state = stateOf('RM_1');
    const roomJournal = journal.room(room, state);
    recordChanges(
      roomJournal,
      state,
      { type: 'participantJoined', participant: person('ann') },
      changed([waiting]),
      recorderJoined('rec-a'),
      changed([recording()]),
      { type: 'participantJoined', participant: person('bob') },
      changed([recording({ priority: 3 })]),
      recorderJoined('rec-b'),
      recorderLeft('rec-a'),
      recorderLeft('rec-b'),
      changed([waiting]),
      recorderJoined('rec-b'),
      changed([recording()]),
      recorderLeft('rec-b', 'RECORDING_ENDED'),
      changed([]),
      changed([]),
    );
    await settled();
    expect(recordingEntries(entries())).toEqual([
      're_1 running rec-a',
      're_1 running rec-b',
      're_1 running rec-b',
      're_1 over rec-b',
    ]);
    expect(entries().find((one) => one.recording)?.recording?.recording).toMatchObject({ byIdentity: 'ann' });
  });

  it('says of a running recording that its tracks are kept for later, also when that is known after its recorder came', async () => {
    const { journal, entries } = setUp(take);
    const state = stateOf('RM_1');
    const roomJournal = journal.room(room, state);
    recordChanges(
      roomJournal,
      state,
      { type: 'participantJoined', participant: person('ann') },
      recorderJoined('rec-a'),
      changed([recording()]),
      changed([recording({ later: true })]),
      changed([recording({ later: true, layout: 'screen' })]),
      changed([]),
    );
    await settled();
    const told = entries().flatMap(({ recording: one }) => (one ? [[one.isOver, one.recording?.later]] : []));
    expect(told).toEqual([
      [false, false],
      [false, true],
      [true, true],
    ]);
  });

  it('ends running recordings before the room, and has nothing of recordings that never ran', async () => {
    const { journal, entries } = setUp(take);
    const state = stateOf('RM_1');
    const roomJournal = journal.room(room, state);
    const other = recording({ recordingId: 're_2', state: 'waiting' });
    recordChanges(
      roomJournal,
      state,
      { type: 'participantJoined', participant: person('ann') },
      recorderJoined('rec-a'),
    );
    recordChanges(roomJournal, state, changed([recording(), other]));
    roomJournal.recordEnd('ended');
    roomJournal.recordEnd('ended');
    await settled();
    expect(recordingEntries(entries())).toEqual(['re_1 running rec-a', 're_1 over rec-a', 'over']);
  });

  it('repeats running recordings under a new owner, and has the end of a recording that ended without an owner', async () => {
    const { journal, entries } = setUp(take);
    const people = [person('ann'), recorder('rec-a')];
    const running = Roster.rebuilt(3, people, new Map(), {
      info: info('RM_1', { recordings: [recording()] }),
      policy: emptyPolicy,
    }).roster;
    journal.room(room, running);
    const state = stateOf('RM_1', people);
    const roomJournal = journal.room({ ...room, epoch: 4 }, state);
    recordChanges(roomJournal, state, recorderLeft('rec-a', 'RECORDING_ENDED'));
    await settled();
    expect(recordingEntries(entries())).toEqual(['re_1 running rec-a', 're_1 over rec-a']);
  });
});

describe('delivery', () => {
  const recorded = (journal: Journal, names: readonly string[]) => {
    const state = stateOf('RM_1');
    const roomJournal = journal.room(room, state);
    for (const name of names)
      recordChanges(roomJournal, state, { type: 'participantJoined', participant: person(name) });
    return roomJournal;
  };

  it('continues when an api comes back, also for a closed room', async () => {
    let isThere = false;
    const { journal, entries, sent } = setUp((message) =>
      isThere ? take(message) : Promise.reject(new MeridianError('NODE_UNREACHABLE')),
    );
    recorded(journal, ['ann', 'bob']).close();
    await settled();
    expect(journal.size).toBe(3);
    isThere = true;
    sent.length = 0;
    journal.wake();
    await settled();
    expect(entries().map(bodyOf)).toEqual(['1 opened', '2 joined', '3 joined']);
    expect(journal.size).toBe(0);
  });

  it('repeats unanswered entries by itself after a while', async () => {
    let answers = 0;
    const { journal, clock, sent } = setUp((message) =>
      ++answers === 1 ? Promise.reject(new MeridianError('NODE_UNREACHABLE')) : take(message),
    );
    recorded(journal, ['ann']);
    await settled();
    expect(sent).toHaveLength(1);
    clock.advance(60_000);
    await settled();
    expect(sent[1]?.entries?.[0]).toEqual(sent[0]?.entries?.[0]);
    expect(journal.size).toBe(0);
  });

  it('drops entries that the api will never take, and counts them', async () => {
    const { journal } = setUp(() => Promise.reject(new MeridianError('REQUEST_INVALID')));
    recorded(journal, ['ann']);
    await settled();
    expect([journal.size, journal.lost]).toEqual([0, 2]);
  });

  it('is awaited by a stopping node, but not forever', async () => {
    const { journal, clock } = setUp(() => new Promise(() => undefined));
    recorded(journal, ['ann']);
    const flushed = journal.flush(2000);
    clock.advance(2000);
    await flushed;
    journal.close();
    journal.close();
    expect(journal.size).toBe(2);
    const quick = setUp(take);
    recorded(quick.journal, ['ann']);
    await quick.journal.flush(2000);
    expect(quick.journal.size).toBe(0);
  });
});

describe('a full journal', () => {
  const bounds = { entriesMax: 10, bytesMax: 1e6, batchEntriesMax: 100, batchBytesMax: 1e6 };
  const head = (sid: string) => ({ roomKey: `acme/${sid}`, sid, epoch: 1, createdWallMs: 1 });

  it('drops joins and leaves of closed rooms first, and counts the dropped entries in the journal of their room', () => {
    const queue = new JournalQueue(bounds);
    const [open, shut] = [queue.open(head('RM_open')), queue.open(head('RM_shut'))];
    queue.add(open, { opened: {} }, 1);
    queue.add(open, { joined: {} }, 1);
    queue.add(shut, { opened: {} }, 1);
    for (let at = 0; at < 4; at += 1) queue.add(shut, { joined: {} }, 1);
    queue.add(shut, { over: {} }, 1);
    queue.close(shut);
    for (let at = 0; at < 3; at += 1) queue.add(open, { left: {} }, 1);
    expect([queue.size, queue.lost]).toEqual([7, 4]);
    const [first, second] = [queue.next(), queue.next()];
    expect([first?.lost, first?.entries.length]).toEqual([0, 5]);
    expect([second?.lost, second?.entries.map(({ seq }) => seq)]).toEqual([4, [1, 6]]);
    expect(queue.next()).toBeUndefined();
  });

  it('is bounded by bytes too, and drops the entries of whole rooms in the end', () => {
    const queue = new JournalQueue({ ...bounds, bytesMax: 100 });
    for (let at = 0; at < 50; at += 1) {
      const stream = queue.open(head(`RM_${at}`));
      queue.add(stream, { opened: {} }, 30);
      queue.close(stream);
    }
    expect([queue.size, queue.lost]).toEqual([3, 47]);
    expect(queue.next()?.stream.sid).toBe('RM_47');
  });

  it('is sent in batches that are bounded by entries and bytes', () => {
    const queue = new JournalQueue({ ...bounds, entriesMax: 1000, batchEntriesMax: 3, batchBytesMax: 100 });
    const stream = queue.open(head('RM_1'));
    for (const bytes of [1, 1, 1, 60, 60, 500, 1]) queue.add(stream, { joined: {} }, bytes);
    const sizes: number[] = [];
    for (let batch = queue.next(); batch !== undefined; batch = queue.next()) {
      sizes.push(batch.entries.length);
      queue.acknowledge(batch.stream, batch.seq);
    }
    expect(sizes).toEqual([3, 1, 1, 1, 1]);
  });
});
