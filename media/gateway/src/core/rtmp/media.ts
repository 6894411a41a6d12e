import { ByteReader } from '@meridian/room-media/core';
import { type AmfObject, decodeAmf0, encodeAmf0, withoutAmf3Byte } from './amf0.ts';
import { encodeMessage, messageType, type RtmpMessage } from './chunks.ts';
import { readable } from './commands.ts';
import type { Drops } from './drops.ts';
import { chunkStream, OUT_CHUNK_BYTES } from './link.ts';

/** Offset in a message with a one-byte chunk stream id: time, length and type come before. */
const STREAM_ID_AT = 8;

/** Body in the format of FLV tags (`../flv/tags.ts`). Times exceed 32 bits and may step back a little. */
export interface RtmpMedia {
  readonly kind: 'audio' | 'video';
  readonly streamId: number;
  readonly timestampMs: number;
  readonly body: Uint8Array;
}

/** `onMetaData`, the publisher's unchecked description of its stream. */
export interface RtmpMetadata {
  readonly kind: 'metadata';
  readonly streamId: number;
  readonly timestampMs: number;
  readonly metadata: AmfObject;
}

/** Turns media messages of one stream into events, and their 32-bit times into times without wraps. */
export class MediaReader {
  readonly #drops: Drops;
  readonly #onPart: () => void;
  #lastMs: number | undefined;

  /** `onPart` is called for each message within an aggregate; `read` throws its errors, and no others. */
  constructor(drops: Drops, onPart: () => void = () => undefined) {
    this.#drops = drops;
    this.#onPart = onPart;
  }

  /** Reads audio, video, data or aggregate. Drops data other than `onMetaData`, and what is unreadable. */
  read(message: RtmpMessage): (RtmpMedia | RtmpMetadata)[] {
    const parts = message.typeId === messageType.aggregate ? this.#split(message) : [message];
    return parts.flatMap((part) => this.#readOne(part) ?? []);
  }

  #readOne({ typeId, streamId, payload, timestampMs: wrappedMs }: RtmpMessage): RtmpMedia | RtmpMetadata | undefined {
    const timestampMs = this.#unwrap(wrappedMs);
    if (typeId === messageType.audio || typeId === messageType.video) {
      // Metadata often has time zero, whatever the time of the media.
      this.#lastMs = timestampMs;
      return { kind: typeId === messageType.audio ? 'audio' : 'video', streamId, timestampMs, body: payload };
    }
    const metadata = readMetadata(typeId === messageType.dataAmf3 ? withoutAmf3Byte(payload) : payload);
    if (metadata instanceof Map) return { kind: 'metadata', streamId, timestampMs, metadata };
    if (metadata !== undefined) this.#drops.note(metadata);
    return undefined;
  }

  /** Splits an aggregate into FLV tags, shifted so that the first has the time of the whole (7.1.6). */
  #split({ payload, streamId, timestampMs }: RtmpMessage): RtmpMessage[] {
    const reader = new ByteReader(payload);
    const messages: RtmpMessage[] = [];
    let shiftMs: number | undefined;
    while (reader.remaining > 0) {
      this.#onPart();
      const tag = readTag(reader);
      if (tag === undefined) {
        this.#drops.note('aggregate');
        break;
      }
      shiftMs ??= timestampMs - tag.timestampMs;
      const part = { ...tag, streamId, timestampMs: (tag.timestampMs + shiftMs) >>> 0 };
      if (part.typeId === messageType.aggregate || !isMediaMessage(part)) this.#drops.note('aggregate');
      else messages.push(part);
    }
    return messages;
  }

  /** Returns the time nearest to the last media's, not below zero, that has these 32 bits. */
  #unwrap(wrappedMs: number): number {
    if (this.#lastMs === undefined) return wrappedMs;
    const nearestMs = this.#lastMs + ((wrappedMs - this.#lastMs) | 0);
    return nearestMs < 0 ? wrappedMs : nearestMs;
  }
}

export function isMediaMessage({ typeId }: RtmpMessage): boolean {
  const { audio, video, data, dataAmf3, aggregate } = messageType;
  return typeId === audio || typeId === video || typeId === data || typeId === dataAmf3 || typeId === aggregate;
}

/**
 * Encodes a media message in the form that all connections take after `ready` or an accepted `play`: viewers whose
 * stream has this id get the same bytes. Write a connection's `takeOutput` first.
 */
export function encodeMedia(media: RtmpMedia): Uint8Array {
  const { kind, streamId, timestampMs, body } = media;
  const message = { typeId: messageType[kind], streamId, timestampMs, payload: body };
  return encodeMessage(message, { chunkStreamId: chunkStream[kind], chunkBytes: OUT_CHUNK_BYTES });
}

/** Returns a copy of an encoded message for another stream id, which a foreign server chooses. */
export function withStreamId(message: Uint8Array, streamId: number): Uint8Array {
  const copy = message.slice();
  new DataView(copy.buffer).setUint32(STREAM_ID_AT, streamId, true);
  return copy;
}

/** Encodes metadata; `toServer` for publishing to a server. */
export function encodeMetadata(event: RtmpMetadata, o: { toServer: boolean }): Uint8Array {
  const { streamId, timestampMs, metadata } = event;
  const payload = encodeAmf0(...(o.toServer ? ['@setDataFrame'] : []), 'onMetaData', metadata);
  const message = { typeId: messageType.data, streamId, timestampMs, payload };
  return encodeMessage(message, { chunkStreamId: chunkStream.data, chunkBytes: OUT_CHUNK_BYTES });
}

/** Data that servers and encoders send as a rule, and that needs no action. */
const WITHOUT_EFFECT: ReadonlySet<unknown> = new Set(['|RtmpSampleAccess', '@clearDataFrame']);

/** Returns the object of `onMetaData`, or the kind of other data; undefined for data without effect. */
function readMetadata(payload: Uint8Array): AmfObject | 'data' | 'metadata' | undefined {
  const values = readable(() => decodeAmf0(payload));
  if (values === undefined) return 'metadata';
  if (values[0] === '@setDataFrame') values.shift();
  const [name, metadata] = values;
  if (WITHOUT_EFFECT.has(name)) return undefined;
  if (name !== 'onMetaData') return 'data';
  return metadata instanceof Map ? metadata : 'metadata';
}

/** Reads a tag of an aggregate with the repeated length after it; undefined if it is cut. */
function readTag(reader: ByteReader): Pick<RtmpMessage, 'typeId' | 'timestampMs' | 'payload'> | undefined {
  return readable(() => {
    const typeId = reader.u8();
    const length = reader.u24();
    const timestampMs = reader.u24() + reader.u8() * 0x1000000;
    reader.take(3);
    const payload = reader.take(length);
    // The length is repeated for reading backwards; some servers omit it after the last tag.
    reader.take(Math.min(4, reader.remaining));
    return { typeId, timestampMs, payload };
  });
}
