import { describe, expect, test } from 'vitest';
import { EchoTimes } from '../../src/connection/echo.ts';

describe('the store of echo times', () => {
  const receipt = new Uint8Array(25).fill(1);
  test('keeps the latest time of each site, and drops the oldest and outdated times', () => {
    const book = new EchoTimes();
    for (let index = 0; index < 40; index += 1) book.put({ signalingId: `s${index}`, rttMs: index, receipt }, index);
    book.put({ signalingId: 's39', rttMs: 7, receipt }, 50);
    expect(book.list(60)).toHaveLength(8);
    expect(book.list(60).at(-1)).toEqual({ signalingId: 's39', rttMs: 7, receipt });
    expect(book.list(60 + 600_000)).toEqual([]);
  });

  test('drops all times when the network changes', () => {
    const book = new EchoTimes();
    book.put({ signalingId: 's', rttMs: 1, receipt }, 0);
    book.clear();
    expect(book.list(0)).toEqual([]);
  });
});
