// Tests which renditions an owner asks publishers for, by its signaling nodes' reports.
import {
  aacMimeType,
  type ErrorCode,
  emptyPolicy,
  limits,
  MeridianError,
  type Participant,
  type Track,
  trackFromWire,
} from '@meridian/protocol';
import { createLogger, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { type RenditionNeed, Roster, renditionTypesFor } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';
import { OwnedRoom, type OwnedRoomOptions } from '../../src/owner/owned-room.ts';
import type { TranscodeOrder } from '../../src/ports.ts';
import type { SessionOrder } from '../../src/wire/control-wire.ts';
import { person } from './fixtures.ts';

const joining = { takeover: false, manualSubscribe: true, adoption: 0, fence: '', policyVersion: 0 };
const track = (trackId: string, o: Partial<Track> = {}): Track => ({
  ...trackFromWire({ trackId, kind: 2, source: 1, mimeType: 'video/VP8', nodeId: 'n1' }),
  ...o,
});
const h264 = (trackId: string): RenditionNeed => ({ trackId, mimeType: 'video/H264' });
const rendition = (trackId: string, derivedFrom: string): Track =>
  track(trackId, { derivedFrom, mimeType: 'video/H264' });

/** Ann (at d1) publishes a picture and a voice; bob is there through d2 and cat through d3. */
function setUp(o: { held?: Participant[] } = {}) {
  const clock = new ManualClock();
  const orders: string[] = [];
  const transcodings: TranscodeOrder[] = [];
  const centre: { refusal: ErrorCode | undefined } = { refusal: undefined };
  const ann = person('ann', { tracks: [track('TR_a'), track('TR_voice', { kind: 'audio', mimeType: 'audio/opus' })] });
  const [bob, cat] = [person('bob', { signalingId: 'd2' }), person('cat', { signalingId: 'd3' })];
  const room = new OwnedRoom({
    room: { roomKey: 'acme/lobby', ownerId: 'd1', epoch: 2 },
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    rng: seededRng('wanted'),
    fleet: () => new Map(),
    counters: { move: () => undefined },
    nodes: { hold: () => undefined, release: () => undefined, post: () => true },
    policy: emptyPolicy,
    isPolicyKnown: true,
    onPolicyChanged: () => undefined,
    isPolicyPending: () => false,
    fence: undefined,
    centre: {
      transcode: async (order: TranscodeOrder) => {
        transcodings.push(order);
        if (centre.refusal !== undefined) throw new MeridianError(centre.refusal);
      },
    },
    roster: Roster.rebuilt(2, o.held ?? [ann, bob, cat]).roster,
    signalingNodes: {
      events: () => undefined,
      order: (signalingId: string, _room: unknown, sessionId: string, order: SessionOrder) => {
        if ('rendition' in order)
          orders.push([signalingId, sessionId, order.rendition.trackId, order.isWanted ? 'make' : 'stop'].join(' '));
      },
    },
  } as unknown as OwnedRoomOptions);
  const ordered = (): string[] => orders.splice(0);
  /** Returns how often a transcoder was requested since the last call. */
  const transcoded = async (): Promise<number> => {
    await Promise.resolve();
    await Promise.resolve();
    return transcodings.splice(0).length;
  };
  return { room, clock, ordered, transcodings, transcoded, centre, ann, bob, cat };
}
const lingered = bounds.renditionLingerMs;

describe('no publisher is asked', () => {
  it.each<[string, RenditionNeed]>([
    ['a track that is not published', h264('TR_unknown')],
    ['a sound', h264('TR_voice')],
    ['a rendition', h264('TR_r')],
    ['the codec that the track has', { trackId: 'TR_a', mimeType: 'video/vp8' }],
    ['a codec that no room routes', { trackId: 'TR_a', mimeType: 'video/mpeg' }],
    ['a format that only media nodes exchange', { trackId: 'TR_a', mimeType: 'video/H264-bframes' }],
    ['a sound of a picture', { trackId: 'TR_a', mimeType: 'audio/opus' }],
    ['no track and no codec', { trackId: '', mimeType: '' }],
  ])('by a need of %s', (_what, need) => {
    const { room, ordered } = setUp();
    room.publish('d1', 'PA_ann', rendition('TR_r', 'TR_a'));
    room.needs('d2', [need]);
    expect(ordered()).toEqual([]);
    room.close();
  });

  it('by a node that has no session in the room, now or later', () => {
    const { room, ordered, bob } = setUp();
    room.needs('d9', [h264('TR_a')]);
    room.join('d9', { ...joining, participant: person('dan', { signalingId: 'd9' }) });
    expect(ordered()).toEqual([]);
    room.needs('d2', [h264('TR_a')]);
    room.leave('d2', bob.sessionId, 'LEFT');
    room.join('d2', { ...joining, participant: { ...bob, sessionId: 'PA_bob2' } });
    expect(ordered()).toEqual(['d1 PA_ann TR_a make']);
    room.close();
  });

  it('beyond the bound of a node', () => {
    const count = limits.tracksPerParticipantMax;
    const publishers = Array.from({ length: 1 + bounds.renditionNeedsMax / count }, (_, number) =>
      person(`p${number}`, { tracks: Array.from({ length: count }, (_, at) => track(`TR_${number}_${at}`)) }),
    );
    const { room, ordered } = setUp({ held: [...publishers, person('bob', { signalingId: 'd2' })] });
    const all = publishers.flatMap(({ tracks }) => tracks.map(({ trackId }) => h264(trackId)));
    room.needs('d2', [...all, ...all]);
    expect(ordered()).toHaveLength(bounds.renditionNeedsMax);
    room.close();
  });
});

it('the first need makes the publisher add a rendition, further needs do not; some time after the last it may stop', () => {
  const { room, clock, ordered } = setUp();
  room.needs('d2', [h264('TR_a'), { trackId: 'TR_a', mimeType: 'video/h264' }]);
  room.needs('d3', [h264('TR_a')]);
  expect(ordered()).toEqual(['d1 PA_ann TR_a make']);
  room.needs('d2', []);
  clock.advance(2 * lingered);
  expect(ordered()).toEqual([]);
  room.needs('d3', []);
  clock.advance(lingered - 1);
  room.needs('d2', [h264('TR_a')]);
  clock.advance(2 * lingered);
  expect(ordered()).toEqual([]);
  room.needs('d2', []);
  clock.advance(lingered - 1);
  expect(ordered()).toEqual([]);
  clock.advance(1);
  expect(ordered()).toEqual(['d1 PA_ann TR_a stop']);
  room.needs('d2', [h264('TR_a')]);
  expect(ordered()).toEqual(['d1 PA_ann TR_a make']);
  room.close();
});

it('a need ends with the last session of its signaling node, and with the node', () => {
  const { room, clock, ordered, bob } = setUp();
  room.needs('d2', [h264('TR_a')]);
  room.leave('d2', bob.sessionId, 'LEFT');
  clock.advance(lingered);
  expect(ordered()).toEqual(['d1 PA_ann TR_a make', 'd1 PA_ann TR_a stop']);
  room.needs('d3', [h264('TR_a')]);
  room.signalingNodeGone('d3');
  clock.advance(lingered);
  expect(ordered()).toEqual(['d1 PA_ann TR_a make', 'd1 PA_ann TR_a stop']);
  room.close();
});

it('with a track its renditions end, and so do pending messages about them', () => {
  const { room, clock, ordered } = setUp();
  room.needs('d2', [h264('TR_a')]);
  room.publish('d1', 'PA_ann', rendition('TR_r', 'TR_a'));
  room.needs('d2', []);
  ordered();
  room.unpublish('d1', 'PA_ann', 'TR_a', 'UNPUBLISHED');
  expect(room.snapshot().participants[0]?.tracks.map(({ trackId }) => trackId)).toEqual(['TR_voice']);
  clock.advance(2 * lingered);
  expect(ordered()).toEqual([]);
  room.close();
});

it('a rendition by the track’s publisher is muted and ends with the track, a rendition by another participant is not', () => {
  const { room } = setUp();
  room.publish('d1', 'PA_ann', rendition('TR_r', 'TR_a'));
  room.publish('d2', 'PA_bob', rendition('TR_other', 'TR_a'));
  const muted = (): string[] =>
    room.snapshot().participants.flatMap(({ tracks }) => tracks.filter((one) => one.muted).map((one) => one.trackId));
  room.mute('d1', 'PA_ann', 'TR_a', true);
  expect(muted()).toEqual(['TR_a', 'TR_r']);
  room.mute('d1', 'PA_ann', 'TR_a', false);
  expect(muted()).toEqual([]);
  room.unpublish('d1', 'PA_ann', 'TR_a', 'UNPUBLISHED');
  expect(room.snapshot().participants.flatMap(({ tracks }) => tracks.map(({ trackId }) => trackId))).toEqual([
    'TR_voice',
    'TR_other',
  ]);
  room.close();
});

it('a publisher need not make a rendition that another participant makes', () => {
  const { room, clock, ordered } = setUp();
  room.publish('d2', 'PA_bob', rendition('TR_r', 'TR_a'));
  room.needs('d3', [h264('TR_a')]);
  expect(ordered()).toEqual([]);
  room.unpublish('d2', 'PA_bob', 'TR_r', 'UNPUBLISHED');
  expect(ordered()).toEqual(['d1 PA_ann TR_a make']);
  room.publish('d2', 'PA_bob', rendition('TR_r2', 'TR_a'));
  clock.advance(lingered);
  expect(ordered()).toEqual(['d1 PA_ann TR_a stop']);
  room.close();
});

it('a publisher that comes back is asked again, at whichever signaling node it is now', () => {
  const { room, ordered, ann } = setUp();
  room.needs('d2', [h264('TR_a')]);
  ordered();
  room.join('d3', { ...joining, takeover: true, adoption: 1, participant: { ...ann, signalingId: 'd3' } });
  expect(ordered()).toEqual(['d3 PA_ann TR_a make']);
  room.close();
});

it('a publisher that refused is not asked again, and no participant can refuse for another', () => {
  const { room, clock, ordered, ann } = setUp();
  room.needs('d2', [h264('TR_a')]);
  ordered();
  const again = () => room.join('d1', { ...joining, takeover: true, participant: ann });
  room.renditionRefused('d2', 'PA_bob', h264('TR_a'), 'CODEC_UNSUPPORTED');
  room.renditionRefused('d2', 'PA_ann', h264('TR_a'), 'CODEC_UNSUPPORTED');
  room.renditionRefused('d1', 'PA_ann', h264('TR_nobody'), 'CODEC_UNSUPPORTED');
  again();
  expect(ordered()).toEqual(['d1 PA_ann TR_a make']);
  room.renditionRefused('d1', 'PA_ann', h264('TR_a'), 'CODEC_UNSUPPORTED');
  again();
  room.needs('d2', []);
  clock.advance(lingered);
  expect(ordered()).toEqual([]);
  room.close();
});

it.each([
  ['H.264', track('TR_a'), 'video/H264'],
  ['Opus', track('TR_a', { kind: 'audio', mimeType: aacMimeType }), 'audio/opus'],
] as const)(
  '%s that a publisher could not make for the moment is requested after 1 s, 2 s … 30 s, while it is needed',
  (_what, made, mimeType) => {
    const need = { trackId: 'TR_a', mimeType };
    const { room, clock, ordered } = setUp({
      held: [person('ann', { tracks: [made] }), person('bob', { signalingId: 'd2' })],
    });
    room.needs('d2', [need]);
    ordered();
    const refuse = (code: ErrorCode): void => room.renditionRefused('d1', 'PA_ann', need, code);
    const isAskedAfter = (ms: number): void => {
      clock.advance(ms - 1);
      expect(ordered()).toEqual([]);
      clock.advance(1);
      expect(ordered()).toEqual(['d1 PA_ann TR_a make']);
    };
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      refuse(seconds === 1 ? 'OVERLOADED' : 'WORKER_DIED');
      isAskedAfter(seconds * 1000);
    }
    clock.advance(bounds.transcoderWaitMs); // the rendition was made for a while
    refuse('OVERLOADED');
    isAskedAfter(1000);
    refuse('OVERLOADED');
    room.needs('d2', []);
    clock.advance(lingered - 1);
    expect(ordered()).toEqual([]);
    room.needs('d2', [need]);
    expect(ordered()).toEqual(['d1 PA_ann TR_a make']);
    refuse('OVERLOADED');
    room.needs('d2', []);
    clock.advance(lingered + bounds.transcoderPauseMsMax);
    expect(ordered()).toEqual([]);
    room.close();
    expect(clock.pendingTimers).toBe(0);
  },
);

describe('a rendition that its publisher cannot make', () => {
  /** Makes Ann refuse; a gateway (at d2) publishes on `make`. */
  function refused(o: { answer?: ErrorCode; mimeType?: string } = {}) {
    const gateway = person('gateway', { signalingId: 'd2', kind: 'gateway', hidden: true });
    const made = setUp({
      held: [
        person('ann', { tracks: [track('TR_a', { width: 640, height: 360 })] }),
        gateway,
        person('bob', { signalingId: 'd2' }),
        person('cat', { signalingId: 'd3' }),
      ],
    });
    made.centre.refusal = o.answer;
    const need = { trackId: 'TR_a', mimeType: o.mimeType ?? 'video/H264' };
    made.room.needs('d3', [need]);
    made.room.renditionRefused('d1', 'PA_ann', need, 'CODEC_UNSUPPORTED');
    made.ordered();
    const make = (trackId = 'TR_r') => made.room.publish('d2', 'PA_gateway', rendition(trackId, 'TR_a'));
    const end = (trackId = 'TR_r') => made.room.unpublish('d2', 'PA_gateway', trackId, 'UNPUBLISHED');
    return { ...made, make, end };
  }

  it('is requested from the centre with all facts that a gateway needs', () => {
    const { room, transcodings } = refused();
    const of = { trackId: 'TR_a', from: 'video/VP8', to: 'video/H264', width: 640, height: 360, nodeId: 'n1' };
    expect(transcodings).toEqual([{ ...of, roomKey: 'acme/lobby', epoch: 2, fence: '' }]);
    room.close();
  });

  it('is not requested in a codec that gateways do not make', async () => {
    const { room, transcoded } = refused({ mimeType: 'video/VP9' });
    expect(await transcoded()).toBe(0);
    room.close();
  });

  it.each<ErrorCode>(['OVERLOADED', 'NO_NODE', 'CENTRE_UNREACHABLE'])(
    'is requested again after 1 s, 2 s … 30 s: %s',
    async (answer) => {
      const { room, clock, transcoded, centre } = refused({ answer });
      expect(await transcoded()).toBe(1);
      for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
        clock.advance(seconds * 1000 - 1);
        expect(await transcoded()).toBe(0);
        clock.advance(1);
        expect(await transcoded()).toBe(1);
      }
      centre.refusal = undefined;
      room.needs('d3', []);
      clock.advance(60_000);
      expect(await transcoded()).toBe(0);
      expect(clock.pendingTimers).toBe(0);
      room.close();
    },
  );

  it('stays with a gateway that makes it, even if its publisher was only unable for the moment', async () => {
    const { room, clock, ordered, transcoded, make } = refused();
    room.renditionRefused('d1', 'PA_ann', h264('TR_a'), 'OVERLOADED');
    expect(await transcoded()).toBe(1);
    make();
    clock.advance(2 * bounds.transcoderPauseMsMax);
    expect([await transcoded(), ordered()]).toEqual([0, []]);
    room.close();
  });

  it('ends some time after the last need, and the gateway that makes it is informed', async () => {
    const { room, clock, ordered, transcoded, make } = refused();
    await transcoded();
    make();
    clock.advance(2 * bounds.transcoderWaitMs);
    expect([await transcoded(), ordered()]).toEqual([0, []]);
    room.needs('d3', []);
    clock.advance(lingered - 1);
    room.needs('d3', [h264('TR_a')]);
    clock.advance(lingered);
    room.needs('d3', []);
    clock.advance(lingered - 1);
    expect(ordered()).toEqual([]);
    clock.advance(1);
    expect(ordered()).toEqual(['d2 PA_gateway TR_a stop']);
    expect(await transcoded()).toBe(0);
    room.close();
  });

  it('is requested again at once when its gateway leaves after a while, and after a pause when it left early', async () => {
    const { room, clock, transcoded, make, end } = refused();
    await transcoded();
    make();
    clock.advance(bounds.transcoderWaitMs);
    end();
    expect(await transcoded()).toBe(1);
    make('TR_r2');
    clock.advance(bounds.transcoderWaitMs - 1);
    end('TR_r2');
    expect(await transcoded()).toBe(0);
    clock.advance(2000);
    expect(await transcoded()).toBe(1);
    room.leave('d2', 'PA_gateway', 'LEFT');
    room.close();
    clock.advance(60_000);
    expect([await transcoded(), clock.pendingTimers]).toEqual([0, 0]);
  });

  it('is made once: one of two gateways that make it is asked to stop', () => {
    const { room, ordered, make } = refused();
    make();
    room.publish('d2', 'PA_bob', rendition('TR_other', 'TR_a'));
    expect(ordered()).toEqual(['d2 PA_gateway TR_a stop']);
    room.close();
  });
});

it('an unneeded rendition that a new owner finds is stopped, by repeated orders until it ends', () => {
  const held = [
    person('ann', { tracks: [track('TR_a'), rendition('TR_r', 'TR_a')] }),
    person('bob', { signalingId: 'd2' }),
  ];
  const kept = setUp({ held });
  kept.room.needs('d2', [h264('TR_a')]);
  kept.clock.advance(2 * lingered);
  expect(kept.ordered()).toEqual([]);
  kept.room.close();
  const { room, clock, ordered } = setUp({ held });
  clock.advance(lingered);
  expect(ordered()).toEqual(['d1 PA_ann TR_a stop']);
  room.join('d1', { ...joining, takeover: true, participant: held[0] as Participant });
  clock.advance(lingered);
  expect(ordered()).toEqual(['d1 PA_ann TR_a stop']);
  room.unpublish('d1', 'PA_ann', 'TR_r', 'UNPUBLISHED');
  clock.advance(2 * lingered);
  expect(ordered()).toEqual([]);
  room.close();
  room.needs('d2', [h264('TR_a')]);
  expect(ordered()).toEqual([]);
});

describe('the rendition for a client', () => {
  const codec = (mimeType: string, parameters: Record<string, unknown>) => ({
    codecs: [{ kind: 'video' as const, mimeType, preferredPayloadType: 100, clockRate: 90_000, parameters }],
  });
  it.each<[string, Parameters<typeof renditionTypesFor>[0], string | undefined]>([
    ['that decodes nothing', {}, undefined],
    ['without H.264', codec('video/VP8', {}), undefined],
    ['with the other packetization', codec('video/H264', { 'profile-level-id': '42e01f' }), undefined],
    [
      'with the high profile alone',
      codec('video/H264', { 'packetization-mode': 1, 'profile-level-id': '64001f' }),
      undefined,
    ],
    [
      'with the plain baseline alone',
      codec('video/H264', { 'packetization-mode': 1, 'profile-level-id': '42001f' }),
      undefined,
    ],
    [
      'with what browsers send',
      codec('video/h264', { 'packetization-mode': 1, 'profile-level-id': '42E01F' }),
      'video/H264',
    ],
    ['that names no profile', codec('video/H264', { 'packetization-mode': 1 }), 'video/H264'],
  ])('%s', (_who, capabilities, expected) => {
    expect(renditionTypesFor(capabilities).video).toBe(expected);
  });

  it('is in Opus for sound if the client decodes Opus', () => {
    expect(renditionTypesFor(codec('audio/opus', {}))).toEqual({ audio: 'audio/opus' });
    expect(renditionTypesFor(codec('audio/PCMU', {}))).toEqual({});
  });
});
