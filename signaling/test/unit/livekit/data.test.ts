// Tests data, chat and calls between LiveKit clients and ours.
import {
  ActiveSpeakerUpdate,
  ChatMessage,
  DataPacket,
  DataPacket_Kind,
  DataStream_Chunk,
  DataStream_CompressionType,
  DataStream_Header,
  DataStream_OperationType,
  DataStream_TextHeader,
  DataStream_Trailer,
  EncryptedPacket,
  MetricsBatch,
  RpcAck,
  RpcError,
  RpcRequest,
  RpcResponse,
  SipDTMF,
  Transcription,
  UserPacket,
} from '@livekit/protocol';
import { limits, rpcMessageOf, rpcTopicOf, type wire } from '@meridian/protocol';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Outgoing, PacketTranslator, packetTopic, type SentPacket } from '../../../src/core/livekit/index.ts';
import { person } from '../fixtures.ts';
import { joined } from './rooms.ts';

type Fields = ConstructorParameters<typeof DataPacket>[0];
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | null | undefined): string => new TextDecoder().decode(bytes ?? undefined);
const room = (kind: '' | 'show' = '') => joined({ others: [person('bob'), person('eve')], info: { kind } });
const client = (kind: '' | 'show' = '') => {
  const packets = new PacketTranslator(room(kind));
  return (fields: Fields, o: { lossy?: boolean; nowMs?: number } = {}): Outgoing =>
    packets.fromClient(new DataPacket(fields), { lossy: o.lossy ?? false, nowMs: o.nowMs ?? 0 });
};
const user = (o: ConstructorParameters<typeof UserPacket>[0]): Fields => ({
  value: { case: 'user', value: new UserPacket({ payload: Uint8Array.of(1), ...o }) },
});
const received = (o: wire.DataReceived.$Properties) =>
  new PacketTranslator(room()).fromRoom({ sessionId: 'PA_bob', identity: 'bob', payload: new Uint8Array(), ...o });
const only = (packets: readonly SentPacket[]): DataPacket => {
  expect(packets).toHaveLength(1);
  return packets[0]?.packet ?? new DataPacket();
};
const sent = (out: Outgoing) => {
  expect(out).toMatchObject({ packets: [], messages: [{ sendData: {} }] });
  return out.messages[0]?.sendData ?? {};
};
const dropped = (out: Outgoing) => {
  expect(out).toMatchObject({ messages: [], packets: [] });
  return out.dropped;
};

describe('data from a client', () => {
  test.each<[string, Fields, boolean, string]>([
    ['an empty packet', {}, false, 'kind'],
    [
      'speakers, which the server names',
      { value: { case: 'speaker', value: new ActiveSpeakerUpdate() } },
      false,
      'kind',
    ],
    ['too many bytes', user({ payload: new Uint8Array(limits.dataBytesMax + 1) }), false, 'data_too_large'],
    ['too many lossy bytes', user({ payload: new Uint8Array(limits.dataBytesMax + 1) }), true, 'data_too_large'],
    ['a long topic', user({ topic: 't'.repeat(limits.topicLengthMax + 1) }), false, 'topic'],
    ['a topic of calls', user({ topic: 'meridian.rpc 1 ack a' }), false, 'topic'],
    ['a topic of packets', user({ topic: packetTopic }), false, 'topic'],
    [
      'too many receivers',
      {
        ...user({}),
        destinationIdentities: Array.from({ length: limits.destinationsMax + 1 }, (_, index) => `p${index}`),
      },
      false,
      'destinations',
    ],
    ['absent receivers alone', { ...user({}), destinationIdentities: ['gone'] }, false, 'recipient_unknown'],
    ['absent receivers alone, by sid', user({ destinationSids: ['PA_gone'] }), false, 'recipient_unknown'],
  ])('is dropped: %s', (_, fields, lossy, why) => {
    expect(dropped(client()(fields, { lossy }))).toBe(why);
  });

  it('becomes a data message of its topic to all participants', () => {
    expect(sent(client()(user({ topic: 'cursor' }), { lossy: true }))).toEqual({
      topic: 'cursor',
      payload: Uint8Array.of(1),
      lossy: true,
      destinationSessionIds: [],
    });
    const largest = user({ payload: new Uint8Array(limits.dataBytesMax) });
    for (const lossy of [false, true]) expect(sent(client()(largest, { lossy }))).toMatchObject({ topic: '', lossy });
  });

  test.each<[string, Fields]>([
    ['the packet', { ...user({}), destinationIdentities: ['bob', 'gone', 'bob'] }],
    ['the older field', user({ destinationIdentities: ['bob'] })],
    ['the oldest field', user({ destinationSids: ['PA_bob', 'PA_gone'] })],
  ])('goes to the participants that %s names', (_, fields) => {
    expect(sent(client()(fields)).destinationSessionIds).toEqual(['PA_bob']);
  });
});

describe('data for a client', () => {
  it('has the sender that the service vouches for', () => {
    const packet = only(received({ topic: 'cursor', payload: Uint8Array.of(9), lossy: true }).packets);
    expect(packet).toMatchObject({
      participantIdentity: 'bob',
      participantSid: 'PA_bob',
      kind: DataPacket_Kind.LOSSY,
      value: {
        case: 'user',
        value: { topic: 'cursor', payload: Uint8Array.of(9), participantIdentity: 'bob', participantSid: 'PA_bob' },
      },
    });
    const untitled = only(received({ topic: '' }).packets);
    expect(untitled.value.case === 'user' && 'topic' in untitled.value.value).toBe(false);
  });

  test.each<[string, Uint8Array, string]>([
    ['bytes that are no packet', Uint8Array.of(0xff), 'malformed'],
    ['too many bytes', new Uint8Array(limits.dataBytesMax + 1), 'malformed'],
    ['nothing', new Uint8Array(), 'kind'],
    ['speakers', new DataPacket({ value: { case: 'speaker', value: new ActiveSpeakerUpdate() } }).toBinary(), 'kind'],
    ['a user’s packet', new DataPacket(user({})).toBinary(), 'kind'],
    ['a call', new DataPacket({ value: { case: 'rpcRequest', value: new RpcRequest() } }).toBinary(), 'kind'],
  ])('passed on as a packet is dropped when it is %s', (_, payload, why) => {
    expect(received({ topic: packetTopic, payload })).toEqual({ packets: [], dropped: why });
  });
});

describe('other packets', () => {
  const kinds: Fields[] = [
    {
      value: {
        case: 'transcription',
        value: new Transcription({ trackId: 'TR_1', transcribedParticipantIdentity: 'bob' }),
      },
    },
    { value: { case: 'sipDtmf', value: new SipDTMF({ digit: '5' }) } },
    { value: { case: 'metrics', value: new MetricsBatch({ timestampMs: 4n }) } },
    {
      value: {
        case: 'encryptedPacket',
        value: new EncryptedPacket({ iv: Uint8Array.of(1), encryptedValue: Uint8Array.of(2) }),
      },
    },
    {
      value: {
        case: 'streamHeader',
        value: new DataStream_Header({ streamId: 's', topic: 'files', inlineContent: Uint8Array.of(1) }),
      },
    },
    { value: { case: 'streamChunk', value: new DataStream_Chunk({ streamId: 's', content: new Uint8Array(15_000) }) } },
    { value: { case: 'streamTrailer', value: new DataStream_Trailer({ streamId: 's' }) } },
  ];
  test.each(kinds.map((fields) => [fields?.value?.case, fields] as const))(
    '%s arrives as it was sent, with its sender',
    (_, fields) => {
      const spoofed = {
        ...fields,
        participantIdentity: 'eve',
        participantSid: 'PA_eve',
        sequence: 9,
        destinationIdentities: ['bob'],
      };
      const { topic, payload, destinationSessionIds } = sent(client()(spoofed));
      expect([topic, destinationSessionIds]).toEqual([packetTopic, ['PA_bob']]);
      const packet = only(received({ topic: packetTopic, payload: payload ?? null }).packets);
      expect(packet.value).toEqual(new DataPacket(fields).value);
      expect(packet).toMatchObject({
        participantIdentity: 'bob',
        participantSid: 'PA_bob',
        sequence: 0,
        destinationIdentities: [],
      });
    },
  );

  it('have the real sender, whatever the payload claims', () => {
    const payload = new DataPacket({
      participantIdentity: 'eve',
      participantSid: 'PA_eve',
      value: { case: 'sipDtmf', value: new SipDTMF() },
    }).toBinary();
    expect(only(received({ topic: packetTopic, payload }).packets)).toMatchObject({
      participantIdentity: 'bob',
      participantSid: 'PA_bob',
    });
  });

  it('data that is translated to our form and back keeps payload and topic', () => {
    const topic = fc
      .string({ maxLength: 40 })
      .filter((one) => !one.startsWith('meridian.') && !one.startsWith('lk-chat') && one !== packetTopic);
    fc.assert(
      fc.property(topic, fc.uint8Array({ maxLength: 300 }), fc.boolean(), (name, payload, lossy) => {
        const data = sent(client()(user({ topic: name, payload }), { lossy }));
        const { value } = only(received({ ...data, payload: data.payload ?? null, topic: name, lossy }).packets);
        expect(value).toMatchObject({ case: 'user', value: name === '' ? { payload } : { payload, topic: name } });
      }),
    );
  });
});

describe('chat from a client', () => {
  const header = (
    o: ConstructorParameters<typeof DataStream_Header>[0] = {},
    destinationIdentities: string[] = [],
  ): Fields => ({
    destinationIdentities,
    value: {
      case: 'streamHeader',
      value: new DataStream_Header({
        streamId: 's',
        topic: 'lk.chat',
        contentHeader: { case: 'textHeader', value: new DataStream_TextHeader() },
        ...o,
      }),
    },
  });
  const chunk = (index: number, content: string | Uint8Array, streamId = 's'): Fields => ({
    value: {
      case: 'streamChunk',
      value: new DataStream_Chunk({
        streamId,
        chunkIndex: BigInt(index),
        content: typeof content === 'string' ? bytesOf(content) : content,
      }),
    },
  });
  const trailer = (o: ConstructorParameters<typeof DataStream_Trailer>[0] = {}): Fields => ({
    value: { case: 'streamTrailer', value: new DataStream_Trailer({ streamId: 's', ...o }) },
  });
  const all = (...packets: Fields[]): { posts: (string | null | undefined)[]; why: unknown[]; passed: number } => {
    const ask = client('show');
    const outs = packets.map((packet) => ask(packet));
    return {
      posts: outs.flatMap(({ messages }) => messages.flatMap(({ sendPost }) => (sendPost ? [sendPost.text] : []))),
      why: outs.flatMap(({ dropped: why }) => why ?? []),
      passed: outs.filter(({ messages }) => messages.some(({ sendData }) => sendData != null)).length,
    };
  };
  const legacy = (payload: string, o: ConstructorParameters<typeof UserPacket>[0] = {}): Fields =>
    user({ topic: 'lk-chat-topic', payload: bytesOf(payload), ...o });
  const message = (o: ConstructorParameters<typeof ChatMessage>[0]): Fields => ({
    value: { case: 'chatMessage', value: new ChatMessage({ id: 'm', message: 'hello', ...o }) },
  });

  test.each<[string, Fields[], string[]]>([
    ['a chunk out of order', [header(), chunk(1, 'b'), chunk(0, 'a'), trailer()], ['chat_malformed']],
    ['a chunk twice', [header(), chunk(0, 'a'), chunk(0, 'a'), trailer()], ['chat_malformed']],
    ['a header twice', [header(), header(), chunk(0, 'a'), trailer()], ['chat_malformed']],
    ['bytes that are no text', [header(), chunk(0, Uint8Array.of(0xc3)), trailer()], ['chat_malformed']],
    ['a stream that its sender gives up', [header(), chunk(0, 'a'), trailer({ reason: 'x' })], ['chat_malformed']],
    [
      'too many bytes by its header',
      [header({ totalLength: 1_000_000n }), chunk(0, 'a'), trailer()],
      ['chat_too_long'],
    ],
    ['too many bytes in its chunks', [header(), chunk(0, 'a'.repeat(8001)), trailer()], ['chat_too_long']],
    ['more characters than its posts take', [header(), chunk(0, 'a'.repeat(2001)), trailer()], ['chat_too_long']],
    [
      'endless empty chunks',
      [header(), ...Array.from({ length: 65 }, (_, index) => chunk(index, '')), trailer()],
      ['chat_too_long'],
    ],
    [
      'compressed',
      [header({ compression: DataStream_CompressionType.DEFLATE_RAW }), chunk(0, 'a'), trailer()],
      ['chat_compressed'],
    ],
    [
      'compressed in its header',
      [header({ compression: DataStream_CompressionType.DEFLATE_RAW, inlineContent: bytesOf('a') })],
      ['chat_compressed'],
    ],
    ['only blanks', [header(), chunk(0, ' \n'), trailer()], ['chat_empty']],
    ['legacy, no JSON', [legacy('{')], ['chat_malformed']],
    ['legacy, no object', [legacy('null')], ['chat_malformed']],
    ['legacy, no text', [legacy('{"message":5}')], ['chat_malformed']],
    ['a deleted message', [message({ deleted: true })], ['chat_edit']],
    ['an edited message', [message({ editTimestamp: 5n })], ['chat_edit']],
    ['a legacy edit', [user({ topic: 'lk-chat-update-topic' })], ['chat_edit']],
  ])('is dropped: %s', (_, packets, why) => {
    expect(all(...packets)).toEqual({ posts: [], why, passed: 0 });
  });

  test.each<[string, Fields[]]>([
    ['a stream', [header({ totalLength: 5n }), chunk(0, 'hel'), chunk(1, 'lo'), trailer()]],
    ['a stream in its header', [header({ inlineContent: bytesOf('hello') })]],
    ['ChatMessage', [message({})]],
    ['the legacy topic', [legacy('{"message":"hello"}')]],
    [
      'components, which send two forms',
      [header(), chunk(0, 'hello'), trailer(), legacy('{"message":"hello","ignoreLegacy":true}')],
    ],
  ])('is one post: %s', (_, packets) => {
    expect(all(...packets)).toEqual({ posts: ['hello'], why: [], passed: 0 });
  });

  it('is joined from bytes, not from texts, since a character may be split over two chunks', () => {
    const bytes = bytesOf('é');
    expect(all(header(), chunk(0, bytes.slice(0, 1)), chunk(1, bytes.slice(1)), trailer()).posts).toEqual(['é']);
  });

  it('is split into posts that the room accepts: without control characters, long texts in several', () => {
    expect(all(message({ message: 'a\r\nb\tc\u0007\u202ed' })).posts).toEqual(['a\nb cd']);
    expect(all(message({ message: '😀'.repeat(501) })).posts).toEqual(['😀'.repeat(500), '😀']);
    expect(all(message({ message: 'a'.repeat(2000) })).posts).toHaveLength(4);
  });

  it('to some participants is no post, and only they get it', () => {
    const ask = client();
    for (const fields of [header({}, ['bob']), { ...message({}), destinationIdentities: ['bob'] }])
      expect(sent(ask(fields))).toMatchObject({ topic: packetTopic, destinationSessionIds: ['PA_bob'] });
    expect(sent(ask({ ...chunk(0, 'secret'), destinationIdentities: ['bob'] }))).toMatchObject({
      destinationSessionIds: ['PA_bob'],
    });
    const old = sent(ask({ ...legacy('{"message":"secret"}'), destinationIdentities: ['bob'] }));
    expect(old).toMatchObject({ topic: 'lk-chat-topic', destinationSessionIds: ['PA_bob'] });
  });

  it('is passed on if it changes older lines', () => {
    const changed = new DataStream_TextHeader({ operationType: DataStream_OperationType.UPDATE });
    const contentHeader = { case: 'textHeader', value: changed } as const;
    expect(all(header({ contentHeader }), chunk(0, 'x'), trailer())).toEqual({ posts: [], why: [], passed: 3 });
  });

  it('is bounded in streams that never end, by number and by time', () => {
    const ask = client();
    for (let index = 0; index < 9; index += 1) ask(header({ streamId: `s${index}` }));
    expect(ask(chunk(0, 'a', 's0')).messages).toMatchObject([{ sendData: { topic: packetTopic } }]);
    expect(ask(chunk(0, 'a', 's1')).messages).toEqual([]);
    ask(header({ streamId: 'late' }), { nowMs: 30_000 });
    expect(ask(chunk(0, 'a', 's8'), { nowMs: 30_000 }).messages).toHaveLength(1);
    expect(ask(chunk(0, 'a', 'late'), { nowMs: 30_000 }).messages).toEqual([]);
  });
});

describe('chat of a meeting', () => {
  const line = (text: string) => bytesOf(JSON.stringify({ id: 'm', text }));
  const said = (message: string): Fields => ({
    value: { case: 'chatMessage', value: new ChatMessage({ id: 'm', message }) },
  });

  it('becomes a data message to all, in our SDK’s form; empty or too large chat is dropped', () => {
    const ask = client();
    expect(sent(ask(said('hello')))).toEqual({
      topic: 'meridian.chat',
      payload: line('hello'),
      lossy: false,
      destinationSessionIds: [],
    });
    expect(ask(said(' ')).dropped).toBe('chat_empty');
    expect(ask(said('x'.repeat(limits.dataBytesMax))).dropped).toBe('chat_too_long');
  });

  it('from another participant comes in the three forms that SDKs read, with its sender', () => {
    const { packets } = received({ topic: 'meridian.chat', payload: line('hi'), wallMs: 99 });
    expect(packets.map(({ packet }) => packet.value.case)).toEqual([
      'streamHeader',
      'streamChunk',
      'streamTrailer',
      'user',
      'chatMessage',
    ]);
    expect(packets[4]?.packet.value.value).toMatchObject({ id: 'm', message: 'hi', timestamp: 99n });
    expect(new Set(packets.map(({ packet }) => packet.participantSid))).toEqual(new Set(['PA_bob']));
  });

  it('without an id gets one, since SDKs merge lines of the same id', () => {
    const ids = [1, 2].map((wallMs) => {
      const { packets } = received({ topic: 'meridian.chat', payload: bytesOf('{"id":"","text":"hi"}'), wallMs });
      const { value } = packets[4]?.packet.value ?? {};
      return value instanceof ChatMessage ? value.id : '';
    });
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain('');
  });
});

describe('posts for a client', () => {
  const post = (o: wire.Post.$Properties): wire.Posts.$Properties => ({
    posts: [{ postId: 'PT_1', kind: 'chat', identity: 'bob', text: 'hé', wallMs: 1234, ...o }],
  });
  const shown = (o: wire.Post.$Properties) => new PacketTranslator(room()).posts(post(o)).packets;

  it('come in the three forms that SDKs read', () => {
    const packets = shown({});
    expect(packets.map(({ packet }) => packet.value.case)).toEqual([
      'streamHeader',
      'streamChunk',
      'streamTrailer',
      'user',
      'chatMessage',
    ]);
    expect(packets.map(({ packet }) => packet.value.value)).toMatchObject([
      {
        streamId: 'PT_1',
        topic: 'lk.chat',
        timestamp: 1234n,
        mimeType: 'text/plain',
        totalLength: 3n,
        contentHeader: { case: 'textHeader' },
      },
      { streamId: 'PT_1', chunkIndex: 0n, content: bytesOf('hé') },
      { streamId: 'PT_1', reason: '' },
      { topic: 'lk-chat-topic' },
      { id: 'PT_1', timestamp: 1234n, message: 'hé' },
    ]);
    const { value } = packets[3]?.packet ?? {};
    expect(JSON.parse(value?.case === 'user' ? textOf(value.value.payload) : '')).toEqual({
      id: 'PT_1',
      timestamp: 1234,
      message: 'hé',
      ignoreLegacy: true,
    });
    for (const { packet, lossy } of packets) {
      expect(packet).toMatchObject({
        participantIdentity: 'bob',
        participantSid: 'PA_bob',
        kind: DataPacket_Kind.RELIABLE,
      });
      expect(lossy).toBe(false);
    }
  });

  it('exclude the client’s own posts, and gifts', () => {
    expect(shown({ identity: 'ann' })).toEqual([]);
    expect(shown({ kind: 'gift' })).toEqual([]);
    expect(shown({ text: '' })).toEqual([]);
    expect(shown({ identity: '', kind: 'announcement' })[0]?.packet).toMatchObject({
      participantIdentity: '',
      participantSid: '',
    });
  });
});

describe('calls', () => {
  const to = (value: Fields, ...destinationIdentities: string[]): Fields => ({ ...value, destinationIdentities });
  const request = (o: ConstructorParameters<typeof RpcRequest>[0] = {}): Fields => ({
    value: {
      case: 'rpcRequest',
      value: new RpcRequest({
        id: 'id-1',
        method: 'greet',
        payload: 'hé',
        responseTimeoutMs: 15_000,
        version: 1,
        ...o,
      }),
    },
  });
  const response = (value: RpcResponse['value']): Fields => ({
    value: { case: 'rpcResponse', value: new RpcResponse({ requestId: 'id-1', value }) },
  });

  test.each<[string, Fields, number]>([
    ['of another version', to(request({ version: 2 }), 'bob'), 1404],
    ['compressed', to(request({ compressedPayload: Uint8Array.of(1) }), 'bob'), 1404],
    ['with a method that no topic carries', to(request({ method: 'm'.repeat(120) }), 'bob'), 1400],
    ['without a method', to(request({ method: '' }), 'bob'), 1400],
    ['with an id that is none', to(request({ id: 'a b' }), 'bob'), 1400],
    ['too large', to(request({ payload: 'a'.repeat(limits.dataBytesMax + 1) }), 'bob'), 1402],
    ['to a participant that is gone', to(request(), 'gone'), 1401],
    ['to all', request(), 1401],
  ])('that cannot be made are answered with an error at once: %s', (_, fields, code) => {
    const out = client()(fields);
    expect(out.messages).toEqual([]);
    // Native SDKs wait for the acknowledgement before any answer.
    expect(out.packets[0]?.packet.value.case).toBe('rpcAck');
    expect(only(out.packets.slice(1)).value).toMatchObject({
      case: 'rpcResponse',
      value: { value: { case: 'error', value: { code } } },
    });
  });

  test.each<[string, Fields, string]>([
    ['an answer to all', { value: { case: 'rpcAck', value: new RpcAck({ requestId: 'id-1' }) } }, 'recipient_unknown'],
    ['an ack of no call', to({ value: { case: 'rpcAck', value: new RpcAck() } }, 'bob'), 'rpc_malformed'],
  ])('are dropped if they are unreadable: %s', (_, fields, why) => {
    expect(dropped(client()(fields))).toBe(why);
  });

  test.each<[string, Fields]>([
    ['an empty answer', response({ case: undefined })],
    ['a compressed answer', response({ case: 'compressedPayload', value: Uint8Array.of(1) })],
    ['an answer too large', response({ case: 'payload', value: 'a'.repeat(limits.dataBytesMax + 1) })],
    [
      'an error with too much data',
      response({ case: 'error', value: new RpcError({ code: 1500, data: '\u0001'.repeat(15_000) }) }),
    ],
  ])('whose answer cannot be passed on fail at once: %s', (_, fields) => {
    const { topic } = sent(client()(to(fields, 'bob')));
    expect(rpcMessageOf(topic ?? '')).toEqual({ type: 'error', id: 'id-1', code: 1500 });
  });

  it('become calls of our SDK, with a method and a timeout', () => {
    const data = sent(client()(to(request(), 'bob')));
    expect(data).toMatchObject({ lossy: false, destinationSessionIds: ['PA_bob'] });
    expect(rpcMessageOf(data.topic ?? '')).toEqual({ type: 'call', id: 'id-1', timeoutMs: 15_000, method: 'greet' });
    expect(textOf(data.payload)).toBe('hé');
    const long = sent(
      client()(to(request({ id: '0'.repeat(36), method: 'm'.repeat(64), responseTimeoutMs: 600_000 }), 'bob')),
    );
    expect(rpcMessageOf(long.topic ?? '')).toMatchObject({ type: 'call', method: 'm'.repeat(64) });
    const endless = sent(client()(to(request({ responseTimeoutMs: 2 ** 32 - 1 }), 'bob')));
    expect(rpcMessageOf(endless.topic ?? '')).toMatchObject({ timeoutMs: 999_999_999 });
  });

  test.each<[string, Fields]>([
    ['a call', request()],
    ['an ack', { value: { case: 'rpcAck', value: new RpcAck({ requestId: 'id-1' }) } }],
    ['a result', response({ case: 'payload', value: 'fine' })],
    ['an empty result', response({ case: 'payload', value: '' })],
    ['an error', response({ case: 'error', value: new RpcError({ code: 1500, message: 'no', data: '{"a":1}' }) })],
  ])('arrive as they were sent: %s', (_, fields) => {
    const { topic, payload } = sent(client()(to(fields, 'bob')));
    const packet = only(received({ topic: topic ?? '', payload: payload ?? null }).packets);
    expect(packet.value).toEqual(new DataPacket(fields).value);
    expect(packet.participantIdentity).toBe('bob');
  });

  it('keep an error code that our form can carry', () => {
    const data = sent(client()(to(response({ case: 'error', value: new RpcError({ code: 2 ** 32 - 1 }) }), 'bob')));
    expect(rpcMessageOf(data.topic ?? '')).toEqual({ type: 'error', id: 'id-1', code: 1500 });
  });

  it('from our clients are dropped if unreadable; an error without a text is readable', () => {
    for (const topic of ['meridian.rpc', 'meridian.rpc 1 result', 'meridian.rpc 2 call id-1', 'meridian.rpc 3 call a'])
      expect(received({ topic })).toEqual({ packets: [], dropped: 'rpc_malformed' });
    for (const text of ['', '{', 'null', '{"message":5}']) {
      const topic = rpcTopicOf({ type: 'error', id: 'a', code: 7 });
      expect(only(received({ topic, payload: bytesOf(text) }).packets).value).toMatchObject({
        value: { value: { value: { code: 7, message: '', data: '' } } },
      });
    }
  });
});
