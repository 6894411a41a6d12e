// Tests a client's subscriptions against a fake media node.
import { emptyRoomInfo, RoomState, type Track } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import type { ClientContext } from '../../src/clients/context.ts';
import type { LocalRoom } from '../../src/clients/local-room.ts';
import { Subscriptions } from '../../src/clients/subscriptions.ts';
import { person } from './fixtures.ts';

const track = (trackId: string): Track => ({
  trackId,
  kind: 'audio',
  source: 'microphone',
  name: '',
  muted: false,
  nodeId: 'n1',
  layerKind: 'simple',
  layers: [],
  mimeType: 'audio/opus',
  width: 0,
  height: 0,
});

function setUp() {
  const asked: string[][] = [];
  const answers: (() => void)[] = [];
  const replica = RoomState.fromView({
    epoch: 1,
    seq: 1,
    participants: [person('ann', { tracks: [track('TR_a')] })],
    speakers: [],
    info: emptyRoomInfo,
  });
  const room = {
    replica,
    ref: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 1 },
    offers: async (_nodeId: string, trackIds: readonly string[]) => ({
      offers: trackIds.map((trackId) => ({
        trackId,
        publisherSessionId: 'PA_ann',
        originNodeId: 'n1',
        carrierNodeId: 'n1',
        grant: undefined,
      })),
      failed: [],
    }),
  } as unknown as LocalRoom;
  const context = {
    clock: new ManualClock(),
    log: createLogger({ name: 'test', level: 'fatal' }),
    nodes: {
      call: (_nodeId: string, _kind: unknown, { subscriptions }: { subscriptions: { trackId: string }[] }) => {
        asked.push(subscriptions.map(({ trackId }) => trackId));
        return new Promise((resolve) => answers.push(() => resolve({ subscriptions, failed: [] })));
      },
    },
  } as unknown as ClientContext;
  const o = {
    sessionId: 'PA_bob',
    identity: 'bob',
    nodeId: 'n1',
    room,
    context,
    automatic: true,
    allowed: true,
    decodes: { video: 'video/H264' },
    send: () => undefined,
  };
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
  };
  return { subscriptions: new Subscriptions(o), asked, answers, replica, turns };
}

it('a track that is published in any turn after the answer to the track before is requested too', async () => {
  for (let after = 0; after < 20; after += 1) {
    const { subscriptions, asked, answers, replica, turns } = setUp();
    subscriptions.reconcile();
    await turns(20);
    answers.shift()?.();
    await turns(after);
    const change = { type: 'trackPublished', sessionId: 'PA_ann', track: track('TR_b') } as const;
    subscriptions.onRoster(replica.apply({ seq: 2, change }));
    await turns(20);
    expect(asked, `${after} turns after the answer`).toEqual([['TR_a'], ['TR_b']]);
  }
});
