// Text streams of chat from one client, put together. Everything about them has a bound: streams at a time, bytes of
// each, and how long one may be unfinished.
//
// Case 1, a header: begins a stream; of the same id once more: the stream is given up.
// Case 2, a chunk of a stream: in order, within its bytes; else the stream is given up.
// Case 3, a trailer: the stream is whole; with a reason its sender has given it up.
// Case 4, a header with the whole content: a stream at once.
// A stream that is given up is remembered until its trailer, so that its rest is known to be of chat.
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

/** At a time; the oldest is forgotten, and its rest is as of no stream of chat. */
export const chatStreamsMax = 8;
export const chatStreamMsMax = 30_000;

interface Stream {
  readonly sinceMs: number;
  /** Undefined: given up. */
  parts: Uint8Array[] | undefined;
  bytes: number;
}

const more: ChatStreamResult = { type: 'more' };
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
    // Only to participants that say that they can read it: there are none.
    if (compression !== DataStream_CompressionType.NONE)
      return giveUp(stream, { type: 'dropped', why: 'chat_compressed' });
    if ((totalLength ?? 0n) > BigInt(chatBytesMax)) return giveUp(stream, tooLong);
    return inlineContent === undefined ? more : wholeOf([inlineContent], inlineContent.byteLength);
  }

  /** Of a stream that it has. */
  chunk({ streamId, chunkIndex, content }: DataStream_Chunk): ChatStreamResult {
    const stream = this.#streams.get(streamId);
    if (stream?.parts === undefined) return more;
    if (chunkIndex !== BigInt(stream.parts.length)) return giveUp(stream, malformed);
    stream.bytes += content.byteLength;
    if (stream.bytes > chatBytesMax || stream.parts.length >= partsMax) return giveUp(stream, tooLong);
    stream.parts.push(content);
    return more;
  }

  /** Of a stream that it has. */
  trailer({ streamId, reason }: DataStream_Trailer): ChatStreamResult {
    const stream = this.#streams.get(streamId);
    this.#streams.delete(streamId);
    if (stream?.parts === undefined) return more;
    return reason === '' ? wholeOf(stream.parts, stream.bytes) : malformed;
  }

  #begin(streamId: string, stream: Stream): void {
    const [oldest] = this.#streams.keys();
    if (this.#streams.size >= chatStreamsMax && oldest !== undefined) this.#streams.delete(oldest);
    this.#streams.set(streamId, stream);
  }
}

/** SDKs send 15 kB at once, so a message is in one or two. */
const partsMax = 64;

function giveUp(stream: Stream, result: ChatStreamResult): ChatStreamResult {
  stream.parts = undefined;
  return result;
}

function wholeOf(parts: readonly Uint8Array[], bytes: number): ChatStreamResult {
  if (bytes > chatBytesMax) return tooLong;
  try {
    return { type: 'whole', text: new TextDecoder('utf-8', { fatal: true }).decode(joined(parts, bytes)) };
  } catch {
    return malformed;
  }
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
