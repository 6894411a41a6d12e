// Reads the head of Matroska and WebM files (RFC 8794, RFC 9559).

const EBML = 0x1a45dfa3;
const DOC_TYPE = 0x4282;

interface Element {
  readonly id: number;
  readonly content: Uint8Array;
  /** Offset of the next element. */
  readonly end: number;
}

/** Returns the `DocType` of a file's head, without its padding; undefined for a head without one. */
export function docTypeOf(head: Uint8Array): string | undefined {
  const ebml = elementAt(head, 0);
  if (ebml?.id !== EBML) return undefined;
  for (let at = 0; at < ebml.content.length; ) {
    const element = elementAt(ebml.content, at);
    if (element === undefined) return undefined;
    // Strings may be padded with zeros (RFC 8794, section 7.4).
    if (element.id === DOC_TYPE) return String.fromCharCode(...element.content.subarray(0, 32)).replace(/\0.*$/s, '');
    at = element.end;
  }
  return undefined;
}

/** Returns undefined for bytes that are no element. An element that the end of the bytes cuts is returned cut. */
function elementAt(bytes: Uint8Array, at: number): Element | undefined {
  const idBytes = lengthOf(bytes[at], 4);
  const sizeBytes = lengthOf(bytes[at + idBytes], 8);
  if (idBytes === 0 || sizeBytes === 0) return undefined;
  const from = at + idBytes + sizeBytes;
  const first = (bytes[at + idBytes] ?? 0) & (0xff >> sizeBytes);
  const size = first * 256 ** (sizeBytes - 1) + numberOf(bytes.subarray(at + idBytes + 1, from));
  return {
    id: numberOf(bytes.subarray(at, at + idBytes)),
    content: bytes.subarray(from, from + size),
    end: from + size,
  };
}

/** Returns the length of a variable-size integer by its first byte: 0 for more than `max` bytes, or without a byte. */
function lengthOf(first: number | undefined, max: number): number {
  const length = Math.clz32(first ?? 0) - 23;
  return length <= max ? length : 0;
}

const numberOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
