// The ports of a pull table, as far as pulls need them; a test enters what it looks at.
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

/** What the carrier answers to it. */
export const pulledTrack = {
  track: { trackId: 'TR_1', kind: 'audio' },
  rtpParameters: {},
  paused: false,
  publisherSessionId: 'PA_1',
  trackEpoch: 1,
  shared: false,
} as unknown as PulledTrack;

/** Pulls of node sfu-b. */
export function pullPortsWith(o: Pick<PullPorts, 'clock'> & { log: unknown; neighbours: unknown }): PullPorts {
  const produce: Pipe['produce'] = async ({ id }) =>
    ({ id, layerCount: 1, close: () => undefined }) as Partial<EngineProducer> as EngineProducer;
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
