// In a storm of joins a client is informed of many newcomers by one message, and of nothing in the wrong order.
import { encodeServerFrame, type RosterEvent, type Track } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import { person } from './fixtures.ts';
import { left, setUp } from './support/local-room.ts';

const came = (seq: number, name: string, about: Parameters<typeof person>[1] = {}): RosterEvent => ({
  seq,
  change: { type: 'participantJoined', participant: person(name, about) },
});
const track = { trackId: 'TR_one', kind: 'audio', source: 'microphone', muted: false, layers: [] } as unknown as Track;

async function annIsHere() {
  const { room, clock, owner, joined } = setUp();
  const ann = await joined('ann');
  ann.frames.length = 0;
  /** Numbers of the events in each message since the last call. */
  const heard = (): (number[] | string)[] => {
    const frames = ann.frames.splice(0);
    return frames.map((frame) => frame.roomEvents?.events?.map(({ seq }) => seq ?? 0) ?? String(frame.body));
  };
  return { room, clock, owner, joined, heard, come: (...events: RosterEvent[]) => room.onEvents('one', 1, events) };
}

it('newcomers without tracks are in the roster at once, and shown in one message a moment later', async () => {
  const { room, clock, come, heard } = await annIsHere();
  for (let seq = 2; seq < 12; seq += 1) come(came(seq, `guest-${seq}`));
  expect(room.replica?.get('PA_guest-11')?.sessionId).toBe('PA_guest-11');
  expect(heard()).toEqual([]);
  clock.advance(bounds.newcomersShownMs - 1);
  expect(heard()).toEqual([]);
  clock.advance(1);
  expect(heard()).toEqual([[2, 3, 4, 5, 6, 7, 8, 9, 10, 11]]);
});

it.each<[what: string, event: RosterEvent]>([
  ['a track', { seq: 3, change: { type: 'trackPublished', sessionId: 'PA_bob', track } }],
  ['a departure', left(3, 'bob')],
  ['a newcomer with a track', came(3, 'cid', { tracks: [track] })],
])('%s is shown at once, in one message with the newcomers before it', async (_what, event) => {
  const { clock, come, heard } = await annIsHere();
  come(came(2, 'bob'));
  come(event);
  expect(heard()).toEqual([[2, 3]]);
  clock.advance(bounds.newcomersShownMs);
  expect(heard()).toEqual([]);
});

const measured = (seq: number, name: string): RosterEvent => ({
  seq,
  change: { type: 'qualityChanged', sessionId: `PA_${name}`, quality: 'good' },
});

it('qualities that are measured within a second are shown in one message', async () => {
  const { room, clock, heard, come } = await annIsHere();
  come(came(2, 'bob'));
  room.showNewcomers();
  expect(heard()).toEqual([[2]]);
  come(measured(3, 'ann'));
  clock.advance(bounds.qualitiesShownMs - 1);
  come(measured(4, 'bob'));
  expect(room.replica?.get('PA_bob')?.quality).toBe('good');
  expect(heard()).toEqual([]);
  clock.advance(1);
  expect(heard()).toEqual([[3, 4]]);
});

it('a newcomer does not wait as long as the qualities before it', async () => {
  const { clock, heard, come } = await annIsHere();
  come(measured(2, 'ann'));
  come(came(3, 'bob'));
  clock.advance(bounds.newcomersShownMs);
  expect(heard()).toEqual([[2, 3]]);
});

it('no other message of the room comes before the newcomer that may have sent it', async () => {
  const { room, come, heard } = await annIsHere();
  come(came(2, 'bob'));
  room.broadcast(encodeServerFrame({ roomViewers: {} }));
  expect(heard()).toEqual([[2], 'roomViewers']);
  come(came(3, 'cid'));
  room.showNewcomers();
  expect(heard()).toEqual([[3]]);
});

it('a member that joins meanwhile gets only the events after its join', async () => {
  const { clock, come, heard, joined } = await annIsHere();
  come(came(2, 'bob'));
  const cid = await joined('cid');
  come(came(3, 'dan'));
  clock.advance(bounds.newcomersShownMs);
  expect(heard()).toEqual([[2, 3]]);
  expect(cid.frames.flatMap(({ roomEvents }) => roomEvents?.events ?? []).map(({ seq }) => seq)).toEqual([3]);
});

it('newcomers that a snapshot has are not shown again after it', async () => {
  const { room, clock, owner, come, heard } = await annIsHere();
  come(came(2, 'bob'));
  owner.view = { ...owner.view, seq: 5, participants: ['ann', 'bob', 'cid'].map((name) => person(name)) };
  await room.view();
  clock.advance(bounds.newcomersShownMs);
  expect(heard()).toEqual(['rosterSnapshot']);
});

it('so many newcomers that their message grows large are shown before the moment is over', async () => {
  const { come, heard } = await annIsHere();
  for (let at = 0; at < bounds.newcomersShownAtOnce + 1; at += 1) come(came(2 + at, `guest-${at}`));
  expect(heard().map((seqs) => seqs.length)).toEqual([bounds.newcomersShownAtOnce]);
});

it('a room that closes shows nothing more', async () => {
  const { room, clock, come, heard } = await annIsHere();
  come(came(2, 'bob'));
  room.close();
  clock.advance(bounds.newcomersShownMs);
  expect(heard()).toEqual([]);
});
