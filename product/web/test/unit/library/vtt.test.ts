import { describe, expect, it } from 'vitest';
import { foundIn, parseVtt, pictureAt, shownText } from '../../../src/library/core/vtt.ts';

describe('WebVTT', () => {
  const text = `WEBVTT - captions\r\n\r\nNOTE not shown\r\n\r\n1\r\n00:01.000 --> 00:02.500 align:start\r\n<v Ann>Hello &amp; <b>good</b>\r\nmorning\r\n\r\n01:00:00.000 --> 01:00:01.000\r\nlater\r\n\r\n00:05.000 --> 00:04.000\r\nbackwards\r\n\r\nnonsense`;
  it('is parsed into cues without malformed ones', () => {
    const cues = parseVtt(text);
    expect(cues.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [1000, 2500],
      [3_600_000, 3_601_000],
    ]);
    expect(cues.map((cue) => shownText(cue.text))).toEqual(['Hello & good\nmorning', 'later']);
    expect(parseVtt('')).toEqual([]);
  });
  it('is searched by words in any case, without its markup', () => {
    const cues = parseVtt(text);
    const found = (search: string) => foundIn(cues, search).map(({ startMs }) => startMs);
    expect([found(''), found(' GOOD hello'), found('later'), found('Ann'), found('amp'), found('no')]).toEqual([
      [1000, 3_600_000],
      [1000],
      [3_600_000],
      [],
      [],
      [],
    ]);
  });
  it('contains preview pictures', () => {
    const cues = parseVtt(
      'WEBVTT\n\n00:00.000 --> 00:10.000\ns-1.jpg#xywh=0,0,160,90\n\n00:10.000 --> 00:20.000\ns-1.jpg#xywh=160,0,160,90\n',
    );
    const second = { sheet: 's-1.jpg', x: 160, y: 0, width: 160, height: 90 };
    expect([pictureAt(cues, 12_000), pictureAt(cues, 99_000)]).toEqual([second, second]);
    expect(pictureAt(cues, -1)).toMatchObject({ x: 0 });
    expect(pictureAt([], 0)).toBe(undefined);
    expect(pictureAt(parseVtt('WEBVTT\n\n00:00.000 --> 00:10.000\na sentence'), 0)).toBe(undefined);
  });
});
