// The datagram of a probe: 96 bytes, the same for request and answer, so that no answer is longer than its
// request. Big-endian:
//
//   0  4  'MPRB'            24  8  session of the requester   56  8  answer: when it was sent, the answerer's clock, µs
//   4  1  version, 1        32  4  sequence of the request    64  8  answer: which arrived: bit i = highest − i
//   5  1  1 request,        36  4  answer: highest sequence   72  8  answer: newest session the answerer knows of the
//         2 answer                 that arrived                      requester
//   6  2  answer: how many  40  8  when the request was       80 16  HMAC-SHA256 over bytes 0 to 79, cut to 16 bytes
//         sequences are            sent, its sender's clock, µs
//         known (0 to 64)   48  8  answer: when it arrived,
//   8  8  tag of the sender        the answerer's clock, µs
//  16  8  tag of the receiver
//
// An answer repeats session, sequence and sending time of its request; fields of answers are 0 in a request. Clocks are
// monotonic and have an arbitrary zero at each end, so only changes of the difference between two clocks mean anything.
// A tag is the first 8 bytes of the SHA-256 of a host's id.

export const DATAGRAM_BYTES = 96;
export const BODY_BYTES = 80;
/** Number of requests on whose arrival an answer reports: those of 13 s at five a second. */
export const ARRIVED_BITS = 64;
const MAGIC = 0x4d505242;
const VERSION = 1;
const TYPES = { request: 1, answer: 2 } as const;
/** Largest clock value in µs that a double represents exactly: some 285 years. */
const EXACT_MAX = BigInt(Number.MAX_SAFE_INTEGER);

export interface Datagram {
  readonly type: keyof typeof TYPES;
  readonly fromTag: bigint;
  readonly toTag: bigint;
  readonly session: number;
  readonly seq: number;
  readonly sentUs: number;
  /** Number of sequences on which the answer reports. This and all further fields are 0 in a request. */
  readonly span: number;
  readonly arrivedHigh: number;
  readonly arrived: bigint;
  readonly receivedUs: number;
  readonly answeredUs: number;
  readonly heldSession: number;
}

/** Returns the datagram with zeros in place of the 16 bytes of the MAC. */
export function encodeDatagram(datagram: Datagram): Uint8Array {
  const bytes = new Uint8Array(DATAGRAM_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, VERSION);
  view.setUint8(5, TYPES[datagram.type]);
  view.setUint16(6, datagram.span);
  view.setBigUint64(8, datagram.fromTag);
  view.setBigUint64(16, datagram.toTag);
  view.setBigUint64(24, BigInt(datagram.session));
  view.setUint32(32, datagram.seq);
  view.setUint32(36, datagram.arrivedHigh);
  view.setBigUint64(40, BigInt(datagram.sentUs));
  view.setBigUint64(48, BigInt(datagram.receivedUs));
  view.setBigUint64(56, BigInt(datagram.answeredUs));
  view.setBigUint64(64, datagram.arrived);
  view.setBigUint64(72, BigInt(datagram.heldSession));
  return bytes;
}

/** Returns undefined for bytes that are no datagram. Does not check the MAC, which proves the sender. */
export function decodeDatagram(bytes: Uint8Array): Datagram | undefined {
  if (bytes.length !== DATAGRAM_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0) !== MAGIC || view.getUint8(4) !== VERSION) return undefined;
  const type = view.getUint8(5) === TYPES.request ? 'request' : 'answer';
  if (view.getUint8(5) !== TYPES[type]) return undefined;
  const values = [24, 40, 48, 56, 72].map((at) => view.getBigUint64(at));
  if (values.some((figure) => figure > EXACT_MAX)) return undefined;
  const [session = 0, sentUs = 0, receivedUs = 0, answeredUs = 0, heldSession = 0] = values.map(Number);
  const span = view.getUint16(6);
  if (span > ARRIVED_BITS) return undefined;
  return {
    type,
    fromTag: view.getBigUint64(8),
    toTag: view.getBigUint64(16),
    session,
    seq: view.getUint32(32),
    sentUs,
    span,
    arrivedHigh: view.getUint32(36),
    arrived: view.getBigUint64(64),
    receivedUs,
    answeredUs,
    heldSession,
  };
}
