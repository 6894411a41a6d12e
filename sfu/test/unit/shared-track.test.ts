import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, test } from 'vitest';
import type { EngineProducer } from '../../src/engine.ts';
import { NodeTrack } from '../../src/media/track.ts';

const log = createLogger({ name: 'test', level: 'silent' });

function trackOf(o: { sharedUpstream: boolean }) {
  const changes: boolean[] = [];
  const track: NodeTrack = new NodeTrack({
    roomKey: 'dev/room',
    fence: '',
    info: { trackId: 'TR_1' } as NodeTrack['info'],
    publisherSessionId: 'PA_1',
    origin: !o.sharedUpstream,
    epoch: 1,
    producer: { layerCount: 3, temporalLayerCount: 3, close: () => undefined } as unknown as EngineProducer,
    clock: new ManualClock(),
    log,
    isSharedUpstream: o.sharedUpstream,
    onDemand: () => undefined,
    onCatchUp: () => undefined,
    onShared: () => changes.push(track.isShared),
  });
  return { track, changes };
}
const wants = { paused: false, maxSpatialLayer: 2 };

test('a track is shared while several subscribers want it; a subscriber that has paused it does not count', () => {
  const { track, changes } = trackOf({ sharedUpstream: false });
  track.setDemand('a', wants);
  track.setDemand('b', { ...wants, paused: true });
  expect(changes).toEqual([]);
  track.setDemand('b', wants);
  track.setDemand('c', wants);
  track.clearDemand('c');
  track.clearDemand('a');
  expect(changes).toEqual([true, false]);
});

test('a track that others get from its carrier is shared, until the carrier reports otherwise', () => {
  const { track, changes } = trackOf({ sharedUpstream: true });
  track.setDemand('a', wants);
  expect(track.isShared).toBe(true);
  track.setSharedUpstream(false);
  track.setSharedUpstream(false);
  track.setSharedUpstream(true);
  expect(changes).toEqual([false, true]);
});
