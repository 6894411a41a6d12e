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

test('a recording begins once, however often its owner repeats the order', async () => {
  const clock = new ManualClock({ nowMs: 1000 });
  const fleet = new Fleet();
  const load = { ...noLoad, recordSlots: 4 };
  for (const node of [{ nodeId: 'n1' }, { nodeId: 'r1', kind: 'recorder' }])
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
  const ask = () => recording.record(order, 'sig-1', async () => wire.RecordAnswer.create({ state: 'begun' }));

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
  expect(handed).toBe(1);
});
