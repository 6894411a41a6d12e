import { describe, expect, it } from 'vitest';
import { CUES_MAX, readWebVtt } from '../../../src/library/core/web-vtt.ts';

const cue = '00:01.000 --> 00:02.000\nHello';

describe('a WebVTT text', () => {
  const wrong: [what: string, vtt: string, why: RegExp][] = [
    ['is empty', '', /WEBVTT/],
    ['is something else', '1\n00:00:01,000 --> 00:00:02,000\nSubRip', /WEBVTT/],
    ['has more than WEBVTT in its first word', `WEBVTTX\n\n${cue}`, /WEBVTT/],
    ['has text before WEBVTT', ` WEBVTT\n\n${cue}`, /WEBVTT/],
    ['has a cue in its head', `WEBVTT\n${cue}`, /WEBVTT/],
    ['has no cue', 'WEBVTT\n\nNOTE nothing\n\n', /no cue/],
    ['has commas instead of points', 'WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nA', /times: 00:00:01,000/],
    ['has a cue that ends before it begins', 'WEBVTT\n\n00:03.000 --> 00:02.000\nA', /times/],
    ['has a minute of 60 seconds', 'WEBVTT\n\n00:60.000 --> 01:02.000\nA', /times/],
    ['has two arrows', 'WEBVTT\n\n00:01.000 --> 00:02.000 --> 00:03.000\nA', /times/],
    ['has times after its text', 'WEBVTT\n\na\nb\n00:01.000 --> 00:02.000', /times/],
    ['has too many cues', `WEBVTT\n\n${`${cue}\n\n`.repeat(CUES_MAX + 1)}`, /more than/],
  ];
  it.each(wrong)('that %s is refused', (_, vtt, why) => {
    expect(readWebVtt(vtt)).toEqual({ wrong: expect.stringMatching(why) });
  });

  it('yields its spoken text, without marks', () => {
    const blocks = [
      '\ufeffWEBVTT - of a film\nKind: captions',
      'STYLE\n::cue { color: red }',
      'NOTE not this\nor this',
      'one\n00:01.000 --> 00:02.000 align:start\n<v Ann>Tom &amp; <b>Jerry</b>&nbsp;here\nsecond line',
      '100:00:03.000 --> 100:00:04.000\r\nEnd <00:03.500>of it',
    ];
    expect(readWebVtt(blocks.join('\r\n\r\n'))).toEqual({
      cues: 2,
      text: 'Tom & Jerry here second line\nEnd of it',
    });
  });

  it('of a hostile shape is parsed within a second', () => {
    for (const text of ['<'.repeat(480_000), '&'.repeat(480_000), '-->'.repeat(160_000), '\n'.repeat(480_000)]) {
      const startMs = performance.now();
      readWebVtt(`WEBVTT\n\n${cue}\n${text}`);
      readWebVtt(`WEBVTT\n\n${text}`);
      expect(performance.now() - startMs).toBeLessThan(1000);
    }
  });
});
