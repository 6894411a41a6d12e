import type { SubscriptionRow } from '@meridian/client';
import { limits } from '@meridian/protocol';
import type { types } from 'mediasoup-client';
import { expect, it } from 'vitest';
import type { MediaSession } from '../../src/media/session.ts';
import { Subscribing } from '../../src/media/subscribing.ts';

const rows = (node: string, count: number): SubscriptionRow[] =>
  Array.from({ length: count }, (_, index) => ({
    consumerId: `${node}-${index}`,
    trackId: `TR_${index}`,
    publisherSessionId: 'PA_ann',
    kind: 'audio',
    rtpParameters: { codecs: [], encodings: [] },
    producerPaused: true,
    trackEpoch: node === 'old' ? 1 : 2,
  }));

/** `prepared`: consumers that were negotiated before the session. */
function media(o: { isWarm?: boolean; prepared?: ReadonlySet<string> } = {}): MediaSession {
  const consume = async ({ consumerId: id, kind }: SubscriptionRow): Promise<types.Consumer> => {
    const close = (): void => {
      consumer.closed = true;
    };
    const consumer = { id, kind, closed: false, track: { kind }, close };
    return consumer as unknown as types.Consumer;
  };
  const isPrepared = (id: string): boolean => o.prepared?.has(id) === true;
  const closeUnclaimed = (): void => undefined;
  return { consume, isPrepared, closeUnclaimed, isWarm: o.isWarm, closed: false } as unknown as MediaSession;
}

function setUp() {
  const failed: string[] = [];
  const posted: object[] = [];
  const subscribing = new Subscribing({
    post: (body) => posted.push(body) > 0,
    find: () => undefined,
    subscribed: () => undefined,
    unsubscribed: () => undefined,
    moved: () => undefined,
    failed: (trackId) => failed.push(trackId),
  });
  return { subscribing, failed, posted };
}

it('a session at its limit of subscriptions keeps all of them when it moves to another node', async () => {
  const { subscribing, failed } = setUp();
  await subscribing.begin(media(), rows('old', limits.subscriptionsPerParticipantMax));
  const newNodeMedia = media();
  await subscribing.moveTo(newNodeMedia, rows('new', limits.subscriptionsPerParticipantMax));
  expect(failed).toEqual([]);
});

it('a track of a session at its limit can move to another carrier', async () => {
  const { subscribing, failed, posted } = setUp();
  const all = rows('old', limits.subscriptionsPerParticipantMax);
  await subscribing.begin(media(), all);
  const [moved] = rows('new', 1);
  if (moved === undefined) throw new Error('no row');
  await subscribing.move(moved, 'old-0');
  expect(failed).toEqual([]);
  expect(posted).toContainEqual({ trackMoveDone: { trackId: 'TR_0', oldConsumerId: 'old-0', trackEpoch: 2 } });
});

it('a subscription above the limit is refused', async () => {
  const { subscribing, failed } = setUp();
  await subscribing.begin(media(), rows('old', limits.subscriptionsPerParticipantMax + 1));
  expect(failed).toEqual([`TR_${limits.subscriptionsPerParticipantMax}`]);
});

it('a consumer of the original replaces that of a catch-up stream of the same epoch; others of that epoch are skipped', async () => {
  const { subscribing, posted } = setUp();
  await subscribing.begin(media(), rows('old', 1));
  const [row] = rows('old', 1);
  if (row === undefined) throw new Error('no row');
  await subscribing.move({ ...row, consumerId: 'late' }, 'another');
  expect(posted).toEqual([]);
  await subscribing.move({ ...row, consumerId: 'original' }, 'old-0');
  expect(posted.at(-1)).toEqual({ trackMoveDone: { trackId: 'TR_0', oldConsumerId: 'old-0', trackEpoch: 1 } });
});

it('a session on warm transports reports the consumers that it has set up, and not the prepared ones', async () => {
  const { subscribing, posted } = setUp();
  await subscribing.begin(media({ isWarm: true, prepared: new Set(['old-0']) }), rows('old', 3));
  expect(posted).toEqual([{ subscriptionsReady: { consumerIds: ['old-1', 'old-2'] } }]);
});
