// When a gain has saved enough credit (ms × s) to pay the price of a move, in the watch of a room.
import { describe, expect, test } from 'vitest';
import type { RoomMember, RoomSnapshot } from '../../../src/moving/core/gains.ts';
import { RoomBook } from '../../../src/moving/core/room-book.ts';
import {
  type BegunMove,
  HOUR_MS,
  MOVES_PER_HOUR_MAX,
  type OwnedGain,
  PRICE_MS_S,
  ROOM_REST_MS,
  RoomCredit,
  WHOLE_ROOM,
} from '../../../src/moving/core/room-credit.ts';
import {
  ASK_AFTER_MS,
  GAINS_FRESH_MS,
  type RoomLook,
  type RoomStep,
  RoomWatch,
} from '../../../src/moving/core/room-watch.ts';
import { line, member } from '../support/rooms.ts';

const SECOND_MS = 1000;
/** A gain in a room of three: two pairs change, 10 ms each. */
const gain = (name: string, sumMs = 20): OwnedGain => ({
  members: [0],
  host: 1,
  sumMs,
  name,
  people: [name],
  pairs: 2,
});
const PRICE_S = (2 * PRICE_MS_S) / 20;

describe('the credit of a room', () => {
  test('pays for a move when gain × time has added up to the price, and not before', () => {
    const credit = new RoomCredit();
    credit.save([gain('a')], (PRICE_S - 1) * SECOND_MS);
    expect(credit.affordableMove([gain('a')], [], 0)).toBeUndefined();
    credit.save([gain('a')], SECOND_MS);
    expect(credit.affordableMove([gain('a')], [], 0)).toEqual(gain('a'));
    credit.restart();
    expect(credit.affordableMove([gain('a')], [], 0)).toBeUndefined();
  });

  test('pays double for each move of the last hour of the same person, and of no other', () => {
    const made: BegunMove[] = [{ person: 'a', atWallMs: 0 }];
    const nowMs = ROOM_REST_MS;
    const credit = new RoomCredit();
    credit.save([gain('a')], (2 * PRICE_S - 1) * SECOND_MS);
    expect(credit.affordableMove([gain('a')], made, nowMs)).toBeUndefined();
    expect(credit.affordableMove([gain('a')], [{ person: 'b', atWallMs: 0 }], nowMs)?.name).toBe('a');
    expect(credit.affordableMove([gain('a')], made, HOUR_MS)?.name).toBe('a');
    credit.save([gain('a')], SECOND_MS);
    expect(credit.affordableMove([gain('a')], made, nowMs)?.name).toBe('a');
  });

  test('pays for each changed pair of several movers, and for the earlier moves of any of them', () => {
    const group = (people: string[]): OwnedGain => ({ ...gain('at 0', 70), people, pairs: 7 });
    const credit = new RoomCredit();
    credit.save([group(['a', 'b'])], (PRICE_MS_S / 10) * SECOND_MS);
    expect(credit.affordableMove([group(['a', 'b'])], [], 0)?.people).toEqual(['a', 'b']);
    const made: BegunMove[] = [{ person: 'b', atWallMs: 0 }];
    expect(credit.affordableMove([group(['a', 'b'])], made, ROOM_REST_MS)).toBeUndefined();
    expect(credit.affordableMove([group(['a', 'c'])], made, ROOM_REST_MS)?.people).toEqual(['a', 'c']);
  });

  test('pays for no move within a minute of another in the room, nor for a member’s fifth move in an hour', () => {
    const credit = new RoomCredit();
    credit.save([gain('a')], 1000 * PRICE_S * SECOND_MS);
    const before: BegunMove[] = [{ person: 'b', atWallMs: 0 }];
    expect(credit.affordableMove([gain('a')], before, ROOM_REST_MS - 1)).toBeUndefined();
    expect(credit.affordableMove([gain('a')], before, ROOM_REST_MS)?.name).toBe('a');
    const often = Array.from({ length: MOVES_PER_HOUR_MAX }, (_, at) => ({ person: 'a', atWallMs: at }));
    expect(credit.affordableMove([gain('a')], often, HOUR_MS - 1)).toBeUndefined();
    expect(credit.affordableMove([gain('a')], often, HOUR_MS)?.name).toBe('a');
  });
});

/** A room that is looked at every second. */
class Room {
  readonly watch = new RoomWatch();
  made: readonly BegunMove[] = [];
  readonly steps: { atMs: number; step: RoomStep }[] = [];
  nowMs = 0;
  signature = 1;
  numbering = 1;
  mode: RoomLook['mode'] = 'relay';
  mayAsk = true;
  isBetween = false;
  members: readonly RoomMember[];
  people: readonly string[];
  rooms = 0;

  constructor(members: readonly RoomMember[], people = members.map((_, at) => `p${at}`)) {
    this.members = members;
    this.people = people;
  }

  /** Looks once a second for `ms`, or until a move, which the room then makes, or not when `isRefused`. */
  pass(ms: number): RoomStep | undefined {
    const endMs = this.nowMs + ms;
    while (this.nowMs < endMs) {
      this.nowMs += SECOND_MS;
      const now: RoomSnapshot = { members: this.members, paths: line(3, 20), isOpen: () => true };
      const step = this.watch.look({
        nowMs: this.nowMs,
        wallMs: this.nowMs,
        mode: this.mode,
        signature: this.signature,
        numbering: this.numbering,
        made: this.made,
        mayAsk: this.mayAsk,
        isSameSite: (a, b) => a === b,
        room: () => {
          this.rooms += 1;
          return this.isBetween ? undefined : { snapshot: now, people: this.people };
        },
      });
      if (step === undefined) continue;
      this.steps.push({ atMs: this.nowMs, step });
      if (step.kind !== 'ask') return step;
    }
    return undefined;
  }
}

/** Two members at host 0; the first is 80 ms nearer to host 1, half of which counts, less the path of 21 ms. */
const two = () => [member(0, [90, 10, 99]), member(0, [10, 99, 99])];

describe('a watched room', () => {
  test('asks for timings once when its people have been the same for a second, and again after a change', () => {
    const dark = two().map((one) => ({ ...one, isTimed: (host: number) => host === one.host }));
    const room = new Room(dark);
    const asks = () => room.steps.filter(({ step }) => step.kind === 'ask').map(({ atMs }) => atMs);
    room.pass(30 * SECOND_MS);
    expect(asks()).toEqual([SECOND_MS + ASK_AFTER_MS]);
    expect(room.steps[0]?.step).toEqual({ kind: 'ask', timings: [{ member: 0, host: 1 }] });
    room.signature += 1;
    room.pass(SECOND_MS);
    expect(asks()).toHaveLength(1);
    room.mayAsk = false;
    room.pass(5 * SECOND_MS);
    expect(asks()).toHaveLength(1);
    room.mayAsk = true;
    room.pass(5 * SECOND_MS);
    expect(asks()).toHaveLength(2);
    room.watch.timed(false);
    room.pass(5 * SECOND_MS);
    expect(asks()).toHaveLength(2);
    room.watch.timed(true);
    room.pass(5 * SECOND_MS);
    expect(asks()).toHaveLength(3);
  });

  test('that changes at each look is asked for timings once for all changes within a second', () => {
    const room = new Room(two().map((one) => ({ ...one, isTimed: (host: number) => host === one.host })));
    for (let change = 0; change < 6; change += 1) {
      room.signature += 1;
      room.pass(SECOND_MS);
    }
    expect(room.steps.map(({ atMs }) => atMs / SECOND_MS)).toEqual([2, 4, 6]);
  });

  test('moves members while others cannot be asked for timings, and tries to ask those at each look', () => {
    const room = new Room([...two(), member(0, [5, 99, 5], { isTimed: (host) => host === 0 })]);
    let looks = 0;
    for (; room.steps.at(-1)?.step.kind !== 'move' && looks < 600; looks += 1) {
      room.pass(SECOND_MS);
      room.watch.askCutShort();
    }
    expect(room.steps.at(-1)?.step).toMatchObject({ kind: 'move', gain: { people: ['p0'] } });
    expect(room.steps).toHaveLength(looks - 1);
  });

  test('moves a member when it has saved the price of a move, and no sooner', () => {
    const room = new Room(two());
    const step = room.pass(600 * SECOND_MS);
    expect(step).toMatchObject({ kind: 'move', gain: { members: [0], host: 1, people: ['p0'], pairs: 1 } });
    const sumMs = step?.kind === 'move' ? step.gain.sumMs : 0;
    expect(sumMs).toBe(40 - 21);
    expect(room.nowMs - SECOND_MS).toBeGreaterThanOrEqual((PRICE_MS_S / sumMs) * SECOND_MS);
    expect(room.nowMs - SECOND_MS).toBeLessThanOrEqual((PRICE_MS_S / sumMs + 2) * SECOND_MS);
    // The move failed but counts: the next costs twice as much.
    room.made = [{ person: 'p0', atWallMs: room.nowMs }];
    const beganMs = room.nowMs;
    room.pass(600 * SECOND_MS);
    expect(room.nowMs - beganMs).toBeGreaterThanOrEqual(Math.max(ROOM_REST_MS, ((2 * PRICE_MS_S) / sumMs) * SECOND_MS));
  });

  test('restarts the savings of all members after a move, even when the move is not remembered', () => {
    const room = new Room(two());
    room.pass(600 * SECOND_MS);
    const beganMs = room.nowMs;
    expect(room.pass(600 * SECOND_MS)?.kind).toBe('move');
    expect(room.nowMs - beganMs).toBeGreaterThanOrEqual((PRICE_MS_S / 19) * SECOND_MS);
  });

  test('moves a member to the present number of its target host when hosts were renumbered while it saved', () => {
    const room = new Room(two());
    room.pass(19 * SECOND_MS);
    room.members = [member(1, [99, 90, 10]), member(1, [99, 10, 99])];
    room.numbering += 1;
    expect(room.pass(5 * SECOND_MS)).toMatchObject({ kind: 'move', gain: { host: 2, people: ['p0'] } });
  });

  test('moves no member while a member is between two nodes, and keeps the savings', () => {
    const room = new Room(two());
    room.pass(20 * SECOND_MS);
    room.signature += 1;
    room.isBetween = true;
    expect(room.pass(30 * SECOND_MS)).toBeUndefined();
    room.isBetween = false;
    expect(room.pass(5 * SECOND_MS)?.kind).toBe('move');
  });

  test('treats a person that rejoins as the same, and a new person as another', () => {
    const room = new Room(two());
    room.made = Array.from({ length: MOVES_PER_HOUR_MAX }, () => ({ person: 'p0', atWallMs: 0 }));
    room.signature += 1;
    expect(room.pass(1000 * SECOND_MS)).toBeUndefined();
    room.people = ['another', 'p1'];
    room.signature += 1;
    expect(room.pass(1000 * SECOND_MS)?.kind).toBe('move');
  });

  test('recomputes gains after new timings, and otherwise seldom', () => {
    const dark = two().map((one) => ({ ...one, isTimed: (host: number) => host === one.host }));
    const room = new Room(dark);
    room.pass(10 * SECOND_MS);
    const before = room.rooms;
    room.pass(GAINS_FRESH_MS);
    expect(room.rooms).toBeLessThanOrEqual(before + 2);
    room.members = two();
    room.watch.timed(false);
    const toldMs = room.nowMs;
    expect(room.pass(600 * SECOND_MS)?.kind).toBe('move');
    expect(room.nowMs - toldMs).toBeLessThanOrEqual((PRICE_MS_S / 19 + 3) * SECOND_MS);
  });

  test('in mode single moves as a whole', () => {
    const room = new Room([0, 0, 0].map((host) => member(host, [60, 10, 90])));
    room.mode = 'single';
    expect(room.pass(600 * SECOND_MS)).toMatchObject({
      kind: 'gather',
      gain: { host: 1, pairs: 3, people: [WHOLE_ROOM] },
    });
    expect(room.nowMs).toBeLessThanOrEqual((PRICE_MS_S / 50 + 3) * SECOND_MS);
  });

  test('in mode single moves four times an hour, also when it has many people', () => {
    const room = new Room(Array.from({ length: 43 }, () => member(0, [60, 10, 90])));
    room.mode = 'single';
    const book = new RoomBook();
    let moves = 0;
    while (room.nowMs < HOUR_MS) {
      const step = room.pass(SECOND_MS);
      if (step === undefined || step.kind === 'ask') continue;
      moves += 1;
      room.made = book.recordMoves('t/r', step.gain.people, room.nowMs)?.made ?? [];
    }
    expect(moves).toBe(MOVES_PER_HOUR_MAX);
  });
});
