import { expect, test } from 'vitest';
import { DATAGRAM_BYTES, type Datagram, decodeDatagram, encodeDatagram } from '../../src/core/datagram.ts';

const answer: Datagram = {
  type: 'answer',
  fromTag: 0xfedc_ba98_7654_3210n,
  toTag: 1n,
  session: 1_767_225_600_000,
  seq: 0xffff_ffff,
  sentUs: 12_345_678_901,
  span: 64,
  arrivedHigh: 7,
  arrived: 0x8000_0000_0000_0001n,
  receivedUs: 2,
  answeredUs: Number.MAX_SAFE_INTEGER,
  heldSession: 3,
};

test('an encoded datagram is decoded to the same fields', () => {
  expect(decodeDatagram(encodeDatagram(answer))).toEqual(answer);
  const request = { ...answer, type: 'request', span: 0, arrived: 0n } as const;
  expect(decodeDatagram(encodeDatagram(request))).toEqual(request);
});

test('requests and answers have the same size', () => {
  expect(encodeDatagram(answer)).toHaveLength(DATAGRAM_BYTES);
  expect(encodeDatagram({ ...answer, type: 'request' })).toHaveLength(DATAGRAM_BYTES);
});

const changed = (at: number, byte: number): Uint8Array => {
  const bytes = encodeDatagram(answer);
  bytes[at] = byte;
  return bytes;
};
test.each([
  { name: 'an empty array', bytes: new Uint8Array(0) },
  { name: 'a datagram without its first byte', bytes: encodeDatagram(answer).subarray(1) },
  { name: 'a datagram with a further byte', bytes: new Uint8Array([...encodeDatagram(answer), 0]) },
  { name: 'a datagram of another protocol', bytes: changed(0, 0x16) },
  { name: 'a datagram of another version', bytes: changed(4, 2) },
  { name: 'a datagram without a type', bytes: changed(5, 0) },
  { name: 'a datagram of an unknown type', bytes: changed(5, 3) },
  { name: 'a datagram with too large a span', bytes: changed(7, 65) },
  { name: 'a datagram with a time above 2^53 µs', bytes: changed(40, 1) },
])('$name is not a datagram', ({ bytes }) => {
  expect(decodeDatagram(bytes)).toBeUndefined();
});
