import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, type Frame } from '../../src/link/frame.ts';

describe('decoding a frame', () => {
  it.each([
    ['', /0 bytes is shorter/],
    ['00', /1 bytes is shorter/],
    ['000000000000', /6 bytes is shorter/],
    ['04000000010001', /kind 4 is unknown/],
    ['ff000000010001', /kind 255 is unknown/],
    ['00000000010001', /message with request id 1/],
    ['02000000000001', /response with request id 0/],
    ['03000000000001', /error with request id 0/],
    ['0100000000000100001388', /request with request id 0/],
    ['01000000010001', /request of 7 bytes is shorter/],
    ['01000000010001000013', /request of 10 bytes is shorter/],
    ['0100000001000100000000', /deadline 0/],
    ['03000000010001', /not JSON/],
    ['0300000001000100', /not JSON/],
    [`03000000010001${Buffer.from('null').toString('hex')}`, /without code/],
    [`03000000010001${Buffer.from('{"code":"lower","message":""}').toString('hex')}`, /without code/],
    [`03000000010001${Buffer.from(`{"code":"${'A'.repeat(65)}","message":""}`).toString('hex')}`, /without code/],
    [`03000000010001${Buffer.from('{"code":"A","message":5}').toString('hex')}`, /without code/],
    [
      `03000000010001${Buffer.from(`{"code":"A","message":"${'x'.repeat(8_192)}"}`).toString('hex')}`,
      /error of \d+ bytes/,
    ],
  ])('refuses %s', (hex, reason) => {
    expect(decodeFrame(Buffer.from(hex, 'hex'))).toMatch(reason);
  });

  it.each<[string, Frame]>([
    ['00000000000000', { kind: 'message', type: 0, payload: Buffer.alloc(0) }],
    ['0000000000ffff616263', { kind: 'message', type: 65_535, payload: Buffer.from('abc') }],
    ['0100000001000100000001', { kind: 'request', requestId: 1, type: 1, deadlineMs: 1, payload: Buffer.alloc(0) }],
    [
      '01ffffffffffffffffffff78',
      { kind: 'request', requestId: 0xffff_ffff, type: 65_535, deadlineMs: 0xffff_ffff, payload: Buffer.from('x') },
    ],
    ['020000000a0102ff', { kind: 'response', requestId: 10, type: 258, payload: Buffer.from([255]) }],
    [
      `03000000070001${Buffer.from('{"code":"A_1","message":"m"}').toString('hex')}`,
      { kind: 'error', requestId: 7, type: 1, code: 'A_1', message: 'm' },
    ],
    [
      `03000000070001${Buffer.from('{"code":"A_1","message":"m","retryAfterMs":70}').toString('hex')}`,
      { kind: 'error', requestId: 7, type: 1, code: 'A_1', message: 'm', retryAfterMs: 70 },
    ],
  ])('%s reads and writes as the same frame', (hex, frame) => {
    expect(decodeFrame(Buffer.from(hex, 'hex'))).toEqual(frame);
    expect(encodeFrame(frame).toString('hex')).toBe(hex);
  });

  it.each(['-1', '0', '1.5', '"9"', '1e12', 'null'])(
    'does not believe an error that names %s as its delay',
    (delay) => {
      const payload = Buffer.from(`{"code":"A","message":"m","retryAfterMs":${delay}}`).toString('hex');
      expect(decodeFrame(Buffer.from(`03000000070001${payload}`, 'hex'))).not.toHaveProperty('retryAfterMs');
    },
  );

  it('cuts the message of an error so that the other side accepts it', () => {
    const bytes = encodeFrame({ kind: 'error', requestId: 1, type: 1, code: 'A', message: '\u0000'.repeat(100_000) });
    expect(decodeFrame(bytes)).toMatchObject({ kind: 'error', code: 'A' });
  });
});
