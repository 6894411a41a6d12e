// Assembles text streams of chat from a client, with bounds on open streams, bytes and time.
//
// Case 1: a header begins a stream; a second header of the same id gives the stream up.
// Case 2: a chunk in order and within the byte limit is added; any other chunk gives the stream up.
// Case 3: a trailer completes the stream; a trailer with a reason means that the sender has given it up.
// Case 4: a header with the whole content is a complete stream.
// A given-up stream is remembered until its trailer, so that its later packets still count as chat and are dropped.
import {
  type DataStream_Chunk,
  DataStream_CompressionType,
  type DataStream_Header,
  type DataStream_Trailer,
} from '@livekit/protocol';
import { chatBytesMax } from './chat-packets.ts';

export type ChatStreamResult =
  | { readonly type: 'more' }
  | { readonly type: 'whole'; readonly text: string }
  | { readonly type: 'dropped'; readonly why: 'chat_malformed' | 'chat_too_long' | 'chat_compressed' };

/** Open streams; beyond it the oldest is forgotten, and its remaining packets no longer count as chat. */
export const chatStreamsMax = 8;
export const chatStreamMsMax = 30_000;

interface Stream {
  readonly sinceMs: number;
  /** Undefined after the stream was given up. */
  parts: Uint8Array[] | undefined;
  bytes: number;
}

const incomplete: ChatStreamResult = { type: 'more' };
const malformed: ChatStreamResult = { type: 'dropped', why: 'chat_malformed' };
const tooLong: ChatStreamResult = { type: 'dropped', why: 'chat_too_long' };

export class ChatStreams {
  readonly #streams = new Map<string, Stream>();

  has(streamId: string): boolean {
    return this.#streams.has(streamId);
  }

  header({ streamId, totalLength, inlineContent, compression }: DataStream_Header, nowMs: number): ChatStreamResult {
    for (const [id, { sinceMs }] of this.#streams) if (sinceMs + chatStreamMsMax <= nowMs) this.#streams.delete(id);
    const known = this.#streams.get(streamId);
    if (known !== undefined) return giveUp(known, malformed);
    const stream: Stream = { sinceMs: nowMs, parts: [], bytes: 0 };
    if (inlineContent === undefined) this.#begin(streamId, stream);
    // Senders compress only for receivers that announce support, and no participant here does.
    if (compression !== DataStream_CompressionType.NONE)
      return giveUp(stream, { type: 'dropped', why: 'chat_compressed' });
    if ((totalLength ?? 0n) > BigInt(chatBytesMax)) return giveUp(stream, tooLong);
    return inlineContent === undefined ? incomplete : wholeOf([inlineContent], inlineContent.byteLength);
  }

  chunk({ streamId, chunkIndex, content }: DataStream_Chunk): ChatStreamResult {
    const stream = this.#streams.get(streamId);
    if (stream?.parts === undefined) return incomplete;
    if (chunkIndex !== BigInt(stream.parts.length)) return giveUp(stream, malformed);
    stream.bytes += content.byteLength;
    if (stream.bytes > chatBytesMax || stream.parts.length >= partsMax) return giveUp(stream, tooLong);
    stream.parts.push(content);
    return incomplete;
  }

  trailer({ streamId, reason }: DataStream_Trailer): ChatStreamResult {
    const stream = this.#streams.get(streamId);
    this.#streams.delete(streamId);
    if (stream?.parts === undefined) return incomplete;
    return reason === '' ? wholeOf(stream.parts, stream.bytes) : malformed;
  }

  #begin(streamId: string, stream: Stream): void {
    const [oldest] = this.#streams.keys();
    if (this.#streams.size >= chatStreamsMax && oldest !== undefined) this.#streams.delete(oldest);
    this.#streams.set(streamId, stream);
  }
}

/** SDKs send chunks of 15 kB, so a message has one or two. */
const partsMax = 64;

function giveUp(stream: Stream, result: ChatStreamResult): ChatStreamResult {
  stream.parts = undefined;
  return result;
}

function wholeOf(parts: readonly Uint8Array[], bytes: number): ChatStreamResult {
  if (bytes > chatBytesMax) return tooLong;
  try {
    return { type: 'whole', text: new TextDecoder('utf-8', { fatal: true }).decode(concat(parts, bytes)) };
  } catch {
    return malformed;
  }
}

function concat(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
