import { wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import { Fleet } from '../../../src/fleet/core/fleet.ts';
import type { LeaseAnswer } from '../../../src/owning/ownership.ts';
import { CHARGED_MS } from '../../../src/recording/core/handed-recordings.ts';
import { Recording } from '../../../src/recording/recording.ts';
import { description, noLoad, report } from '../fixtures.ts';

const recordingId = 'rec_0000000000000001';
const order = wire.RecordOrder.decode(
  wire.RecordOrder.encode({ roomKey: 't/room', epoch: 3, recordingId, nodeId: 'n1', slots: 1 }).finish(),
);

const load = { ...noLoad, recordSlots: 4 };

const recorderAt = (nodeId: string, at: number) => ({
  nodeId,
  kind: 'recorder',
  ...(at === 0 ? {} : { region: 'singapore', hostId: 'far' }),
});

/** The first recorder is the nearest to the media node. */
function centreWith(recorders: readonly string[]) {
  const clock = new ManualClock({ nowMs: 1000 });
  const fleet = new Fleet();
  for (const node of [{ nodeId: 'n1' }, ...recorders.map(recorderAt)])
    fleet.register({ description: { ...description(), ...node }, rooms: [], load }, clock.nowMs());
  const lines: string[] = [];
  const lease = { lease: { roomKey: 't/room', ownerId: 'sig-1', epoch: 3 }, expiresInMs: 5000 };
  let handed = 0;
  const recording = new Recording({
    fleet,
    clock,
    log: createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } }),
    ownership: { knownLease: () => lease as unknown as LeaseAnswer },
    metrics: { recordingsHanded: { inc: () => void handed++ }, recordingsRefused: { inc: () => undefined } } as never,
    bookings: () => [],
    keepAheadMs: 0,
  });
  return { clock, fleet, recording, lines, handed: () => handed };
}

test('a recording begins once, however often its owner repeats the order', async () => {
  const { clock, fleet, recording, lines, handed } = centreWith(['r1']);
  const ask = () => recording.record(order, 'sig-1', async () => new wire.RecordAnswer({ state: 'begun' }));

  for (let at = 0; at < 3; at++) {
    expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'r1' });
    await clock.advance(2000);
  }
  const recordings = [{ roomKey: 't/room', recordingId, slots: 1 }];
  fleet.report('r1', { ...report(), load: { ...load, recordings } as typeof load }, clock.nowMs());
  await clock.advance(CHARGED_MS);
  fleet.report('r1', { ...report(), load: { ...load, recordings } as typeof load }, clock.nowMs());
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'r1' });

  expect(lines.filter((line) => line.includes('a recording begins'))).toHaveLength(1);
  expect(handed()).toBe(1);
});

test('an order that its recorder does not answer goes to another recorder at once', async () => {
  const { clock, fleet, recording } = centreWith(['r1', 'r2']);
  let isCut = false;
  const sent: string[] = [];
  const waitsMs: number[] = [];
  const ask = () =>
    recording.record(order, 'sig-1', async (recorderId, _order, deadlineMs) => {
      sent.push(recorderId);
      waitsMs.push(deadlineMs);
      if (isCut && recorderId === 'r1') throw Object.assign(new Error('link closed'), { code: 'LINK_CLOSED' });
      return new wire.RecordAnswer({ state: 'begun' });
    });
  expect(await ask()).toMatchObject({ recorderId: 'r1' });
  const recordings = [{ roomKey: 't/room', recordingId, slots: 1 }];
  fleet.report('r1', { ...report(), load: { ...load, recordings } as typeof load }, clock.nowMs());
  isCut = true;
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'r2' });
  expect(sent).toEqual(['r1', 'r1', 'r2']);
  // The recorder that has the recording needs no key and no slots to answer.
  expect(waitsMs).toEqual([2000, 1200, 2000]);
});

test('a recorder without slots loses its recordings to one that has room; while none has, they stay', async () => {
  const { clock, fleet, recording, handed } = centreWith(['r1', 'r2']);
  const sent: string[] = [];
  const ask = () =>
    recording.record(order, 'sig-1', async (recorderId) => {
      sent.push(recorderId);
      return new wire.RecordAnswer({ state: 'begun' });
    });
  const recordings = [{ roomKey: 't/room', recordingId, slots: 1 }];
  const reports = (nodeId: string, recordSlots: number, held: object[] = []): void => {
    const reported = { ...load, recordSlots, recordings: held } as typeof load;
    fleet.report(nodeId, { ...report(), load: reported }, clock.nowMs());
  };
  expect(await ask()).toMatchObject({ recorderId: 'r1' });
  reports('r1', 0, recordings);
  reports('r2', 0);
  expect(await ask()).toMatchObject({ state: 'waiting' });
  reports('r2', 4);
  expect(await ask()).toMatchObject({ state: 'begun', recorderId: 'r2' });
  expect([sent, handed()]).toEqual([['r1', 'r2'], 2]);
});
