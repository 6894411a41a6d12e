// Ports of a pull table, reduced to what pulls need; a test replaces what it examines.
import type { EngineProducer, Pipe } from '../../../src/engine.ts';
import type { PullPorts, PullRequest } from '../../../src/media/pulls.ts';
import type { PulledTrack } from '../../../src/media/shapes.ts';

export const request: PullRequest = {
  roomKey: 't/r',
  fence: '',
  trackId: 'TR_1',
  carrierId: 'sfu-a',
  grant: undefined,
  epoch: 1,
};

export const pulledTrack = {
  track: { trackId: 'TR_1', kind: 'audio' },
  rtpParameters: {},
  paused: false,
  publisherSessionId: 'PA_1',
  trackEpoch: 1,
  shared: false,
} as unknown as PulledTrack;

export function pullPortsWith(o: Pick<PullPorts, 'clock'> & { log: unknown; neighbours: unknown }): PullPorts {
  const produce: Pipe['produce'] = async ({ id }) =>
    ({ id, layerCount: 1, temporalLayerCount: 1, close: () => undefined }) as Partial<EngineProducer> as EngineProducer;
  const ports: Partial<Record<keyof PullPorts, unknown>> = {
    nodeId: 'sfu-b',
    pipe: async () => ({ produce }),
    ownerOf: () => 'sig-a',
    onCarried: () => true,
    onDropped: () => undefined,
    outbox: { carrierChanged: () => undefined, demand: () => undefined },
    ...o,
  };
  return ports as PullPorts;
}
