// Edits of bytes for what encoders of other makers write and ffmpeg does not.

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Returns a box of ISO/IEC 14496-12. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Renames the first box; offsets in the file stay right. */
export const firstBoxAs =
  (type: string) =>
  (bytes: Buffer): Buffer =>
    Buffer.concat([bytes.subarray(0, 4), latin1(type), bytes.subarray(8)]);

/** Puts an empty `free` box before `ftyp`, in the room of its last brands. */
export function freeBeforeFtyp(bytes: Buffer): Buffer {
  const ftypBytes = bytes.readUInt32BE(0);
  const ftyp = box('ftyp', bytes.subarray(8, ftypBytes - 8));
  return Buffer.concat([box('free'), ftyp, bytes.subarray(ftypBytes)]);
}

/** Makes `mdat` the first box: it takes in those before it. The file has its index at the end. */
export function mdatFirst(bytes: Buffer): Buffer {
  const at = bytes.indexOf('mdat') - 4;
  const file = Buffer.from(bytes);
  file.writeUInt32BE(at + bytes.readUInt32BE(at), 0);
  file.write('mdat', 4, 'latin1');
  return file;
}

/** Returns an EBML element with its id in hex and a content below 127 bytes. */
export const element = (id: string, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(id, 'hex'), Buffer.from([0x80 + content.length]), content]);

/** Replaces the EBML head of a Matroska file. */
export const withEbmlHead =
  (...elements: readonly Uint8Array[]) =>
  (bytes: Buffer): Buffer =>
    Buffer.concat([element('1a45dfa3', Buffer.concat(elements)), bytes.subarray(bytes.indexOf('18538067', 'hex'))]);

export const docType = (text: string): Buffer => element('4282', latin1(text));
const byteElement = (id: string, value: number): Buffer => element(id, Buffer.from([value]));
/** Elements of the head but for the DocType. */
export const ebmlRest = Buffer.concat([
  byteElement('4286', 1),
  byteElement('42f7', 1),
  byteElement('42f2', 4),
  byteElement('42f3', 8),
  byteElement('4287', 4),
  byteElement('4285', 2),
]);
export const voidElement = (bytes: number): Buffer => element('ec', Buffer.alloc(bytes));
export const crcElement = element('bf', Buffer.from([1, 2, 3, 4]));

/** Adds bytes behind each packet of a transport stream: 16 of parity make packets of 204. */
export function packetsOf204(bytes: Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 188) packets.push(bytes.subarray(at, at + 188), Buffer.alloc(16, 0xaa));
  return Buffer.concat(packets);
}

/** Returns an ID3v2.4 tag with padding of this length. */
export function id3(paddingBytes: number): Buffer {
  const title = latin1('TIT2\0\0\0\x05\0\0\x03Song');
  const size = title.length + paddingBytes;
  const sizes = [21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f);
  return Buffer.concat([latin1('ID3\x04\0\0'), Buffer.from(sizes), title, Buffer.alloc(paddingBytes)]);
}

export const before =
  (...parts: readonly Uint8Array[]) =>
  (bytes: Buffer): Buffer =>
    Buffer.concat([...parts, bytes]);
export const after =
  (...parts: readonly Uint8Array[]) =>
  (bytes: Buffer): Buffer =>
    Buffer.concat([bytes, ...parts]);
export const cutTo =
  (share: number) =>
  (bytes: Buffer): Buffer =>
    bytes.subarray(0, Math.floor(bytes.length * share));
export const replaced =
  (from: string, to: string) =>
  (bytes: Buffer): Buffer =>
    latin1(bytes.toString('latin1').replace(from, to));

/** Returns the same bytes in each run, none of which looks like a frame of MPEG audio. */
export const junk = (bytes: number): Buffer =>
  Buffer.from(Array.from({ length: bytes }, (_, at) => ((at * 7919 + 13) >> 2) & 0x7f));

/** Puts segments between a JPEG's start and its next marker. */
export const jpegWith =
  (...segments: readonly string[]) =>
  (bytes: Buffer): Buffer =>
    Buffer.concat([bytes.subarray(0, 2), ...segments.map(latin1), bytes.subarray(2)]);

/** Returns a tar archive (POSIX ustar) that holds one file. */
export function tar(name: string, bytes: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write(name, 0);
  head.write(bytes.length.toString(8).padStart(11, '0'), 124);
  head.write('ustar\0', 257, 'latin1');
  return Buffer.concat([head, bytes, Buffer.alloc(1024)]);
}

/** Returns frames of silence in AMR (RFC 4867, section 5). */
export const amr = (seconds: number): Buffer =>
  Buffer.concat([
    latin1('#!AMR\n'),
    ...Array.from({ length: seconds * 50 }, () => Buffer.concat([Buffer.from([0x04]), Buffer.alloc(12)])),
  ]);
