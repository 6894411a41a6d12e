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
  const updates: unknown[] = [];
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
      call: (
        nodeId: string,
        _kind: unknown,
        { subscriptions, update }: { subscriptions?: { trackId: string }[]; update?: object },
      ) => {
        if (subscriptions === undefined) return Promise.resolve(updates.push([nodeId, update]));
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
  return { subscriptions: new Subscriptions(o), asked, answers, updates, replica, turns };
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

it('a request about a track that is being subscribed reaches the media node', async () => {
  const { subscriptions, answers, updates, turns } = setUp();
  await subscriptions.update({ trackId: 'TR_a', subscribed: true, paused: true });
  await turns(20);
  const resumed = { trackId: 'TR_a', subscribed: true, paused: false };
  await subscriptions.update(resumed);
  expect(updates).toEqual([]);
  answers.shift()?.();
  await turns(20);
  expect(updates).toEqual([['n1', resumed]]);
});

it('a request during the offers of a move reaches the second home too', async () => {
  const { subscriptions, updates, turns } = setUp();
  subscriptions.recordSubscribed(['TR_a']);
  await subscriptions.offersForSecond('n2');
  const paused = { trackId: 'TR_a', subscribed: true, paused: true };
  await subscriptions.update(paused);
  updates.length = 0;
  subscriptions.recordAtSecond(['TR_a']);
  await turns(20);
  expect(updates).toEqual([['n2', paused]]);
});

it('a track that the client has asked nothing about since its offer needs no further request', async () => {
  const { subscriptions, answers, updates, turns } = setUp();
  await subscriptions.update({ trackId: 'TR_a', subscribed: true, paused: true });
  await turns(20);
  answers.shift()?.();
  await turns(20);
  await subscriptions.offersForSecond('n2');
  subscriptions.recordAtSecond(['TR_a']);
  await turns(20);
  expect(updates).toEqual([]);
});
