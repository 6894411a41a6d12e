// Encodes requests for an allocation and for permissions, and decodes responses (STUN and TURN: RFC 8489, RFC 8656).
import { createHash, createHmac } from 'node:crypto';

const COOKIE = 0x2112a442;
const HEADER = 20;
export const methods = { allocate: 0x003, permit: 0x008 } as const;
const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  transport: 0x0019,
} as const;
/** Value of REQUESTED-TRANSPORT: UDP. */
const udp = Buffer.from([17, 0, 0, 0]);

export interface TurnUser {
  readonly username: string;
  readonly credential: string;
  /** Realm and nonce from the server's challenge. */
  readonly realm: string;
  readonly nonce: string;
}

export interface Answer {
  readonly transaction: string;
  readonly code: number;
  readonly realm: string;
  readonly nonce: string;
}

/** Returns a request. `peer`: IPv4 address that shall be allowed. Without a user the request is not authenticated. */
export function requestOf(o: {
  readonly method: number;
  readonly transaction: Buffer;
  readonly user?: TurnUser | undefined;
  readonly peer?: string;
}): Buffer {
  const { method, transaction, user, peer } = o;
  const body: Buffer[] = [];
  if (method === methods.allocate) body.push(attribute(attributes.transport, udp));
  if (peer !== undefined) body.push(attribute(attributes.peer, peerOf(peer)));
  if (user === undefined) return message(method, transaction, body, 0);
  body.push(
    attribute(attributes.username, Buffer.from(user.username)),
    attribute(attributes.realm, Buffer.from(user.realm)),
    attribute(attributes.nonce, Buffer.from(user.nonce)),
  );
  const key = createHash('md5').update(`${user.username}:${user.realm}:${user.credential}`).digest();
  // The length already includes the integrity attribute, which is appended afterwards.
  const signed = message(method, transaction, body, 24);
  const integrity = createHmac('sha1', key).update(signed).digest();
  return Buffer.concat([signed, attribute(attributes.integrity, integrity)]);
}

/** Parses a response. Returns undefined for other bytes. */
export function answerOf(bytes: Buffer): Answer | undefined {
  if (bytes.length < HEADER || bytes.readUInt32BE(4) !== COOKIE) return undefined;
  const kind = bytes.readUInt16BE(0) & 0x0110;
  if (kind !== 0x0100 && kind !== 0x0110) return undefined;
  const found = new Map<number, Buffer>();
  for (let at = HEADER; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    found.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const error = found.get(attributes.error);
  const text = (type: number): string => found.get(type)?.toString() ?? '';
  return {
    transaction: bytes.subarray(8, HEADER).toString('hex'),
    code: error === undefined ? 0 : ((error[2] ?? 0) & 7) * 100 + (error[3] ?? 0),
    realm: text(attributes.realm),
    nonce: text(attributes.nonce),
  };
}

function message(method: number, transaction: Buffer, body: readonly Buffer[], more: number): Buffer {
  const header = Buffer.alloc(HEADER);
  const length = body.reduce((sum, { length: bytes }) => sum + bytes, more);
  header.writeUInt16BE(method, 0);
  header.writeUInt16BE(length, 2);
  header.writeUInt32BE(COOKIE, 4);
  transaction.copy(header, 8);
  return Buffer.concat([header, ...body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** Returns XOR-PEER-ADDRESS of an IPv4 address; permissions ignore the port. */
function peerOf(ip: string): Buffer {
  const bytes = Buffer.from([0, 1, 0, 9, ...ip.split('.').map(Number)]);
  bytes.writeUInt16BE(bytes.readUInt16BE(2) ^ (COOKIE >>> 16), 2);
  bytes.writeUInt32BE((bytes.readUInt32BE(4) ^ COOKIE) >>> 0, 4);
  return bytes;
}
