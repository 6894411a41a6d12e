import { describe, expect, it } from 'vitest';
import { kept, typeOfName } from '../../src/core/serving/file-types.ts';
import { answerOf, contentRange } from '../../src/core/serving/ranges.ts';

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
    expect(answerOf({ range }, { bytes: 100, etag })).toEqual(answer);
  });

  it('is ignored when the file is another one by now', () => {
    const asked = (condition: string) => answerOf({ range: 'bytes=0-9', 'if-range': condition }, { bytes: 100, etag });
    expect(asked('"bb"')).toEqual(whole);
    expect(asked(`W/${etag}`)).toEqual(whole);
    expect(asked('Wed, 21 Oct 2015 07:28:00 GMT')).toEqual(whole);
    expect(asked(etag)).toEqual(part(0, 10));
  });

  it('is not sent again to who has the file', () => {
    const asked = (list: string) => answerOf({ range: 'bytes=0-9', 'if-none-match': list }, { bytes: 100, etag });
    for (const list of [etag, `W/${etag}`, `"bb", ${etag}`, '*']) expect(asked(list)).toEqual({ status: 304 });
    expect(asked('"bb"')).toEqual(part(0, 10));
  });

  it('of an empty file is nothing', () => {
    expect(answerOf({}, { bytes: 0, etag })).toEqual({ status: 200, range: { from: 0, bytes: 0 } });
    for (const range of ['bytes=0-', 'bytes=-1']) expect(answerOf({ range }, { bytes: 0, etag })).toEqual(none);
  });

  it('is named in the answer', () => {
    expect(contentRange({ from: 90, bytes: 10 }, 100)).toBe('bytes 90-99/100');
  });
});

it('types are known by the ends of names, and no other file is opened by a browser', () => {
  expect(typeOfName('camera-0001.mp4')).toBe('video/mp4');
  expect(typeOfName('a/master.m3u8')).toBe('application/vnd.apple.mpegurl');
  for (const name of ['page.html', 'x.svg', 'constructor', 'x.constructor', 'mp4'])
    expect(typeOfName(name)).toBe(name === 'mp4' ? 'video/mp4' : 'application/octet-stream');
  expect(kept('a/chapters.vtt')).toBe('attachment; filename="chapters.vtt"');
});
