import { type ErrorCode, MeridianError, transcodeMillicoresOf, wire } from '@meridian/protocol';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import type { LeaseAnswer } from '../../src/owning/ownership.ts';
import { chooseGateways, type TranscodingGateway } from '../../src/transcoding/core/choice.ts';
import { CHARGED_MS, HANDED_MAX, HandedJobs } from '../../src/transcoding/core/handed-jobs.ts';
import { Transcoding } from '../../src/transcoding/transcoding.ts';
import { description, frankfurt, noLoad, report, singapore } from './fixtures.ts';

const gateway = (nodeId: string, o: Partial<TranscodingGateway> = {}): TranscodingGateway => ({
  nodeId,
  hostId: `host-${nodeId}`,
  region: 'eu',
  freeMillicores: 4000,
  ...frankfurt,
  ...o,
});
const place = { hostId: 'host-media', ...frankfurt };

describe('the choice of gateways', () => {
  const far = gateway('far', { region: 'ap', ...singapore });
  test.each([
    { name: 'has NO_NODE without gateways', gateways: [], expect: 'NO_NODE' },
    { name: 'has NO_NODE when all are outside the fence', gateways: [far], fence: 'eu', expect: 'NO_NODE' },
    { name: 'has OVERLOADED if all are full', gateways: [gateway('a', { freeMillicores: 999 })], expect: 'OVERLOADED' },
    {
      name: 'has OVERLOADED if all in the fence are full',
      gateways: [gateway('a', { freeMillicores: 0 }), far],
      fence: 'eu',
      expect: 'OVERLOADED',
    },
    { name: 'puts near before far', gateways: [far, gateway('a', { freeMillicores: 1000 })], expect: ['a', 'far'] },
    { name: 'a far one if near is full', gateways: [far, gateway('a', { freeMillicores: 999 })], expect: ['far'] },
    {
      name: 'prefers most free capacity in a city',
      gateways: [gateway('a', { freeMillicores: 2000 }), gateway('b', { latitude: 50.2 })],
      expect: ['b', 'a'],
    },
    {
      name: "the track's host before its city",
      gateways: [gateway('a'), gateway('b', { hostId: 'host-media', freeMillicores: 1000 })],
      expect: ['b', 'a'],
    },
    { name: 'orders equal gateways by id', gateways: [gateway('b'), gateway('a')], expect: ['a', 'b'] },
  ])('$name', (row) => {
    expect(chooseGateways({ fence: row.fence ?? '', millicores: 1000 }, place, row.gateways)).toEqual(row.expect);
  });
});

test('the cost of a job grows with its picture, and has a minimum', () => {
  const sizes = [0, 90, 360, 720, 1080].map((height) => ({ width: Math.round((height * 16) / 9), height }));
  const [unknown, tiny, small, middle, large] = sizes.map((size) => transcodeMillicoresOf(size, 'video/VP8'));
  expect([unknown, tiny, small, middle, large]).toEqual([middle, 100, 250, 1000, 2250]);
  const codecs = ['video/H264-bframes', 'video/VP9', 'video/AV1'];
  expect(codecs.map((codec) => transcodeMillicoresOf({ width: 640, height: 360 }, codec))).toEqual([250, 275, 300]);
});

describe('a job handed to a gateway', () => {
  const job = { tenant: 'dev', room: 'lobby', gatewayId: 'a', millicores: 1000 };
  test('is charged until a report of the gateway that came after its acceptance', () => {
    const handed = new HandedJobs();
    let heardMs = 5;
    const charged = () => handed.unreportedByGateway(() => heardMs, 20).get('a');
    expect(handed.recordHanded('one', job, 0)).toBe(true);
    expect(charged()).toBe(1000);
    handed.accepted('one', 10);
    heardMs = 10;
    expect(charged()).toBe(1000);
    heardMs = 11;
    expect(charged()).toBe(undefined);
    expect(handed.gatewayOf('one', 20)).toBe('a');
  });
  test('is forgotten when the gateway refuses it, and after CHARGED_MS', () => {
    const handed = new HandedJobs();
    handed.recordHanded('one', job, 0);
    handed.recordHanded('two', job, 1);
    handed.drop('two');
    expect(handed.unreportedByGateway(() => 0, CHARGED_MS - 1).get('a')).toBe(1000);
    expect([handed.unreportedByGateway(() => 0, CHARGED_MS).size, handed.size]).toEqual([0, 0]);
  });
  test('is refused when its room or its tenant has its share of charges, while others are charged', () => {
    const handed = new HandedJobs();
    const isCharged = (name: string, o: Partial<typeof job> = {}): boolean =>
      handed.recordHanded(name, { ...job, ...o }, 0);
    for (let count = 0; count < HANDED_MAX / 4; count += 1) isCharged(`job ${count}`);
    expect([isCharged('one more'), isCharged('job 7')]).toEqual([false, true]);
    for (let count = 0; count < HANDED_MAX / 4; count += 1) isCharged(`b ${count}`, { room: `r${count}` });
    expect([isCharged('c', { room: 'c' }), isCharged('d', { tenant: 'other' })]).toEqual([false, true]);
    expect(handed.recordHanded('one more', job, CHARGED_MS + 1)).toBe(true);
  });
});

describe('an order for a rendition', () => {
  const order = (o: Partial<wire.Transcode> = {}) =>
    wire.Transcode.decode(
      wire.Transcode.encode({
        roomKey: 't/room',
        epoch: 3,
        trackId: 'TR_camera0000001',
        nodeId: 'n1',
        fromMimeType: 'video/VP8',
        toMimeType: 'video/H264',
        width: 1280,
        height: 720,
        fence: '',
        ...o,
      }).finish(),
    );

  /** A media node n1 in Frankfurt, and gateways a (1500 millicores) and b (4000) there; sig-1 owns t/room. */
  function setUp(refusals: Record<string, ErrorCode | undefined> = {}) {
    const clock = new ManualClock({ nowMs: 1000 });
    const fleet = new Fleet();
    const load = (total: number, used = 0) => ({
      ...noLoad,
      transcodeMillicores: total,
      transcodeMillicoresUsed: used,
    });
    const nodes = [
      { nodeId: 'n1', kind: 'sfu', load: noLoad },
      { nodeId: 'a', kind: 'gateway', load: load(1500) },
      { nodeId: 'b', kind: 'gateway', load: load(4000) },
      { nodeId: 'idle', kind: 'gateway', load: noLoad },
    ];
    for (const { load: now, ...node } of nodes)
      fleet.register({ description: { ...description(), ...node }, rooms: [], load: now }, clock.nowMs());
    const lease = { lease: { roomKey: 't/room', ownerId: 'sig-1', epoch: 3 } } as unknown as LeaseAnswer;
    const transcoding = new Transcoding({
      fleet,
      clock,
      log: createLogger({ name: 'test', level: 'silent' }),
      ownership: { knownLease: (roomKey) => (roomKey === 't/room' ? lease : undefined) },
    });
    const sent: string[] = [];
    const ask = async (o: Partial<wire.Transcode> = {}, asker = 'sig-1'): Promise<string> => {
      try {
        await transcoding.start(order(o), asker, async (gatewayId, { trackId }) => {
          sent.push(`${gatewayId} ${trackId}`);
          const code = refusals[gatewayId];
          if (code !== undefined) throw new MeridianError(code);
        });
        return 'taken';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const heard = (nodeId: string, total: number, used: number) =>
      fleet.report(nodeId, { ...report(), load: load(total, used) }, clock.nowMs());
    return { ask, sent, fleet, clock, heard };
  }
  const tracks = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ trackId: `TR_camera000000${at}` as const }));

  test.each([
    { name: 'with an invalid track id', o: { trackId: 'TR_' }, expect: 'REQUEST_INVALID' },
    { name: 'of too large a picture', o: { width: 100_000 }, expect: 'REQUEST_INVALID' },
    { name: 'with a codec name of 1000 characters', o: { toMimeType: 'v'.repeat(1000) }, expect: 'REQUEST_INVALID' },
    { name: 'with an invalid fence', o: { fence: 'b,a' }, expect: 'REQUEST_INVALID' },
    { name: 'of no room', o: { roomKey: 'room' }, expect: 'EPOCH_STALE' },
    { name: 'under another epoch', o: { epoch: 2 }, expect: 'EPOCH_STALE' },
    { name: 'of another owner', o: {}, asker: 'sig-2', expect: 'EPOCH_STALE' },
    { name: 'of a track at an unknown node', o: { nodeId: 'n9' }, expect: 'NO_NODE' },
    { name: 'in a fence without gateways', o: { fence: 'ap' }, expect: 'NO_NODE' },
    { name: 'larger than every gateway', o: { width: 4000, height: 2000 }, expect: 'OVERLOADED' },
  ])('$name is refused', async (row) => {
    const { ask, sent } = setUp();
    expect(await ask(row.o, row.asker)).toBe(row.expect);
    expect(sent).toEqual([]);
  });

  test('goes to living gateways, and to no other', async () => {
    const { ask, sent, fleet, clock } = setUp();
    fleet.drain('b', 'repair');
    expect(await ask()).toBe('taken');
    fleet.exclude('a');
    expect(await ask(tracks(1)[0])).toBe('NO_NODE');
    fleet.drain('b', undefined);
    fleet.tick(clock.nowMs() + 3000);
    expect(await ask(tracks(1)[0])).toBe('NO_NODE');
    expect(sent).toEqual(['a TR_camera0000001']);
  });

  test('is charged at once, so that in a burst each gateway gets as many as it has capacity for', async () => {
    const { ask, sent, clock, heard } = setUp();
    const answers = await Promise.all(tracks(6).map((track) => ask(track)));
    expect(answers).toEqual(['taken', 'taken', 'taken', 'taken', 'taken', 'OVERLOADED']);
    expect(
      sent
        .map((line) => line[0])
        .sort()
        .join(''),
    ).toBe('abbbb');
    // The report comes after the end of one of the jobs.
    clock.advance(500);
    heard('b', 4000, 3000);
    expect(await ask({ trackId: 'TR_camera0000009' })).toBe('taken');
    expect(sent.at(-1)).toBe('b TR_camera0000009');
  });

  test('for the same job goes to the same gateway within seconds, even when that gateway is full', async () => {
    const { ask, sent, clock } = setUp();
    for (const track of tracks(5)) await ask(track);
    expect(await ask(tracks(1)[0])).toBe('taken');
    expect(sent.at(-1)).toBe(sent[0]);
    clock.advance(CHARGED_MS);
    expect(await ask(tracks(1)[0])).toBe('taken');
  });

  test('that a gateway refuses goes to the next gateway, and is answered with the last refusal', async () => {
    const one = setUp({ b: 'OVERLOADED' });
    expect([await one.ask(), one.sent.map((line) => line[0])]).toEqual(['taken', ['b', 'a']]);
    const both = setUp({ b: 'OVERLOADED', a: 'TOKEN_INVALID' });
    expect([await both.ask(), both.sent.length]).toEqual(['TOKEN_INVALID', 2]);
    expect([await both.ask(), both.sent.length]).toEqual(['TOKEN_INVALID', 4]);
    const foreign = setUp({ b: 'CODEC_UNSUPPORTED' });
    expect([await foreign.ask(), foreign.sent.length]).toEqual(['CODEC_UNSUPPORTED', 1]);
  });
});
