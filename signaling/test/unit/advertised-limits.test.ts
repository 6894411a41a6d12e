// Tests that each bound which clients see holds where clients meet it: the largest value is accepted, the next is not.
import { DataPacket, DataPacket_Kind, UserPacket } from '@livekit/protocol';
import { encodeClientFrame, limits, note, type wire } from '@meridian/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bounds } from '../../src/limits.ts';
import type { FakeNode } from '../service/rig/node.ts';
import { MemoryClient, MemoryCloud, type MemoryNode, settled } from '../support/memory-cloud.ts';
import { MemoryLiveKit } from '../support/memory-livekit.ts';

type Request = wire.ClientFrame.$Properties;

let cloud: MemoryCloud;
let node: MemoryNode;
let home: FakeNode;
let ann: MemoryClient;
beforeAll(async () => {
  cloud = await MemoryCloud.start();
  home = cloud.mediaNode('sfu-fra', 'fra');
  node = await cloud.node('sig-fra', 'fra');
  const video = { roomAdmin: true, canUpdateOwnMetadata: true };
  ann = await MemoryClient.join(cloud, node, { identity: 'ann', video });
  await MemoryClient.join(cloud, node, { identity: 'bob' });
  await settled();
});
afterAll(() => cloud.close());

const text = (length: number): string => 'x'.repeat(length);
const bytes = (length: number): Uint8Array => new Uint8Array(length);
const list = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index));
/** Valid session id of the largest length. */
const sessionId = (index: number): string => `PA_${String(index).padStart(32, '0')}`;
const data = (sendData: wire.SendData.$Properties): Request => ({ sendData: { payload: bytes(1), ...sendData } });
const attributes = (count: number, bytesEach: number): Request => ({
  updateSelf: {
    attributes: Object.fromEntries(list(count, (index) => [`${index}`.padStart(4, '0'), text(bytesEach - 4)])),
  },
});
const poll = (o: wire.ActPoll.$Properties): Request => ({ act: { poll: { text: 'q', options: ['a', 'b'], ...o } } });
const room = (setRoom: wire.ActSetRoom.$Properties): Request => ({ act: { setRoom } });

/** Bound, request with a value of this size, code of the first refused one. */
const rows: readonly (readonly [name: string, bound: number, of: (size: number) => Request, code: string])[] = [
  ['dataBytesMax', limits.dataBytesMax, (size) => data({ payload: bytes(size) }), 'DATA_TOO_LARGE'],
  [
    'lossyDataBytesMax',
    limits.lossyDataBytesMax,
    (size) => data({ payload: bytes(size), lossy: true }),
    'DATA_TOO_LARGE',
  ],
  ['topicLengthMax', limits.topicLengthMax, (size) => data({ topic: '🎈'.repeat(size) }), 'REQUEST_INVALID'],
  [
    'destinationsMax',
    limits.destinationsMax,
    (size) => data({ destinationSessionIds: list(size, sessionId) }),
    'REQUEST_INVALID',
  ],
  ['nameLengthMax', limits.nameLengthMax, (size) => ({ updateSelf: { name: text(size) } }), 'REQUEST_INVALID'],
  [
    'metadataBytesMax',
    limits.metadataBytesMax,
    (size) => ({ updateSelf: { metadata: text(size) } }),
    'REQUEST_INVALID',
  ],
  ['attributesBytesMax', limits.attributesBytesMax, (size) => attributes(1, size), 'REQUEST_INVALID'],
  ['attributesMax', limits.attributesMax, (size) => attributes(size, 8), 'REQUEST_INVALID'],
  [
    'roomMetadataBytesMax',
    limits.roomMetadataBytesMax,
    (size) => ({ updateRoom: { metadata: text(size) } }),
    'REQUEST_INVALID',
  ],
  ['roomTitleLengthMax', limits.roomTitleLengthMax, (size) => room({ title: '😀'.repeat(size) }), 'REQUEST_INVALID'],
  [
    'spotlightMax',
    limits.spotlightMax,
    (size) => room({ setSpotlight: true, spotlight: list(size, String) }),
    'REQUEST_INVALID',
  ],
  ['slowModeMsMax', limits.slowModeMsMax, (size) => room({ slowModeMs: size }), 'REQUEST_INVALID'],
  ['participantsPerRoomMax', limits.participantsPerRoomMax, (size) => room({ capacity: size }), 'REQUEST_INVALID'],
  [
    'postWordsMax',
    limits.postWordsMax,
    (size) => room({ setPostWords: true, postWords: list(size, (index) => `w${index}`) }),
    'REQUEST_INVALID',
  ],
  [
    'postWordLengthMax',
    limits.postWordLengthMax,
    (size) => room({ setPostWords: true, postWords: [text(size)] }),
    'REQUEST_INVALID',
  ],
  ['pollTextLengthMax', limits.pollTextLengthMax, (size) => poll({ text: text(size) }), 'REQUEST_INVALID'],
  [
    'pollOptionLengthMax',
    limits.pollOptionLengthMax,
    (size) => poll({ options: ['a', text(size)] }),
    'REQUEST_INVALID',
  ],
  ['pollOptionsMax', limits.pollOptionsMax, (size) => poll({ options: list(size, String) }), 'REQUEST_INVALID'],
  [
    'postLengthMax',
    limits.postLengthMax,
    (size) => ({ sendPost: { kind: 'chat', text: '😀'.repeat(size) } }),
    'REQUEST_INVALID',
  ],
  [
    'allowedSubscribersMax',
    limits.allowedSubscribersMax,
    (size) => ({ setSubscribers: { subscribers: { allowed: list(size, (index) => ({ identity: `p${index}` })) } } }),
    'REQUEST_INVALID',
  ],
];

describe('a request at the bound of', () => {
  it.each(rows)('%s (%d) is accepted, and one above it refused', async (_name, bound, of, code) => {
    const answers = [await ann.outcome(of(bound)), await ann.outcome(of(bound + 1))];
    expect(answers.at(1)).toBe(code);
    expect(answers.at(0)).toMatch(/^(ack|postAccepted)$/);
    await cloud.run(3000); // rates
  });

  it('dataBytesMax is the buffer in which Go SDKs read a data channel', () => {
    expect(limits.dataBytesMax).toBe(65_535);
  });

  it('clientFrameBytesMax: a data message with everything at its largest fits', () => {
    const sendData = {
      payload: bytes(limits.dataBytesMax),
      topic: '🎈'.repeat(limits.topicLengthMax),
      lossy: true,
      destinationSessionIds: list(limits.destinationsMax, sessionId),
    };
    const frame = encodeClientFrame({ requestId: 2 ** 32 - 1, sendData });
    expect(frame.byteLength).toBeLessThanOrEqual(limits.clientFrameBytesMax);
    expect(frame.byteLength).toBeGreaterThan(limits.clientFrameBytesMax - 256);
  });

  it('dataDeliveredBurstBytes: a largest message to a full room fits, and dataBurstBytes several of them', () => {
    const message = limits.dataBytesMax + 4 * limits.topicLengthMax;
    expect(limits.participantsPerRoomMax * message).toBeLessThanOrEqual(limits.dataDeliveredBurstBytes);
    expect(Math.floor(limits.dataBurstBytes / message)).toBeGreaterThanOrEqual(7);
  });
});

describe('a whole message on a data channel of a LiveKit client', () => {
  it.each(['_reliable', '_lossy'])(
    'of dataBytesMax over %s is passed on, and of one byte more dropped',
    async (label) => {
      const eve = new MemoryLiveKit(cloud, node).open({ identity: `eve${label}`, answers: true });
      await eve.hears('join');
      await settled();
      const messageOf = (size: number): Uint8Array => {
        const packet = (payload: number): Uint8Array =>
          new DataPacket({ value: { case: 'user', value: new UserPacket({ payload: bytes(payload) }) } }).toBinary();
        return packet(size - (packet(size).byteLength - size));
      };
      const largest = messageOf(limits.dataBytesMax);
      expect([largest.byteLength, messageOf(limits.dataBytesMax + 1).byteLength]).toEqual([65_535, 65_536]);
      const before = home.called('data').length;
      eve.bridge.takeChannel(label, largest);
      eve.bridge.takeChannel(label, messageOf(limits.dataBytesMax + 1));
      await settled();
      const passed = home.called('data').slice(before) as { data: wire.DataReceived }[];
      expect(passed.map(({ data: { payload, lossy } }) => [payload?.byteLength, lossy])).toEqual([
        [limits.dataBytesMax - 8, label === '_lossy'],
      ]);
      expect(eve.dropped).toEqual(['FRAME_TOO_LARGE']);
    },
  );

  it('comes to it over the channel that can carry it, with its kind', async () => {
    const eve = new MemoryLiveKit(cloud, node).open({ identity: 'eve', answers: true });
    await eve.hears('join');
    await settled();
    const { sessionId } = eve.session;
    const before = home.called('channel').length;
    const sizes = [limits.lossyDataBytesMax, bounds.liveKitLossyPacketBytesMax + 1, limits.dataBytesMax];
    for (const size of sizes) {
      const sent = {
        sessionId: ann.joined?.sessionId ?? '',
        identity: 'ann',
        payload: bytes(size),
        topic: 't',
        lossy: true,
      };
      home.say('sig-fra', note.roomData, { roomKey: 'acme/lobby', data: sent, destinationSessionIds: [sessionId] });
    }
    await settled();
    const heard = home.called('channel').slice(before) as wire.ChannelMessage[];
    expect(heard.map(({ label }) => label)).toEqual(['_lossy', '_reliable', '_reliable']);
    const packets = heard.map(({ payload }) => DataPacket.fromBinary(payload));
    expect(new Set(packets.map(({ kind }) => kind))).toEqual(new Set([DataPacket_Kind.LOSSY]));
    for (const { payload } of heard) expect(payload.byteLength).toBeLessThanOrEqual(limits.channelMessageBytesMax);
  });
});
