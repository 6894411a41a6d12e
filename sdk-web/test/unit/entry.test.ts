import { describe, expect, test } from 'vitest';
import { decodeChat, encodeChat } from '../../src/chat.ts';
import { EchoBook } from '../../src/connection/echo.ts';
import { candidatesOf } from '../../src/connection/entry.ts';
import { deviceError, errorFromWire, MeridianClientError } from '../../src/errors.ts';

const good = { signalingId: 's1', url: 'ws://h:1/v1/rtc', echoUrl: 'ws://h:1/v1/echo', region: 'r', city: 'c' };

describe('the answer of the entry address', () => {
  test.each([
    { name: 'null', body: null, count: 0 },
    { name: 'a text', body: 'hello', count: 0 },
    { name: 'no list', body: { candidates: 'x' }, count: 0 },
    { name: 'entries that are none', body: { candidates: [null, 1, {}, []] }, count: 0 },
    {
      name: 'an address of another protocol',
      body: { candidates: [{ ...good, url: 'javascript:alert(1)' }] },
      count: 0,
    },
    { name: 'an address without end', body: { candidates: [{ ...good, url: `ws://${'x'.repeat(600)}` }] }, count: 0 },
    { name: 'more than may be tried', body: { candidates: Array.from({ length: 9 }, () => good) }, count: 5 },
    { name: 'a good one among bad ones', body: { candidates: [{}, good] }, count: 1 },
    { name: 'one without the extras', body: { candidates: [{ signalingId: 's1', url: 'wss://h/v1/rtc' }] }, count: 1 },
  ])('$name: $count candidates', ({ body, count }) => {
    expect(candidatesOf(body)).toHaveLength(count);
  });
});

describe('the book of echo times', () => {
  const receipt = new Uint8Array(25).fill(1);
  test('keeps the latest of each and forgets the oldest and the old', () => {
    const book = new EchoBook();
    for (let index = 0; index < 40; index += 1) book.put({ signalingId: `s${index}`, rttMs: index, receipt }, index);
    book.put({ signalingId: 's39', rttMs: 7, receipt }, 50);
    expect(book.list(60)).toHaveLength(8);
    expect(book.list(60).at(-1)).toEqual({ signalingId: 's39', rttMs: 7, receipt });
    expect(book.list(60 + 600_000)).toEqual([]);
  });

  test('holds nothing of another network', () => {
    const book = new EchoBook();
    book.put({ signalingId: 's', rttMs: 1, receipt }, 0);
    book.clear();
    expect(book.list(0)).toEqual([]);
  });
});

describe('chat messages', () => {
  test.each([
    { name: 'bytes that are no text', payload: new Uint8Array([0xff, 0xfe]) },
    { name: 'text that is no JSON', payload: new TextEncoder().encode('hello') },
    { name: 'JSON of another shape', payload: new TextEncoder().encode('{"id":1,"text":"x"}') },
    { name: 'null', payload: new TextEncoder().encode('null') },
    { name: 'an empty one', payload: new TextEncoder().encode('{"id":"1","text":""}') },
  ])('$name is not taken for one', ({ payload }) => {
    expect(decodeChat(payload, 1)).toBeUndefined();
  });

  test('come out as they went in', () => {
    const { payload, message } = encodeChat('你好 👋', 'id', 5);
    expect(decodeChat(payload, 5)).toEqual(message);
  });

  test('of blanks, and too long ones, are refused', () => {
    expect(() => encodeChat('  ', 'id', 0)).toThrowError(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(() => encodeChat('界'.repeat(6000), 'id', 0)).toThrowError(
      expect.objectContaining({ code: 'DATA_TOO_LARGE' }),
    );
  });
});

describe('errors', () => {
  test('of the service keep their code; one of a later version becomes INTERNAL and keeps its name', () => {
    expect(errorFromWire({ code: 'ROOM_FULL', message: '', retryable: true, retryAfterMs: 900 })).toMatchObject({
      code: 'ROOM_FULL',
      message: 'The room has reached its limit.',
      retryable: true,
      retryAfterMs: 900,
    });
    expect(errorFromWire({ code: 'BRAND_NEW', message: 'x', retryable: false })).toMatchObject({
      code: 'INTERNAL',
      retryable: false,
      message: 'BRAND_NEW: x',
    });
  });

  test.each([
    ['NotAllowedError', 'DEVICE_DENIED'],
    ['NotFoundError', 'DEVICE_NOT_FOUND'],
    ['NotReadableError', 'DEVICE_IN_USE'],
    ['SomethingElse', 'DEVICE_FAILED'],
  ])('of devices: %s is %s', (name, code) => {
    expect(deviceError(new DOMException('x', name))).toMatchObject({ code });
  });

  test('of ours pass through unchanged', () => {
    const error = new MeridianClientError('TRACK_ENDED');
    expect(deviceError(error)).toBe(error);
  });
});
