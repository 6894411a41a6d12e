// Translates calls and results that LiveKit's SDKs send as text streams (version 2 of their RPC) to our messages in
// parts (base/protocol/src/rpc-wire.ts), and back. Nothing is assembled here: each packet becomes one message, so an
// open stream takes an entry of some hundred bytes, whatever its length.
//
// Case 1: a header with the whole content is a call or result in one message.
// Case 2: a header, chunks in order and a trailer are a call or result in parts; a repeated chunk is ignored.
// Case 3: a stream with a gap, a second header, or a trailer with a reason is cut: its receiver gets the end, and its
//         further packets are dropped until its trailer.
// Case 4: beyond `rpcStreamsMax` open streams of a client the oldest is cut.
// Case 5: a call that cannot be made is answered with an error at once, and its further packets are dropped.
import {
  DataPacket,
  DataStream_Chunk,
  DataStream_CompressionType,
  DataStream_Header,
  DataStream_TextHeader,
  DataStream_Trailer,
} from '@livekit/protocol';
import { limits, type RpcPartMessage, type RpcWhole, rpcMessageOf, rpcTopicOf } from '@meridian/protocol';
import { type RpcOutgoing, rpcErrors } from './rpc-packets.ts';

/** Topics and attributes of livekit-client's RPC. */
const topics = { call: 'lk.rpc_request', result: 'lk.rpc_response' } as const;
const attributes = {
  id: 'lk.rpc_request_id',
  method: 'lk.rpc_request_method',
  timeoutMs: 'lk.rpc_request_response_timeout_ms',
  version: 'lk.rpc_request_version',
} as const;
const streamVersion = '2';
const timeoutMsMax = 999_999_999;

/** Open streams of a client: as many calls at once, and as many results. */
export const rpcStreamsMax = 128;

/** Packet of a stream as a message for its receiver, or the error that a caller gets at once. */
export interface RpcStreamPacket {
  readonly whole: RpcWhole;
  /** Id of the call; '' when the packet names none. */
  readonly id: string;
  readonly outgoing: RpcOutgoing | undefined;
  /** Session that receives the stream, as its header named it. */
  readonly receiver: string | undefined;
  /** Topic of the message that cuts the stream, for a queue that has to give it up. */
  readonly cutTopic?: string;
  /** Oldest stream, which is cut to make room. */
  readonly displaced?: { readonly topic: string; readonly receiver: string };
}

interface OpenStream {
  readonly whole: RpcWhole;
  readonly id: string;
  readonly receiver: string;
  /** Number of the next chunk; undefined after the stream was cut. */
  next: number | undefined;
}

export const rpcWholeOf = ({ topic }: DataStream_Header): RpcWhole | undefined =>
  topic === topics.call ? 'call' : topic === topics.result ? 'result' : undefined;

/** Open RPC streams of a single client. */
export class RpcStreams {
  readonly #streams = new Map<string, OpenStream>();

  has(streamId: string): boolean {
    return this.#streams.has(streamId);
  }

  /** `receiver`: session id; undefined: the stream has no receiver, or several. */
  header(whole: RpcWhole, header: DataStream_Header, receiver: string | undefined): RpcStreamPacket {
    const { streamId, inlineContent, compression } = header;
    const known = this.#streams.get(streamId);
    if (known !== undefined) return this.#cut(known);
    const id = header.attributes[attributes.id] ?? '';
    const about = { whole, id, receiver };
    const isCompressed = compression !== DataStream_CompressionType.NONE;
    const begun = isCompressed ? rpcErrors.unsupportedVersion : beginningOf(whole, header);
    if (inlineContent !== undefined) {
      const isWhole = begun.ok && inlineContent.byteLength <= limits.dataBytesMax;
      return {
        ...about,
        outgoing: isWhole ? { ...begun, topic: inOneMessage(begun.topic), payload: inlineContent } : begun,
      };
    }
    const isOpen = begun.ok && receiver !== undefined;
    const stream = { whole, id, receiver: receiver ?? '', next: isOpen ? 0 : undefined };
    const displaced = this.#begin(streamId, stream);
    return {
      ...about,
      outgoing: begun,
      ...(isOpen && { cutTopic: cutTopicOf(stream) }),
      ...(displaced && { displaced }),
    };
  }

  chunk({ streamId, chunkIndex, content }: DataStream_Chunk): RpcStreamPacket {
    const stream = this.#streams.get(streamId);
    if (stream?.next === undefined || chunkIndex < BigInt(stream.next)) return ignored;
    if (chunkIndex !== BigInt(stream.next) || stream.next >= chunksMax) return this.#cut(stream);
    const { whole, id, next: number } = stream;
    stream.next += 1;
    return messageOf(stream, { type: 'part', whole, id, number }, content);
  }

  trailer({ streamId, reason }: DataStream_Trailer): RpcStreamPacket {
    const stream = this.#streams.get(streamId);
    this.#streams.delete(streamId);
    if (stream?.next === undefined) return ignored;
    const { whole, id, next: number } = stream;
    return reason === '' ? messageOf(stream, { type: 'end', whole, id, number }) : this.#cut(stream);
  }

  #cut(stream: OpenStream): RpcStreamPacket {
    if (stream.next === undefined) return ignored;
    stream.next = undefined;
    return messageOf(stream, { type: 'cut', whole: stream.whole, id: stream.id });
  }

  #begin(streamId: string, stream: OpenStream): RpcStreamPacket['displaced'] {
    const [oldest] = this.#streams;
    const isFull = this.#streams.size >= rpcStreamsMax && oldest !== undefined;
    if (isFull) this.#streams.delete(oldest[0]);
    this.#streams.set(streamId, stream);
    if (!isFull || oldest[1].next === undefined) return undefined;
    return { topic: cutTopicOf(oldest[1]), receiver: oldest[1].receiver };
  }
}

/** Numbers that our topics carry. */
const chunksMax = 999_999_999;
const nothing: Uint8Array = new Uint8Array();
const ignored: RpcStreamPacket = { whole: 'result', id: '', outgoing: undefined, receiver: undefined };

const cutTopicOf = ({ whole, id }: Pick<OpenStream, 'whole' | 'id'>): string => rpcTopicOf({ type: 'cut', whole, id });

function messageOf(stream: OpenStream, message: RpcPartMessage, payload: Uint8Array = nothing): RpcStreamPacket {
  const { whole, id, receiver } = stream;
  return {
    whole,
    id,
    receiver,
    outgoing: { ok: true, topic: rpcTopicOf(message), payload },
    cutTopic: cutTopicOf(stream),
  };
}

function beginningOf(whole: RpcWhole, header: DataStream_Header): RpcOutgoing {
  const id = header.attributes[attributes.id] ?? '';
  if (whole === 'result') return checked({ type: 'resultBegins', id });
  const method = header.attributes[attributes.method] ?? '';
  if (header.attributes[attributes.version] !== streamVersion) return rpcErrors.unsupportedVersion;
  const announced = Number.parseInt(header.attributes[attributes.timeoutMs] ?? '', 10);
  const timeoutMs = Math.min(Math.max(Number.isNaN(announced) ? 1 : announced, 1), timeoutMsMax);
  return checked({ type: 'callBegins', id, timeoutMs, method });
}

/** A method that our topic cannot carry is registered nowhere. */
function checked(message: RpcPartMessage): RpcOutgoing {
  const topic = rpcTopicOf(message);
  const isReadable = topic.length <= limits.topicLengthMax && rpcMessageOf(topic) !== undefined;
  return isReadable ? { ok: true, topic, payload: nothing } : rpcErrors.unsupportedMethod;
}

/** Returns the topic of the whole call or result, from the topic of its parts. */
function inOneMessage(topic: string): string {
  const message = rpcMessageOf(topic);
  if (message?.type === 'callBegins') return rpcTopicOf({ ...message, type: 'call' });
  return message?.type === 'resultBegins' ? rpcTopicOf({ ...message, type: 'result' }) : topic;
}

/**
 * Returns the client's packet for a message about a payload in parts. The stream's id contains the sender's session, so
 * that no participant can write into the stream of another.
 */
export function rpcStreamPacketOf(
  message: RpcPartMessage,
  { payload, sid, wallMs }: { readonly payload: Uint8Array; readonly sid: string; readonly wallMs: number },
): DataPacket {
  const streamOf = (whole: RpcWhole): string => `rpc-${sid}-${whole}-${message.id}`;
  switch (message.type) {
    case 'part': {
      const chunk = { streamId: streamOf(message.whole), chunkIndex: BigInt(message.number), content: payload };
      return new DataPacket({ value: { case: 'streamChunk', value: new DataStream_Chunk(chunk) } });
    }
    case 'end':
    case 'cut': {
      const trailer = { streamId: streamOf(message.whole), reason: message.type === 'cut' ? 'CUT' : '' };
      return new DataPacket({ value: { case: 'streamTrailer', value: new DataStream_Trailer(trailer) } });
    }
    default: {
      const whole = message.type === 'callBegins' ? 'call' : 'result';
      const value = new DataStream_Header({
        streamId: streamOf(whole),
        timestamp: BigInt(Math.floor(wallMs)),
        topic: topics[whole],
        mimeType: 'text/plain',
        attributes: attributesOf(message),
        contentHeader: { case: 'textHeader', value: new DataStream_TextHeader() },
      });
      return new DataPacket({ value: { case: 'streamHeader', value } });
    }
  }
}

const attributesOf = (
  message: Extract<RpcPartMessage, { type: 'callBegins' | 'resultBegins' }>,
): Record<string, string> =>
  message.type === 'resultBegins'
    ? { [attributes.id]: message.id }
    : {
        [attributes.id]: message.id,
        [attributes.method]: message.method,
        [attributes.timeoutMs]: String(message.timeoutMs),
        [attributes.version]: streamVersion,
      };
