import { describe, expect, test } from 'vitest';
import { candidatesOf } from '../../src/connection/entry.ts';

const validEntry = { signalingId: 's1', url: 'ws://h:1/v1/rtc', echoUrl: 'ws://h:1/v1/echo', region: 'r', city: 'c' };

describe('the answer of the entry address', () => {
  test.each([
    { name: 'null', body: null, count: 0 },
    { name: 'a text', body: 'hello', count: 0 },
    { name: 'no list', body: { candidates: 'x' }, count: 0 },
    { name: 'invalid entries', body: { candidates: [null, 1, {}, []] }, count: 0 },
    {
      name: 'an address of another protocol',
      body: { candidates: [{ ...validEntry, url: 'javascript:alert(1)' }] },
      count: 0,
    },
    {
      name: 'an address that is too long',
      body: { candidates: [{ ...validEntry, url: `ws://${'x'.repeat(600)}` }] },
      count: 0,
    },
    {
      name: 'more entries than may be tried',
      body: { candidates: Array.from({ length: 9 }, () => validEntry) },
      count: 5,
    },
    { name: 'a good entry among bad ones', body: { candidates: [{}, validEntry] }, count: 1 },
    {
      name: 'an entry without the optional fields',
      body: { candidates: [{ signalingId: 's1', url: 'wss://h/v1/rtc' }] },
      count: 1,
    },
  ])('$name: $count candidates', ({ body, count }) => {
    expect(candidatesOf(body)).toHaveLength(count);
  });
});
