import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createLogger, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { attachmentOf, typeOfName } from '../../src/core/file-types.ts';
import { contentRange, rangeAnswerOf } from '../../src/core/ranges.ts';
import {
  LEAST_BYTES_PER_S,
  PIECE_BYTES,
  STALLED_MS,
  STREAMS_PER_ADDRESS_MAX,
  STREAMS_PER_TENANT_MAX,
  STREAMS_PER_TOKEN_MAX,
  Streams,
} from '../../src/serving/streams.ts';

const etag = '"aa"';
const whole = { status: 200, range: { from: 0, bytes: 100 } };
const part = (from: number, bytes: number) => ({ status: 206, range: { from, bytes } });
const none = { status: 416 };

describe('a range of a file of 100 bytes', () => {
  it.each([
    ['items=0-1', whole],
    ['bytes=', whole],
    ['bytes=-', whole],
    ['bytes=5', whole],
    ['bytes=9-5', whole],
    ['bytes=a-b', whole],
    ['bytes=0-1,5-6', whole],
    ['bytes=0-9999999999999999', whole],
    ['bytes=-5-', whole],
    ['bytes=100-', none],
    ['bytes=100-200', none],
    ['bytes=-0', none],
    ['bytes=0-0', part(0, 1)],
    ['bytes=0-', part(0, 100)],
    ['bytes=99-', part(99, 1)],
    ['BYTES=10-19', part(10, 10)],
    ['bytes=90-500', part(90, 10)],
    ['bytes=-1', part(99, 1)],
    ['bytes=-500', part(0, 100)],
  ])('%s', (range, answer) => {
    expect(rangeAnswerOf({ range }, { bytes: 100, etag })).toEqual(answer);
  });

  it('is ignored when the file has another entity tag by now', () => {
    const asked = (condition: string) =>
      rangeAnswerOf({ range: 'bytes=0-9', 'if-range': condition }, { bytes: 100, etag });
    expect(asked('"bb"')).toEqual(whole);
    expect(asked(`W/${etag}`)).toEqual(whole);
    expect(asked('Wed, 21 Oct 2015 07:28:00 GMT')).toEqual(whole);
    expect(asked(etag)).toEqual(part(0, 10));
  });

  it('is not sent again to a client that has the file', () => {
    const asked = (list: string) => rangeAnswerOf({ range: 'bytes=0-9', 'if-none-match': list }, { bytes: 100, etag });
    for (const list of [etag, `W/${etag}`, `"bb", ${etag}`, '*']) expect(asked(list)).toEqual({ status: 304 });
    expect(asked('"bb"')).toEqual(part(0, 10));
  });

  it('is empty for an empty file', () => {
    expect(rangeAnswerOf({}, { bytes: 0, etag })).toEqual({ status: 200, range: { from: 0, bytes: 0 } });
    for (const range of ['bytes=0-', 'bytes=-1']) expect(rangeAnswerOf({ range }, { bytes: 0, etag })).toEqual(none);
  });

  it('is named in the answer', () => {
    expect(contentRange({ from: 90, bytes: 10 }, 100)).toBe('bytes 90-99/100');
  });
});

it('types follow the extensions of names, and a browser opens no file of an unknown type', () => {
  expect(typeOfName('camera-0001.mp4')).toBe('video/mp4');
  expect(typeOfName('a/master.m3u8')).toBe('application/vnd.apple.mpegurl');
  for (const name of ['page.html', 'x.svg', 'constructor', 'x.constructor', 'mp4'])
    expect(typeOfName(name)).toBe(name === 'mp4' ? 'video/mp4' : 'application/octet-stream');
  expect(attachmentOf('a/chapters.vtt')).toBe('attachment; filename="chapters.vtt"');
  expect(attachmentOf('Größe "1".mp4')).toBe(
    `attachment; filename="Gr__e _1_.mp4"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.mp4`,
  );
  expect(attachmentOf('a\r\nset-cookie: x')).toBe(
    `attachment; filename="a__set-cookie_ x"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20x`,
  );
  expect(attachmentOf(`\ud800'(*).mp4`)).toBe(
    `attachment; filename="_'(_).mp4"; filename*=UTF-8''%EF%BF%BD%27%28%2A%29.mp4`,
  );
});

describe('running answers', () => {
  const log = createLogger({ name: 'serving', level: 'silent' });
  const range = { from: 0, bytes: 400 * PIECE_BYTES };
  function served() {
    const clock = new ManualClock();
    const store = { get: async () => new Uint8Array(PIECE_BYTES) };
    const streams = new Streams({ store, clock, log, onBytes: () => undefined });
    const open = (token: string, address: string | undefined = '192.0.2.1', tenant = 'acme') => {
      const origin = { tenant, apiKey: tenant, tokenId: '', via: '', issuedWallMs: undefined };
      return streams.open({ key: 'k', range, address: address || undefined, token, origin });
    };
    return { clock, streams, open };
  }
  const closed = async (streams: Streams, size: number) => {
    while (streams.size > size) await new Promise((resolve) => setImmediate(resolve));
  };

  it.each([
    ['of one token', STREAMS_PER_TOKEN_MAX, () => 'one', 'acme'],
    ['of one tenant', STREAMS_PER_TENANT_MAX, (at: number) => `link ${at}`, 'other'],
  ])('%s leave room for others', async (_, max, tokenOf, free) => {
    const { streams, open } = served();
    const bodies = Array.from({ length: max }, (__, at) => open(tokenOf(at), `192.0.2.${at % 100}`));
    expect(() => open(tokenOf(0), '198.51.100.1')).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: 2000 }),
    );
    open('another', '198.51.100.1', free);
    bodies[0]?.destroy();
    await closed(streams, max);
    open(tokenOf(0), '198.51.100.1');
    streams.close();
    await closed(streams, 0);
    open(tokenOf(0)).destroy();
    await closed(streams, 0);
  });

  it('open their object once, and close it at their end and when the client leaves', async () => {
    const events: string[] = [];
    const store = {
      get: () => Promise.reject(new Error('nothing is read from a closed object')),
      openObject: async (key: string) => {
        events.push(`open ${key}`);
        return {
          read: async ({ bytes }: { bytes: number }, into: Uint8Array) => into.subarray(0, bytes),
          close: async () => void events.push(`close ${key}`),
        };
      },
    };
    const streams = new Streams({ store, clock: new ManualClock(), log, onBytes: () => undefined });
    const origin = { tenant: 'acme', apiKey: 'acme', tokenId: '', via: '', issuedWallMs: undefined };
    const open = (key: string, pieces: number) =>
      streams.open({ key, range: { from: 0, bytes: pieces * PIECE_BYTES }, address: undefined, token: key, origin });
    let bytes = 0;
    for await (const piece of open('whole', 3)) bytes += (piece as Buffer).length;
    const left = open('left', 400);
    left.once('readable', () => left.destroy());
    await closed(streams, 0);
    expect([bytes, events]).toEqual([3 * PIECE_BYTES, ['open whole', 'close whole', 'open left', 'close left']]);
  });

  it('use the buffers of a whole answer again once its connection has taken all, and never those of another', async () => {
    const seen: Uint8Array[] = [];
    const store = {
      get: () => Promise.reject(new Error('the object is open')),
      openObject: async () => ({
        read: async ({ bytes }: { bytes: number }, into: Uint8Array) => {
          seen.push(into);
          return into.subarray(0, bytes);
        },
        close: async () => undefined,
      }),
    };
    const streams = new Streams({ store, clock: new ManualClock(), log, onBytes: () => undefined });
    const origin = { tenant: 'acme', apiKey: 'acme', tokenId: '', via: '', issuedWallMs: undefined };
    /** Reads pieces, and returns the two buffers. */
    const answer = async (o: { isFinished: boolean; pieces: number }): Promise<Uint8Array[]> => {
      seen.splice(0);
      const response = Object.assign(new EventEmitter(), { writableFinished: o.isFinished });
      const answered = {
        key: 'k',
        range: { from: 0, bytes: 5 * PIECE_BYTES },
        address: undefined,
        token: 'one',
        origin,
      };
      const body = streams.open(Object.assign(answered, { response: response as unknown as ServerResponse }));
      let pieces = 0;
      for await (const _piece of body) {
        pieces += 1;
        if (pieces === o.pieces) break;
      }
      await closed(streams, 0);
      response.emit('close');
      expect(new Set(seen).size).toBe(2);
      return seen.slice(0, 2);
    };
    const whole = await answer({ isFinished: true, pieces: 6 });
    const second = await answer({ isFinished: false, pieces: 6 });
    expect(new Set(second)).toEqual(new Set(whole));
    const third = await answer({ isFinished: true, pieces: 2 });
    const fourth = await answer({ isFinished: true, pieces: 6 });
    expect(
      [...third, ...fourth].filter((one, at, all) => all.indexOf(one) === at && !whole.includes(one)),
    ).toHaveLength(4);
  });

  it('answers to a cache are not bounded by its address, unlike answers to a viewer', async () => {
    const { streams, open } = served();
    for (let at = 0; at < STREAMS_PER_ADDRESS_MAX; at += 1) open(`link ${at}`);
    expect(() => open('one more')).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    for (let at = 0; at <= STREAMS_PER_ADDRESS_MAX; at += 1) open(`link ${at}`, '');
    expect(streams.size).toBe(2 * STREAMS_PER_ADDRESS_MAX + 1);
    streams.close();
    await closed(streams, 0);
  });

  it('end when the client takes nothing for a while, or too little on average', async () => {
    const { clock, streams, open } = served();
    /** Takes a piece at each interval until the answer is aborted; returns the number of pieces. */
    const take = async (body: Readable, everyMs: number) => {
      let count = 0;
      for (; count < 40 && !body.destroyed; count += 1) {
        if (body.read(PIECE_BYTES) === null)
          await new Promise((resolve) => body.once('readable', resolve).once('close', resolve));
        clock.advance(everyMs);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return count;
    };
    const leastMs = (PIECE_BYTES / LEAST_BYTES_PER_S) * 1000;
    expect(await take(open('one'), leastMs * 0.9)).toBe(40);
    // Its buffer makes gaps of two intervals.
    expect(await take(open('one'), STALLED_MS * 0.45)).toBeLessThan(10);
    const fast = open('one');
    await take(fast, 0);
    expect(fast.destroyed).toBe(false);
    clock.advance(STALLED_MS);
    expect(fast.destroyed).toBe(true);
    await closed(streams, 0);
  });
});
