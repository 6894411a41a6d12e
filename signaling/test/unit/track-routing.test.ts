// Tests the carriers that nodes are offered, with an issuer that records how many nodes a carrier serves.
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import type { Roster } from '../../src/core/index.ts';
import type { OfferRequest } from '../../src/owner/offer-issuer.ts';
import { TrackRouting, type TrackRoutingOptions } from '../../src/owner/track-routing.ts';

it('nodes that have left the room without a report do not count among the pullers of a carrier', () => {
  const roster = {
    track: () => ({ track: { trackId: 'T', nodeId: 'a-1' }, publisher: { sessionId: 'PA_ann' } }),
  } as unknown as Roster;
  const roomNodeIds = new Set(['a-1', 'b-1', 'b-2', 'c-1']);
  const served: number[] = [];
  const offerIssuer = {
    offer: ({ track: { trackId }, pullersOf }: OfferRequest) => {
      served.push(pullersOf('a-1'));
      return { trackId, publisherSessionId: 'PA_ann', originNodeId: 'a-1', carrierNodeId: 'a-1', grant: {} };
    },
  };
  const trackRouting = new TrackRouting({
    room: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 1 },
    clock: new ManualClock(),
    log: createLogger({ name: 'test', level: 'silent' }),
    nodes: {},
    roster,
    offerIssuer,
    roomNodeIds,
    fence: () => '',
  } as unknown as TrackRoutingOptions);
  for (const nodeId of ['b-1', 'b-2']) trackRouting.offer(nodeId, 'T', '');
  trackRouting.takeReport('b-1', 'T', { carries: true, fromNodeId: 'a-1', doubtful: false });
  trackRouting.offer('c-1', 'T', '');
  for (const nodeId of ['b-1', 'b-2']) roomNodeIds.delete(nodeId);
  trackRouting.offer('c-1', 'T', '');
  expect(served).toEqual([0, 1, 2, 0]);
  trackRouting.close();
});

it('two nodes whose carrier fails at the same time are not sent to each other', () => {
  const roster = {
    track: () => ({ track: { trackId: 'T', nodeId: 'a-1' }, publisher: { sessionId: 'PA_ann' } }),
  } as unknown as Roster;
  const avoided: string[][] = [];
  let carrierNodeId = 'a-1';
  const trackRouting = new TrackRouting({
    room: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 1 },
    clock: new ManualClock(),
    log: createLogger({ name: 'test', level: 'silent' }),
    nodes: { call: () => Promise.withResolvers().promise },
    roster,
    offerIssuer: {
      offer: ({ track: { trackId }, avoidedNodeIds }: OfferRequest) => {
        avoided.push([...avoidedNodeIds].sort());
        return { trackId, publisherSessionId: 'PA_ann', originNodeId: 'a-1', carrierNodeId, grant: {} };
      },
    },
    roomNodeIds: new Set(['a-1', 'b-1', 'b-2']),
    fence: () => '',
  } as unknown as TrackRoutingOptions);
  for (const nodeId of ['b-1', 'b-2']) {
    trackRouting.offer(nodeId, 'T', '');
    trackRouting.takeReport(nodeId, 'T', { carries: true, fromNodeId: 'a-1', doubtful: false });
  }
  carrierNodeId = 'b-2';
  trackRouting.takeReport('b-1', 'T', { carries: true, fromNodeId: 'a-1', doubtful: true });
  // The node has not reported its move yet.
  trackRouting.takeReport('b-2', 'T', { carries: true, fromNodeId: 'a-1', doubtful: true });
  expect(avoided).toEqual([[], [], ['a-1'], ['a-1', 'b-1']]);
  trackRouting.close();
});
