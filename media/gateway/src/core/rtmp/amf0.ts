import { ByteReader, concatBytes, MalformedStream } from '@meridian/room-media/core';

// AMF0 (Action Message Format, December 2007), as far as RTMP uses it. Objects are Maps, so that a peer's key never
// reaches a JavaScript object.

/** Object that is written as an ECMA array, as encoders do with `onMetaData`. */
export class EcmaArray extends Map<string, AmfValue> {}

export type AmfObject = Map<string, AmfValue>;
export type AmfValue = number | boolean | string | null | undefined | Date | AmfObject | readonly AmfValue[];

/** Encoders nest twice (`onMetaData`, its list of key frames). */
export const MAX_AMF_DEPTH = 8;
/** Properties and elements of one value over all depths; encoders send about thirty. */
export const MAX_AMF_ENTRIES = 256;
/** Values of one message; commands have at most eight. */
export const MAX_AMF_VALUES = 32;
export const MAX_AMF_STRING_BYTES = 65_536;

const marker = {
  number: 0x00,
  boolean: 0x01,
  string: 0x02,
  object: 0x03,
  null: 0x05,
  undefined: 0x06,
  reference: 0x07,
  ecmaArray: 0x08,
  objectEnd: 0x09,
  strictArray: 0x0a,
  date: 0x0b,
  longString: 0x0c,
  typedObject: 0x10,
  avmPlus: 0x11,
} as const;

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder('utf-8', { ignoreBOM: true }) };

/**
 * Decodes all values of a message body. Invalid UTF-8 becomes U+FFFD; the last of equal keys counts. Throws
 * MalformedStream for truncated, oversize, too deep or too many values, references and AMF3.
 */
export function decodeAmf0(bytes: Uint8Array): AmfValue[] {
  const reader = new ByteReader(bytes);
  const values: AmfValue[] = [];
  while (reader.remaining > 0) {
    if (values.length === MAX_AMF_VALUES) throw new MalformedStream('TOO_MANY', 'too many AMF0 values in a message');
    values.push(new ValueReader(reader).read(0));
  }
  return values;
}

/** Encodes values in sequence. Throws RangeError for a string above the bound, as a bug of the caller. */
export function encodeAmf0(...values: readonly AmfValue[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const value of values) write(parts, value);
  return concatBytes(parts);
}

/** Strips the zero byte before the AMF0 values of AMF3 messages, which some encoders omit. */
export function withoutAmf3Byte(payload: Uint8Array): Uint8Array {
  return payload[0] === 0 ? payload.subarray(1) : payload;
}

class ValueReader {
  readonly #reader: ByteReader;
  #entries = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  read(depth: number): AmfValue {
    const reader = this.#reader;
    const type = reader.u8();
    switch (type) {
      case marker.number:
        return reader.f64();
      case marker.boolean:
        return reader.u8() !== 0;
      case marker.string:
        return this.#text(reader.u16());
      case marker.longString:
        return this.#text(reader.u32());
      case marker.null:
        return null;
      case marker.undefined:
        return undefined;
      case marker.date:
        return this.#date();
      case marker.object:
        return this.#properties(new Map(), depth);
      case marker.typedObject:
        reader.take(reader.u16());
        return this.#properties(new Map(), depth);
      case marker.ecmaArray:
        // The count is a hint: the end marker ends the array.
        reader.u32();
        return this.#properties(new EcmaArray(), depth);
      case marker.strictArray:
        return this.#elements(depth);
      case marker.reference:
      case marker.avmPlus:
        throw new MalformedStream('UNSUPPORTED', 'AMF0 references and AMF3 values are not read');
      default:
        throw new MalformedStream('INVALID', `AMF0 has no type ${type}`);
    }
  }

  #text(length: number): string {
    if (length > MAX_AMF_STRING_BYTES) throw new MalformedStream('TOO_LARGE', `an AMF0 string of ${length} bytes`);
    return utf8.decoder.decode(this.#reader.take(length));
  }

  #date(): Date {
    const date = new Date(this.#reader.f64());
    this.#reader.i16();
    return date;
  }

  #properties(into: AmfObject, depth: number): AmfObject {
    this.#enter(depth);
    for (;;) {
      const key = this.#text(this.#reader.u16());
      if (key === '' && this.#atEnd()) return into;
      this.#count();
      into.set(key, this.read(depth + 1));
    }
  }

  #elements(depth: number): AmfValue[] {
    this.#enter(depth);
    const count = this.#reader.u32();
    const elements: AmfValue[] = [];
    for (let index = 0; index < count; index++) {
      this.#count();
      elements.push(this.read(depth + 1));
    }
    return elements;
  }

  /** Only the end marker can follow an empty key. */
  #atEnd(): boolean {
    if (this.#reader.u8() === marker.objectEnd) return true;
    throw new MalformedStream('INVALID', 'an AMF0 property without a name');
  }

  #enter(depth: number): void {
    if (depth === MAX_AMF_DEPTH) throw new MalformedStream('TOO_DEEP', 'AMF0 values are nested too deep');
  }

  #count(): void {
    this.#entries += 1;
    if (this.#entries > MAX_AMF_ENTRIES) throw new MalformedStream('TOO_MANY', 'an AMF0 value has too many entries');
  }
}

function write(parts: Uint8Array[], value: AmfValue): void {
  if (value === null) parts.push(Uint8Array.of(marker.null));
  else if (value === undefined) parts.push(Uint8Array.of(marker.undefined));
  else if (typeof value === 'number') parts.push(float(marker.number, value, 9));
  else if (typeof value === 'boolean') parts.push(Uint8Array.of(marker.boolean, value ? 1 : 0));
  else if (typeof value === 'string') writeString(parts, value);
  else if (value instanceof Date) parts.push(float(marker.date, value.getTime(), 11));
  else if (value instanceof EcmaArray) writeProperties(parts, counted(marker.ecmaArray, value.size), value);
  else if (value instanceof Map) writeProperties(parts, Uint8Array.of(marker.object), value);
  else {
    parts.push(counted(marker.strictArray, value.length));
    for (const element of value) write(parts, element);
  }
}

function writeString(parts: Uint8Array[], text: string): void {
  const bytes = encodeText(text);
  parts.push(bytes.length > 0xffff ? counted(marker.longString, bytes.length) : short(bytes.length, marker.string));
  parts.push(bytes);
}

function writeProperties(parts: Uint8Array[], head: Uint8Array, properties: AmfObject): void {
  parts.push(head);
  for (const [key, value] of properties) {
    const bytes = encodeText(key);
    if (bytes.length === 0 || bytes.length > 0xffff) throw new RangeError('an AMF0 key has 1 to 65535 bytes');
    parts.push(short(bytes.length), bytes);
    write(parts, value);
  }
  parts.push(Uint8Array.of(0, 0, marker.objectEnd));
}

function encodeText(text: string): Uint8Array {
  const bytes = utf8.encoder.encode(text);
  if (bytes.length > MAX_AMF_STRING_BYTES) throw new RangeError(`an AMF0 string of ${bytes.length} bytes`);
  return bytes;
}

const short = (length: number, ...type: number[]): Uint8Array => Uint8Array.of(...type, length >> 8, length & 0xff);

function counted(type: number, count: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = type;
  new DataView(bytes.buffer).setUint32(1, count);
  return bytes;
}

/** Encodes a float with its type; a date has two more bytes for its time zone. */
function float(type: number, value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes[0] = type;
  new DataView(bytes.buffer).setFloat64(1, value);
  return bytes;
}
