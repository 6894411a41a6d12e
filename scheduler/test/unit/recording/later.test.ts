// Orders to compose: a recorder composes now, or keeps the tracks until they are composed after the end.
import { type ErrorCode, MeridianError, wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import type { LeaseAnswer } from '../../../src/owning/ownership.ts';
import type { RecordBooking } from '../../../src/recording/core/kept-slots.ts';
import { Recording } from '../../../src/recording/recording.ts';
import { description, noLoad, report } from '../fixtures.ts';

/** Costs of three people. */
const [slots, trackSlots] = [52, 3];
const orderFor = (recordingId: string, o: wire.RecordOrder.$Properties = {}): wire.RecordOrder =>
  wire.RecordOrder.decode(
    wire.RecordOrder.encode({
      roomKey: 't/room',
      epoch: 3,
      recordingId,
      nodeId: 'n1',
      mode: 'composed',
      slots,
      trackSlots,
      ...o,
    }).finish(),
  );

interface Setting {
  /** Slots by recorder. */
  readonly recorders: Readonly<Record<string, number>>;
  readonly bookings?: readonly RecordBooking[];
}

function setUp({ recorders, bookings = [] }: Setting) {
  const clock = new ManualClock({ nowMs: 1000 });
  const fleet = new Fleet();
  const lease = { lease: { roomKey: 't/room', ownerId: 'sig-1', epoch: 3 }, expiresInMs: 5000 };
  /** Errors of recorders that compose nothing now. */
  const errors: Record<string, ErrorCode> = {};
  const sent: string[] = [];
  const centre = (): Recording =>
    new Recording({
      fleet,
      clock,
      log: createLogger({ name: 'test', level: 'silent' }),
      ownership: { knownLease: () => lease as unknown as LeaseAnswer },
      metrics: {
        recordingsHanded: { inc: () => undefined },
        recordingsRefused: { inc: () => undefined },
      } as never,
      bookings: () => bookings,
      keepAheadMs: 0,
    });
  const add = (nodeId: string, kind: string, recordSlots: number): void =>
    void fleet.register(
      { description: { ...description(), nodeId, kind }, rooms: [], load: { ...noLoad, recordSlots } },
      clock.nowMs(),
    );
  add('n1', 'sfu', 0);
  for (const [id, count] of Object.entries(recorders)) add(id, 'recorder', count);
  /** Recordings that a recorder has, with its answer: a repeated order changes nothing. */
  const taken = new Map<string, boolean>();
  let recording = centre();
  const ask = (order: wire.RecordOrder) =>
    recording.record(order, 'sig-1', async (recorderId, { recordingId, later, slots }) => {
      sent.push(`${recordingId} to ${recorderId}: ${later ? 'later' : 'live'} for ${slots}`);
      const code = errors[recorderId];
      if (code !== undefined && !later) throw new MeridianError(code);
      const key = `${recordingId} at ${recorderId}`;
      taken.set(key, taken.get(key) ?? later);
      return new wire.RecordAnswer({ state: 'begun', later: taken.get(key) ?? false });
    });
  const reports = (nodeId: string, held: Readonly<Record<string, number>>): void => {
    const recordings = Object.entries(held).map(([recordingId, slots]) => {
      const roomKey = recordingId === 're_other' ? 't/other' : 't/room';
      return { roomKey, recordingId, slots };
    });
    const recordSlotsUsed = Object.values(held).reduce((sum, used) => sum + used, 0);
    const load = { ...noLoad, recordSlots: recorders[nodeId] ?? 0, recordSlotsUsed, recordings };
    fleet.report(nodeId, { ...report(), load: load as typeof noLoad }, clock.nowMs());
  };
  const restart = (): void => {
    recording = centre();
  };
  const free = (): number => recording.counts().slots.free;
  return { ask, clock, errors, free, reports, restart, sent: () => sent.splice(0), view: () => recording.view() };
}

describe('an order to compose', () => {
  test('is composed now where a recorder has room for that, however far the next one is', async () => {
    const { ask, sent, free } = setUp({ recorders: { r1: 10, r2: slots } });
    expect(await ask(orderFor('re_1'))).toEqual({ state: 'begun', recorderId: 'r2', later: false });
    expect([sent(), free()]).toEqual([[`re_1 to r2: live for ${slots}`], 10]);
  });

  test('begins at once with its tracks where no recorder has room, and takes their slots alone', async () => {
    const { ask, sent, free } = setUp({ recorders: { r1: 10 } });
    expect(await ask(orderFor('re_1'))).toEqual({ state: 'begun', recorderId: 'r1', later: true });
    expect([sent(), free()]).toEqual([[`re_1 to r1: later for ${trackSlots}`], 7]);
  });

  test.each<ErrorCode>(['NO_PICTURE_TRANSCODER', 'NO_SOUND_TRANSCODER', 'NO_SANDBOX', 'OVERLOADED'])(
    'begins at once with its tracks where each recorder refuses to compose with %s',
    async (code) => {
      const { ask, errors, sent, free } = setUp({ recorders: { r1: 60, r2: 60 } });
      Object.assign(errors, { r1: code, r2: code });
      expect(await ask(orderFor('re_1'))).toEqual({ state: 'begun', recorderId: 'r1', later: true });
      const live = ['re_1 to r1: live for 52', 're_1 to r2: live for 52'];
      expect([sent(), free()]).toEqual([[...live, 're_1 to r1: later for 3'], 117]);
    },
  );

  test('is composed now by the next recorder where the first one cannot', async () => {
    const { ask, errors, sent } = setUp({ recorders: { r1: 60, r2: 60 } });
    Object.assign(errors, { r1: 'NO_SANDBOX' });
    expect(await ask(orderFor('re_1'))).toMatchObject({ recorderId: 'r2', later: false });
    expect(sent()).toEqual(['re_1 to r1: live for 52', 're_1 to r2: live for 52']);
  });

  test('of an owner that knows no tracks for later is composed now, waits, or is refused as before', async () => {
    const { ask, errors, sent } = setUp({ recorders: { r1: 60 } });
    const order = (id: string): wire.RecordOrder => orderFor(id, { trackSlots: 0 });
    Object.assign(errors, { r1: 'NO_SANDBOX' });
    await expect(ask(order('re_1'))).rejects.toMatchObject({ code: 'NO_SANDBOX' });
    Object.assign(errors, { r1: undefined });
    expect(await ask(order('re_1'))).toMatchObject({ state: 'begun', later: false });
    expect(await ask(order('re_2'))).toMatchObject({ state: 'waiting' });
    expect(sent()).toEqual(['re_1 to r1: live for 52', 're_1 to r1: live for 52']);
  });

  test('waits for the slots of its tracks alone, and takes what becomes free first', async () => {
    const { ask, clock, reports, sent, view } = setUp({ recorders: { r1: 4 } });
    reports('r1', { re_other: 4 });
    expect(await ask(orderFor('re_1'))).toMatchObject({ state: 'waiting' });
    expect(view().waiting).toMatchObject([{ recording: 't/room re_1', slots: trackSlots }]);
    await clock.advance(1000);
    reports('r1', { re_other: 1 });
    expect(await ask(orderFor('re_1'))).toMatchObject({ state: 'begun', later: true });
    expect(sent()).toEqual(['re_1 to r1: later for 3']);
  });

  test('of a booked room begins with the slots that are kept for its participants', async () => {
    const booked = { id: 'b', region: 'eu', roomKey: 't/room', recordSlots: 3, startsAtMs: 0, endsAtMs: 1e15 };
    const { ask, reports, sent, view } = setUp({ recorders: { r1: 60 }, bookings: [booked] });
    reports('r1', { re_other: 57 });
    expect(view()).toMatchObject({ keptSlots: 3, shortSlots: 0 });
    expect(await ask(orderFor('re_1'))).toMatchObject({ state: 'begun', later: true });
    expect([sent(), view().keptSlots]).toEqual([['re_1 to r1: later for 3'], 0]);
  });

  test('composes nothing now with slots that are kept for a booked room, and takes no kept slot', async () => {
    const booked = { id: 'b', region: 'eu', roomKey: 't/booked', recordSlots: 20, startsAtMs: 0, endsAtMs: 1e15 };
    const { ask, sent } = setUp({ recorders: { r1: 60 }, bookings: [booked] });
    expect(await ask(orderFor('re_1'))).toMatchObject({ state: 'begun', later: true });
    expect(sent()).toEqual(['re_1 to r1: later for 3']);
  });
});

describe('a repeated order', () => {
  test.each([
    { name: 'composed now', recorders: { r1: 60 }, later: false, used: slots },
    { name: 'composed later', recorders: { r1: 10 }, later: true, used: trackSlots },
  ])('of a recording that is $name goes to its recorder as before, and costs the same', async (row) => {
    const { ask, clock, reports, sent, view, free } = setUp(row);
    const answer = { state: 'begun', recorderId: 'r1', later: row.later };
    const form = `re_1 to r1: ${row.later ? 'later' : 'live'} for ${row.used}`;
    for (let at = 0; at < 3; at += 1) {
      expect([await ask(orderFor('re_1')), sent()]).toEqual([answer, [form]]);
      expect(view().handed).toMatchObject([{ slots: row.used, later: row.later }]);
      await clock.advance(2000);
    }
    reports('r1', { re_1: row.used });
    expect([await ask(orderFor('re_1')), sent()]).toEqual([answer, [form]]);
    await clock.advance(1);
    reports('r1', { re_1: row.used });
    expect(free()).toBe(row.recorders.r1 - row.used);
  });

  test('stays composed later when slots for composing become free', async () => {
    const { ask, clock, reports, sent } = setUp({ recorders: { r1: 60 } });
    reports('r1', { re_other: 50 });
    await ask(orderFor('re_1'));
    await clock.advance(1000);
    reports('r1', { re_1: trackSlots });
    expect(await ask(orderFor('re_1'))).toMatchObject({ state: 'begun', later: true });
    expect(sent()).toEqual(['re_1 to r1: later for 3', 're_1 to r1: later for 3']);
  });

  test('after a restart of the centre goes to the recorder that reports it, whose answer tells the form', async () => {
    const { ask, clock, reports, restart, sent, view } = setUp({ recorders: { r1: 10 } });
    await ask(orderFor('re_1'));
    await clock.advance(1000);
    reports('r1', { re_1: trackSlots });
    restart();
    expect(await ask(orderFor('re_1'))).toEqual({ state: 'begun', recorderId: 'r1', later: true });
    expect(view().handed).toMatchObject([{ slots: trackSlots, later: true }]);
    await ask(orderFor('re_1'));
    expect(sent().slice(1)).toEqual(['re_1 to r1: live for 52', 're_1 to r1: later for 3']);
  });

  test('of a recording that has lost its recorder is decided anew', async () => {
    const { ask, clock, reports } = setUp({ recorders: { r1: 10, r2: 60 } });
    reports('r2', { re_other: 58 });
    expect(await ask(orderFor('re_1'))).toMatchObject({ recorderId: 'r1', later: true });
    await clock.advance(1000);
    reports('r2', {});
    const again = await ask(orderFor('re_1', { recorderAvoidIds: ['r1'] }));
    expect(again).toMatchObject({ recorderId: 'r2', later: false });
  });
});
