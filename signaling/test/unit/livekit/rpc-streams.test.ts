// Tests calls that LiveKit's SDKs send as text streams, to and from our messages in parts.
import {
  DataPacket,
  DataStream_Chunk,
  DataStream_CompressionType,
  DataStream_Header,
  DataStream_TextHeader,
  DataStream_Trailer,
} from '@livekit/protocol';
import { type RpcMessage, rpcMessageOf } from '@meridian/protocol';
import { describe, expect, it, test } from 'vitest';
import { type Outgoing, PacketTranslator, packetTopic, rpcStreamsMax } from '../../../src/core/livekit/index.ts';
import { person } from '../fixtures.ts';
import { joined } from './rooms.ts';

type Value = DataPacket['value'];
const room = () => joined({ others: [person('bob'), person('eve')] });
const textOf = (bytes: Uint8Array | null | undefined): string => new TextDecoder().decode(bytes ?? undefined);
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const aboutCall = {
  'lk.rpc_request_id': 'id-1',
  'lk.rpc_request_method': 'greet',
  'lk.rpc_request_response_timeout_ms': '15000',
  'lk.rpc_request_version': '2',
};
const header = (o: ConstructorParameters<typeof DataStream_Header>[0] = {}): Value => ({
  case: 'streamHeader',
  value: new DataStream_Header({
    streamId: 's',
    topic: 'lk.rpc_request',
    mimeType: 'text/plain',
    attributes: aboutCall,
    contentHeader: { case: 'textHeader', value: new DataStream_TextHeader() },
    ...o,
  }),
});
const resultHeader = (o: ConstructorParameters<typeof DataStream_Header>[0] = {}): Value =>
  header({ topic: 'lk.rpc_response', attributes: { 'lk.rpc_request_id': 'id-1' }, ...o });
const chunk = (index: number, text: string, streamId = 's'): Value => ({
  case: 'streamChunk',
  value: new DataStream_Chunk({ streamId, chunkIndex: BigInt(index), content: bytesOf(text) }),
});
const trailer = (o: ConstructorParameters<typeof DataStream_Trailer>[0] = {}): Value => ({
  case: 'streamTrailer',
  value: new DataStream_Trailer({ streamId: 's', ...o }),
});

/** Sends packets of a client to the participant bob. */
function client(to: string[] = ['bob']) {
  const packets = new PacketTranslator(room());
  return (...values: Value[]): Outgoing[] =>
    values.map((value) =>
      packets.fromClient(new DataPacket({ value, destinationIdentities: to }), { lossy: false, nowMs: 0 }),
    );
}
const messagesOf = (out: readonly Outgoing[]): [RpcMessage | undefined, string][] =>
  out
    .flatMap(({ messages }) => messages)
    .map(({ sendData }) => [rpcMessageOf(sendData?.topic ?? ''), textOf(sendData?.payload)]);
const errorOf = ({ packets }: Outgoing): unknown => {
  const [ack, answer] = packets.map(({ packet }) => packet.value);
  expect(ack?.case).toBe('rpcAck');
  return answer?.case === 'rpcResponse' && answer.value.value.case === 'error' ? answer.value.value.value.code : answer;
};
const cut = { type: 'cut', whole: 'call', id: 'id-1' };

describe('a stream of a call', () => {
  it('becomes a call in parts to its receiver alone', () => {
    const out = client()(header(), chunk(0, 'a'), chunk(1, 'b'), trailer());
    expect(messagesOf(out)).toEqual([
      [{ type: 'callBegins', id: 'id-1', timeoutMs: 15_000, method: 'greet' }, ''],
      [{ type: 'part', whole: 'call', id: 'id-1', number: 0 }, 'a'],
      [{ type: 'part', whole: 'call', id: 'id-1', number: 1 }, 'b'],
      [{ type: 'end', whole: 'call', id: 'id-1', number: 2 }, ''],
    ]);
    const receivers = out.flatMap(({ messages }) => messages).map(({ sendData }) => sendData?.destinationSessionIds);
    expect(new Set(receivers.flat())).toEqual(new Set(['PA_bob']));
    expect(out.map(({ cutTopic }) => rpcMessageOf(cutTopic ?? ''))).toEqual([cut, cut, cut, cut]);
  });

  it('that is one packet becomes a call in one message', () => {
    const [out] = client()(header({ inlineContent: bytesOf('hé') }));
    expect(messagesOf([out as Outgoing])).toEqual([
      [{ type: 'call', id: 'id-1', timeoutMs: 15_000, method: 'greet' }, 'hé'],
    ]);
  });

  it('of a result becomes a result in parts, or in one message', () => {
    expect(messagesOf(client()(resultHeader(), chunk(0, 'a'), trailer()))).toEqual([
      [{ type: 'resultBegins', id: 'id-1' }, ''],
      [{ type: 'part', whole: 'result', id: 'id-1', number: 0 }, 'a'],
      [{ type: 'end', whole: 'result', id: 'id-1', number: 1 }, ''],
    ]);
    expect(messagesOf(client()(resultHeader({ inlineContent: bytesOf('hi') })))).toEqual([
      [{ type: 'result', id: 'id-1' }, 'hi'],
    ]);
  });

  test.each<[string, Value[]]>([
    ['a gap', [header(), chunk(1, 'b')]],
    ['a second header', [header(), header()]],
    ['a trailer with a reason', [header(), trailer({ reason: 'aborted' })]],
  ])('with %s is cut, and its further packets are dropped', (_, values) => {
    const says = client();
    expect(messagesOf(says(...values)).at(-1)).toEqual([cut, '']);
    const later = says(chunk(0, 'a'), chunk(1, 'b'));
    expect(messagesOf(later).filter(([message]) => message !== undefined)).toEqual([]);
  });

  it('ignores a repeated chunk', () => {
    const out = client()(header(), chunk(0, 'a'), chunk(0, 'a'), chunk(1, 'b'), trailer());
    expect(messagesOf(out).map(([, text]) => text)).toEqual(['', 'a', 'b', '']);
  });

  test.each<[string, string[], Value, number]>([
    ['to a participant that is gone', ['gone'], header(), 1401],
    ['to all', [], header(), 1401],
    ['of another version', ['bob'], header({ attributes: { ...aboutCall, 'lk.rpc_request_version': '3' } }), 1404],
    ['that is compressed', ['bob'], header({ compression: DataStream_CompressionType.DEFLATE_RAW }), 1404],
    [
      'with a method that no topic carries',
      ['bob'],
      header({ attributes: { ...aboutCall, 'lk.rpc_request_method': 'm'.repeat(120) } }),
      1400,
    ],
    [
      'without a method',
      ['bob'],
      header({ attributes: { 'lk.rpc_request_id': 'id-1', 'lk.rpc_request_version': '2' } }),
      1400,
    ],
    ['in one packet, to a participant that is gone', ['gone'], header({ inlineContent: bytesOf('a') }), 1401],
  ])('%s is answered with an error at once, and its further packets are dropped', (_, to, value, code) => {
    const says = client(to);
    const [out] = says(value);
    expect(out?.messages).toEqual([]);
    expect(errorOf(out as Outgoing)).toBe(code);
    const later = says(chunk(0, 'a'), trailer());
    expect(later.flatMap(({ messages }) => messages).filter(({ sendData }) => sendData?.topic !== packetTopic)).toEqual(
      [],
    );
  });

  it('of a result that cannot be read fails its call', () => {
    const out = client()(resultHeader({ compression: DataStream_CompressionType.DEFLATE_RAW }));
    expect(messagesOf(out).map(([message]) => message)).toEqual([{ type: 'error', id: 'id-1', code: 1500 }]);
  });

  it('gives way, cut, when its sender has too many open', () => {
    const says = client();
    for (let index = 0; index < rpcStreamsMax; index += 1)
      says(header({ streamId: `s${index}`, attributes: { ...aboutCall, 'lk.rpc_request_id': `id-${index}` } }));
    const [out] = says(header({ streamId: 'last', attributes: { ...aboutCall, 'lk.rpc_request_id': 'last' } }));
    expect(messagesOf([out as Outgoing]).map(([message]) => message)).toEqual([
      { type: 'cut', whole: 'call', id: 'id-0' },
      { type: 'callBegins', id: 'last', timeoutMs: 15_000, method: 'greet' },
    ]);
  });
});

describe('a call or result in parts, for a client', () => {
  const heard = (out: readonly Outgoing[], sessionId = 'PA_bob') =>
    out
      .flatMap(({ messages }) => messages)
      .flatMap(({ sendData }) => {
        const { topic = '', payload = new Uint8Array() } = sendData ?? {};
        return new PacketTranslator(room()).fromRoom({ sessionId, identity: 'bob', topic, payload, wallMs: 99 })
          .packets;
      })
      .map(({ packet }) => packet);

  test.each<[string, Value[]]>([
    ['call', [header(), chunk(0, 'a'), chunk(1, 'b'), trailer()]],
    ['result', [resultHeader(), chunk(0, 'a'), chunk(1, 'b'), trailer()]],
  ])('is the stream that was sent, with an id of its own: %s', (whole, values) => {
    const packets = heard(client()(...values));
    const streamId = `rpc-PA_bob-${whole}-id-1`;
    const expected = values.map(({ value }) => Object.assign(value as object, { streamId }));
    expect(packets.map(({ value }) => value.value)).toEqual([
      Object.assign(expected[0] as object, { timestamp: 99n }),
      ...expected.slice(1),
    ]);
    expect(new Set(packets.map(({ participantIdentity }) => participantIdentity))).toEqual(new Set(['bob']));
  });

  it('ends with a reason when it is cut', () => {
    const packets = heard(client()(header(), chunk(1, 'b')));
    expect(packets.at(-1)?.value).toMatchObject({ case: 'streamTrailer', value: { reason: 'CUT' } });
  });

  it('cannot be written by another participant', () => {
    const streams = ['PA_bob', 'PA_eve'].map((sid) => heard(client()(header()), sid)[0]?.value.value);
    expect(new Set(streams.map((value) => (value as DataStream_Header).streamId)).size).toBe(2);
  });
});
