import { describe, expect, it } from 'vitest';
import { Receipts } from '../../src/adapters/receipts.ts';
import { bounds } from '../../src/limits.ts';

const RECEIPT_BYTES = bounds.echoReceiptBytes;

const key = (id: number, byte = id, length = 32) => ({ id, key: new Uint8Array(length).fill(byte) });
const at = { signalingId: 'sig-fra', clientIp: '203.0.113.7' };
const make = (keys = [key(1)], wall = { ms: 1_000_000 }) => {
  const receipts = new Receipts(() => wall.ms);
  receipts.replaceKeys(keys);
  return receipts;
};
const sealed = (receipts: Receipts, rttMs = 12.345): Uint8Array => {
  const receipt = receipts.seal(rttMs, at);
  if (receipt === undefined) throw new Error('no receipt');
  return receipt;
};

describe('a receipt', () => {
  it.each([
    ['empty', new Uint8Array()],
    ['one byte short', new Uint8Array(RECEIPT_BYTES - 1)],
    ['of zeros', new Uint8Array(RECEIPT_BYTES)],
    ['of 60,000 bytes', new Uint8Array(60_000).fill(1)],
  ])('%s opens nothing', (_name, receipt) => {
    expect(make([key(0), key(1)]).open(receipt, at)).toBeUndefined();
  });

  it('contains the round trip to a microsecond, at any instance with the key', () => {
    const receipt = sealed(make());
    expect(receipt).toHaveLength(RECEIPT_BYTES);
    expect(make([key(2), key(1)]).open(receipt, at)).toBe(12.345);
  });

  it.each([
    ['another signaling node', { ...at, signalingId: 'sig-sgp' }],
    ['another network', { ...at, clientIp: '203.0.114.7' }],
    ['no address', { ...at, clientIp: '' }],
  ])('is invalid for %s', (_name, binding) => {
    expect(make().open(sealed(make()), binding)).toBeUndefined();
  });

  it.each([
    ['a neighbour in the /24', '203.0.113.250', '203.0.113.7'],
    ['the same address in IPv6 form', '::ffff:203.0.113.7', '203.0.113.7'],
    ['a neighbour in the /48', '2001:db8:1:2::1', '2001:db8:1:ffff::9'],
  ])('is valid for %s', (_name, there, here) => {
    const receipts = make();
    const receipt = receipts.seal(5, { ...at, clientIp: there }) ?? new Uint8Array();
    expect(receipts.open(receipt, { ...at, clientIp: here })).toBe(5);
  });

  it('with any bit changed opens nothing', () => {
    const receipts = make();
    const receipt = sealed(receipts);
    for (let bit = 0; bit < RECEIPT_BYTES * 8; bit += 1) {
      const forged = Uint8Array.from(receipt); // `slice` of a buffer makes no copy
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(receipts.open(forged, at)).toBeUndefined();
    }
  });

  it('is invalid after ten minutes', () => {
    const wall = { ms: 1_000_000 };
    const receipts = make([key(1)], wall);
    const receipt = sealed(receipts);
    wall.ms += 599_000;
    expect(receipts.open(receipt, at)).toBe(12.345);
    wall.ms += 2000;
    expect(receipts.open(receipt, at)).toBeUndefined();
  });

  it('is not made without a key, with a short key, or for an invalid round trip', () => {
    expect(make([]).seal(1, at)).toBeUndefined();
    expect(make([key(1, 1, 31)]).seal(1, at)).toBeUndefined();
    for (const rttMs of [Number.NaN, -1, Number.POSITIVE_INFINITY, 10_001])
      expect(make().seal(rttMs, at)).toBeUndefined();
  });

  it('sealed by a dropped key, or by another key of the same id, opens nothing', () => {
    const receipt = sealed(make([key(1)]));
    expect(make([key(2)]).open(receipt, at)).toBeUndefined();
    expect(make([key(1, 9)]).open(receipt, at)).toBeUndefined();
  });
});

describe('an echo ticket', () => {
  const given = (receipts = make()): Uint8Array => receipts.sealTicket(at) ?? new Uint8Array();

  it('is valid at any instance with the key, as often as it is shown, for the whole /24', () => {
    const elsewhere = make([key(2), key(1)]);
    expect([1, 2].map(() => elsewhere.isTicket(given(), { ...at, clientIp: '203.0.113.250' }))).toEqual([true, true]);
  });

  it.each([
    ['for another signaling node', given(), { ...at, signalingId: 'sig-sgp' }],
    ['from another network', given(), { ...at, clientIp: '203.0.114.7' }],
    ['empty', new Uint8Array(), at],
    ['one byte short', given().slice(1), at],
    ['one byte long', Uint8Array.of(...given(), 0), at],
    ['of 60,000 bytes', new Uint8Array(60_000).fill(1), at],
    ['that is a receipt of an echo', sealed(make()), at],
    [
      'that is a receipt of a stay',
      make().sealStay({ roomKey: 'a/b', sessionId: 'PA_1', identity: 'x' }) ?? new Uint8Array(),
      at,
    ],
    ['sealed by a dropped key', given(make([key(3)])), at],
  ])('is invalid %s', (_name, ticket, binding) => {
    expect(make().isTicket(ticket, binding)).toBe(false);
  });

  it('is no receipt of an echo, is invalid with any bit changed, and is invalid after an hour', () => {
    const wall = { ms: 1_000_000 };
    const receipts = make([key(1)], wall);
    const ticket = given(receipts);
    expect(receipts.open(ticket, at)).toBeUndefined();
    for (let bit = 0; bit < ticket.byteLength * 8; bit += 1) {
      const forged = Uint8Array.from(ticket);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(receipts.isTicket(forged, at)).toBe(false);
    }
    wall.ms += 3_599_000;
    expect(receipts.isTicket(ticket, at)).toBe(true);
    wall.ms += 2000;
    expect(receipts.isTicket(ticket, at)).toBe(false);
  });

  it('is not made without a key', () => {
    expect(make([]).sealTicket(at)).toBeUndefined();
  });
});

describe('a receipt of a stay', () => {
  const stay = { roomKey: 'acme/standup', sessionId: 'PA_0123456789abcdef', identity: 'ana' };
  const given = (receipts = make(), of = stay): Uint8Array => {
    const receipt = receipts.sealStay(of);
    if (receipt === undefined) throw new Error('no receipt');
    return receipt;
  };

  it('is valid at any signaling node with the key, as often as it is shown', () => {
    const receipt = given();
    const elsewhere = make([key(2), key(1)]);
    expect([elsewhere.isOfStay(receipt, stay), elsewhere.isOfStay(receipt, stay)]).toEqual([true, true]);
  });

  it.each([
    ['another room', { ...stay, roomKey: 'acme/other' }],
    ['the same room of another tenant', { ...stay, roomKey: 'evil/standup' }],
    ['another session', { ...stay, sessionId: 'PA_0123456789abcdeg' }],
    ['another identity', { ...stay, identity: 'bob' }],
  ])('is invalid for %s', (_name, other) => {
    expect(make().isOfStay(given(), other)).toBe(false);
  });

  it.each([
    ['empty', new Uint8Array()],
    ['one byte short', given().slice(1)],
    ['one byte long', Uint8Array.of(...given(), 0)],
    ['of zeros', new Uint8Array(given().byteLength)],
    ['of 60,000 bytes', new Uint8Array(60_000).fill(1)],
    ['of an echo', sealed(make())],
  ])('%s is invalid', (_name, receipt) => {
    expect(make([key(0), key(1)]).isOfStay(receipt, stay)).toBe(false);
  });

  it('with any bit changed is invalid', () => {
    const receipts = make();
    const receipt = given(receipts);
    for (let bit = 0; bit < receipt.byteLength * 8; bit += 1) {
      const forged = Uint8Array.from(receipt); // `slice` of a buffer makes no copy
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(receipts.isOfStay(forged, stay)).toBe(false);
    }
  });

  it('is invalid after a day, and without its key', () => {
    const wall = { ms: 1_000_000 };
    const receipts = make([key(1)], wall);
    const receipt = given(receipts);
    wall.ms += 24 * 3600_000 - 2000;
    receipts.replaceKeys([key(2), key(1)]);
    expect(receipts.isOfStay(receipt, stay)).toBe(true);
    receipts.replaceKeys([key(2)]);
    expect(receipts.isOfStay(receipt, stay)).toBe(false);
    receipts.replaceKeys([key(2), key(1)]);
    wall.ms += 3000;
    expect(receipts.isOfStay(receipt, stay)).toBe(false);
  });

  it('is valid by any key of its id: two exist while the cluster’s secret is replaced', () => {
    const receipts = make([key(1)]);
    const receipt = given(receipts);
    const other = { id: 1, key: new Uint8Array(32).fill(9) };
    receipts.replaceKeys([other, key(1)]);
    expect(receipts.isOfStay(receipt, stay)).toBe(true);
    receipts.replaceKeys([other]);
    expect(receipts.isOfStay(receipt, stay)).toBe(false);
  });

  it('is not made without a key', () => {
    expect(make([]).sealStay(stay)).toBeUndefined();
  });
});
