// Reports of owners are stored once and in order, whatever happens on the way.
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Intake, type StoredEvent } from '../../../src/events/intake.ts';
import type { Store } from '../../../src/store/store.ts';
import { testStore } from '../../support/database.ts';
import { entry, journal, START_MS } from './journals.ts';

const log = createLogger({ name: 'api', level: 'fatal' });
let store: Store;
let intake: Intake;
let failing: Error | undefined;
const committed: StoredEvent[] = [];
beforeEach(async () => {
  store = await testStore();
  failing = undefined;
  committed.length = 0;
  intake = instance('a');
});
afterEach(() => store.close());

const instance = (seed: string) =>
  new Intake({
    db: store.db,
    clock: new ManualClock(),
    rng: seededRng(seed),
    onRecordings: async () => undefined,
    onStored: async (trx, events) => {
      if (failing !== undefined) throw failing;
      trx.afterCommit({ key: `events ${events[0]?.sid}`, log, run: () => void committed.push(...events) });
    },
  });

async function eventTexts(sid = 'RM_1'): Promise<string[]> {
  const rows = await store.db.selectFrom('events').selectAll().where('sid', '=', sid).orderBy('sequence').execute();
  expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1));
  return rows.map(({ type, body }) => {
    const { participant, estimated } = JSON.parse(body);
    return [type, participant?.identity, estimated === true ? '~' : undefined].filter(Boolean).join(' ');
  });
}
const stays = async () =>
  (await store.db.selectFrom('room_stays').selectAll().orderBy('joined_ms').orderBy('identity').execute()).map(
    ({ identity, joined_ms, left_ms, left_reason, estimated }) => [
      ...[identity, (joined_ms - START_MS) / 1000, left_ms === null ? null : (left_ms - START_MS) / 1000],
      ...[left_reason, estimated],
    ],
  );
const life = (sid = 'RM_1') =>
  store.db.selectFrom('room_lives').selectAll().where('sid', '=', sid).executeTakeFirstOrThrow();

const begin = [entry.opened(), entry.joined('ann'), entry.joined('bob')];
const end = [entry.left('ann'), entry.left('bob'), entry.over()];
const wholeJournal = [...begin, entry.published('ann'), entry.unpublished('ann'), ...end];
const wholeStory = [
  'room_started',
  'participant_joined ann',
  'participant_joined bob',
  'track_published ann',
  'track_unpublished ann',
  'participant_left ann',
  'participant_left bob',
  'room_finished',
];

describe('a report of one owner', () => {
  it('covers a room from its beginning to its end', async () => {
    expect(await intake.take(journal(1, 1, wholeJournal))).toEqual({ seq: 8 });
    expect(await eventTexts()).toEqual(wholeStory);
    expect(await stays()).toEqual([
      ['ann', 102, 106, 'CLIENT', 0],
      ['bob', 103, 107, 'CLIENT', 0],
    ]);
    expect(await life()).toMatchObject({ tenant: 'acme', room: 'lobby', ended_ms: START_MS + 108_000, estimated: 0 });
    expect(committed.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('may repeat entries, in other portions and to two instances at once', async () => {
    const other = instance('b');
    await Promise.all([intake.take(journal(1, 1, wholeJournal.slice(0, 4))), other.take(journal(1, 1, wholeJournal))]);
    await Promise.all([other.take(journal(1, 3, wholeJournal.slice(2))), intake.take(journal(1, 1, wholeJournal))]);
    expect(await eventTexts()).toEqual(wholeStory);
    expect(committed).toHaveLength(8);
  });

  it('whose events cannot be stored is neither acknowledged nor stored, and is taken when it comes again', async () => {
    failing = new Error('no more disk');
    await expect(intake.take(journal(1, 1, wholeJournal))).rejects.toThrow('no more disk');
    expect([await eventTexts(), await stays(), committed]).toEqual([[], [], []]);
    failing = undefined;
    await intake.take(journal(1, 1, wholeJournal));
    expect(await eventTexts()).toEqual(wholeStory);
  });

  it('may lack entries, which are restored as far as other entries name them', async () => {
    await intake.take(journal(1, 1, [entry.opened()], { lost: 0 }));
    await intake.take(journal(1, 5, [entry.published('ann'), entry.left('bob'), entry.over()], { lost: 3 }));
    expect(await eventTexts()).toEqual([
      'room_started',
      'participant_joined ann',
      'track_published ann',
      'participant_joined bob',
      'participant_left bob',
      'participant_left ann ~',
      'room_finished',
    ]);
    expect((await life()).lost).toBe(3);
  });

  it('gives two stays to a person that leaves and returns', async () => {
    await intake.take(journal(1, 1, [...begin, entry.left('ann'), entry.joined('ann'), entry.left('ann')]));
    expect((await eventTexts()).filter((line) => line.endsWith('ann'))).toEqual([
      'participant_joined ann',
      'participant_left ann',
      'participant_joined ann',
      'participant_left ann',
    ]);
    expect((await stays()).map(([identity, from, to]) => [identity, from, to])).toEqual([
      ['ann', 102, 104],
      ['bob', 103, null],
      ['ann', 105, 106],
    ]);
  });

  it('describes the room as it is after each change', async () => {
    await intake.take(journal(1, 1, [...begin, entry.changed('agenda'), entry.left('ann')]));
    const rows = await store.db.selectFrom('events').select('body').orderBy('sequence').execute();
    const rooms = rows.map(({ body }) => JSON.parse(body).room);
    expect(rooms.map(({ numParticipants }) => numParticipants)).toEqual([0, 1, 2, 2, 1]);
    expect(rooms.at(-1)).toMatchObject({ sid: 'RM_1', name: 'lobby', metadata: 'agenda' });
  });

  it('has the title of the room, if there is one', async () => {
    await intake.take(journal(1, 1, [...begin, entry.changed('agenda', 'Quarter review')]));
    const rows = await store.db.selectFrom('events').select('body').orderBy('sequence').execute();
    const titles = rows.map(({ body }) => JSON.parse(body).room.title);
    expect(titles).toEqual([undefined, undefined, undefined, 'Quarter review']);
  });
});

describe('a new owner', () => {
  it('closes stays that it does not name as estimated, and opens stays that were never reported', async () => {
    await intake.take(journal(1, 1, begin));
    const rest = [entry.left('bob'), entry.left('cyd'), entry.over()];
    await intake.take(journal(2, 1, [entry.takenOver('bob', 'cyd'), ...rest]));
    expect(await eventTexts()).toEqual([
      ...['room_started', 'participant_joined ann', 'participant_joined bob', 'participant_left ann ~'],
      ...['participant_joined cyd', 'participant_left bob', 'participant_left cyd', 'room_finished'],
    ]);
    expect(await stays()).toEqual([
      ['cyd', 0, 203, 'CLIENT', 0],
      ['ann', 102, 201, 'UNKNOWN', 1],
      ['bob', 103, 202, 'CLIENT', 0],
    ]);
  });

  it('may report before the old owner has delivered everything: no event is lost or doubled', async () => {
    await intake.take(journal(1, 1, begin));
    await intake.take(journal(2, 1, [entry.takenOver('bob', 'cyd')]));
    // The rest of the old owner's journal: ann left on purpose, cyd and dan came, bob left, and the room ended.
    const lateEntries = [entry.left('ann'), entry.joined('cyd'), entry.joined('dan'), entry.left('bob'), entry.over()];
    await intake.take(journal(1, 4, lateEntries));
    await intake.take(journal(2, 2, [entry.left('cyd'), entry.left('bob'), entry.over()]));
    expect(await eventTexts()).toEqual([
      ...['room_started', 'participant_joined ann', 'participant_joined bob', 'participant_left ann ~'],
      ...['participant_joined cyd', 'participant_joined dan', 'participant_left dan ~'],
      ...['participant_left cyd', 'participant_left bob', 'room_finished'],
    ]);
    const found = await stays();
    expect(found.find(([identity]) => identity === 'ann')).toEqual(['ann', 102, 104, 'CLIENT', 0]);
    expect(found.find(([identity]) => identity === 'bob')).toEqual(['bob', 103, 203, 'CLIENT', 0]);
  });

  it('may report before the first owner: the room still begins first', async () => {
    await intake.take(journal(2, 1, [entry.takenOver('bob')]));
    await intake.take(journal(1, 1, begin));
    expect(await eventTexts()).toEqual([
      ...['room_started', 'participant_joined bob', 'participant_joined ann', 'participant_left ann ~'],
    ]);
  });
});

describe('a life that has lost its owner', () => {
  it('is closed once, at the time of its last report', async () => {
    await intake.take(journal(1, 1, begin));
    const { heard_ms } = await life();
    await intake.abandon('RM_1', heard_ms - 1);
    expect((await life()).ended_ms).toBeNull();
    await Promise.all([intake.abandon('RM_1', heard_ms), instance('b').abandon('RM_1', heard_ms)]);
    expect((await eventTexts()).slice(3)).toEqual([
      'participant_left ann ~',
      'participant_left bob ~',
      'room_finished ~',
    ]);
    expect(await life()).toMatchObject({ estimated: 1, ended_ms: heard_ms });
  });

  it('continues if its owner reports after all, and does not finish twice for companies', async () => {
    await intake.take(journal(1, 1, begin));
    await intake.abandon('RM_1', (await life()).heard_ms);
    await intake.take(journal(2, 1, [entry.takenOver('bob')]));
    expect((await life()).ended_ms).toBeNull();
    await intake.take(journal(2, 2, [entry.left('bob'), entry.over()]));
    expect((await life()).ended_ms).not.toBeNull();
    expect((await eventTexts()).filter((line) => line.startsWith('room_finished'))).toHaveLength(1);
  });
});

describe('a new life of the same room', () => {
  const next = (epoch: number, o: object = {}) =>
    journal(epoch, 1, [entry.opened()], { sid: 'RM_2', createdWallMs: START_MS + 60_000, ...o });

  it('ends the earlier life if its owner died unreported, and the end comes first', async () => {
    await intake.take(journal(2, 1, begin));
    await intake.take(journal(2, 4, [entry.left('ann')]));
    committed.length = 0;
    await intake.take(next(3));
    expect(committed.map(({ sid, type }) => [sid, type])).toEqual([
      ...[
        ['RM_1', 'participant_left'],
        ['RM_1', 'room_finished'],
      ],
      ['RM_2', 'room_started'],
    ]);
    expect((await eventTexts()).slice(3)).toEqual([
      'participant_left ann',
      'participant_left bob ~',
      'room_finished ~',
    ]);
    expect(await life()).toMatchObject({ estimated: 1, end_reason: 'UNKNOWN' });
    expect((await life('RM_2')).ended_ms).toBeNull();
  });

  it('still accepts the earlier owner’s last entries, and reports no second end', async () => {
    await intake.take(journal(2, 1, begin));
    await intake.take(next(3));
    await intake.take(journal(2, 4, end));
    expect((await eventTexts()).filter((line) => line.startsWith('room_finished'))).toHaveLength(1);
    expect(await life()).toMatchObject({ estimated: 0, end_reason: 'empty' });
  });

  it.each([
    ['another room', 2, next(3, { roomKey: 'acme/hall' })],
    ['the same name of another tenant', 2, next(3, { roomKey: 'globex/lobby' })],
    ['an earlier epoch', 4, next(3)],
    ['a split network without a centre', 1, next(3)],
    ['a life that began earlier', 2, next(3, { createdWallMs: START_MS - 1 })],
  ])('is not assumed for %s', async (_what, epoch, message) => {
    await intake.take(journal(epoch, 1, begin));
    await intake.take(message);
    expect((await life()).ended_ms).toBeNull();
  });
});

describe('an invalid journal', () => {
  const entries = [entry.opened()];
  it.each([
    ['no room key', journal(1, 1, entries, { roomKey: 'lobby' })],
    ['another sid', journal(1, 1, entries, { sid: "RM_1'; drop" })],
    ['no epoch', journal(0, 1, entries)],
    ['no number', journal(1, 0, entries)],
    ['no time', journal(1, 1, [{ ...entry.opened(), wallMs: Number.NaN }])],
    ['a time far off', journal(1, 1, [{ ...entry.opened(), wallMs: 1e18 }])],
    ['a track of no kind', journal(1, 1, [{ ...entry.published('ann'), published: { track: {} } }])],
  ])('is refused: %s', async (_what, message) => {
    await expect(intake.take(message)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await eventTexts()).toEqual([]);
  });

  it('is refused if it names the life of another room', async () => {
    await intake.take(journal(1, 1, wholeJournal));
    const other = journal(1, 9, entries, { roomKey: 'globex/lobby' });
    await expect(intake.take(other)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await eventTexts()).toEqual(wholeStory);
  });

  it('of a later version is accepted, and its unknown entries have no effect', async () => {
    expect(await intake.take(journal(1, 1, [entry.opened(), {}, entry.joined('ann')]))).toEqual({ seq: 3 });
    expect(await eventTexts()).toEqual(['room_started', 'participant_joined ann']);
  });

  it('has its NUL characters removed', async () => {
    await intake.take(journal(1, 1, [entry.joined('a\0nn')]));
    expect((await stays()).map(([identity]) => identity)).toEqual(['ann']);
  });
});
