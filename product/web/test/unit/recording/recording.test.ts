import type { FinishedChapter, FinishedOutput } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { fileUrl, parseRecordingAddress } from '../../../src/recording/core/address.ts';
import { type PlayKeyPress, playKeyOf, speedBeside, speeds } from '../../../src/recording/core/keys.ts';
import {
  afterHole,
  bytesText,
  chapterAt,
  neededAt,
  peopleOf,
  shownAt,
  spanOf,
  viewsOf,
} from '../../../src/recording/core/timeline.ts';
import { cuesAt, parseVtt, pictureAt, shownText } from '../../../src/recording/core/vtt.ts';

const page = 'https://meet.example/recording';
const encoded = (claims: object): string => btoa(JSON.stringify(claims)).replaceAll('=', '');
const addressOf = (base: string) => parseRecordingAddress(`#base=${encodeURIComponent(base)}`, page);

describe('a URL', () => {
  it.each([
    '',
    'https://rec.example/recordings/a.b.c',
    'https://rec.example/r/?x=1/',
    'https://rec.example/r/#/',
    'javascript:alert(1)/',
    'data:text/plain,/',
    'file:///etc/',
    'https://me:secret@rec.example/r/',
    `https://rec.example/${'x'.repeat(20_000)}/`,
  ])('contains no recording for the base "%s"', (base) => {
    expect(addressOf(base)).toBe(undefined);
  });

  it('contains a base, and the rights of the base’s token', () => {
    const base = (may: string) => `https://rec.example/recordings/h.${encoded({ may, name: 'é' })}.s/`;
    expect(addressOf(base('play'))).toEqual({ base: base('play'), mayDownload: false });
    expect(addressOf(base('download'))).toEqual({ base: base('download'), mayDownload: true });
    expect(addressOf('/recordings/files/')).toEqual({
      base: 'https://meet.example/recordings/files/',
      mayDownload: true,
    });
    expect(parseRecordingAddress('', page)).toBe(undefined);
  });

  it('of a file lies below the base', () => {
    expect(fileUrl('https://a.example/r/t/', 'hls/master.m3u8')).toBe('https://a.example/r/t/hls/master.m3u8');
    expect(fileUrl('https://a.example/r/t/', 'a.mp4', true)).toBe('https://a.example/r/t/a.mp4?download=1');
  });
});

const output = (name: string, o: Partial<FinishedOutput> = {}): FinishedOutput => {
  const mp4 = { name: `${name}.mp4`, bytes: 1, sha256: 'a'.repeat(64), type: 'video/mp4' };
  const place = { offsetMs: 0, durationMs: 100, hasPicture: true, hasSound: true, width: 320, height: 180 };
  const base = { name, group: 'camera' as const, identity: name, title: name, mp4, hls: null, sprite: null };
  return Object.assign(base, place, o);
};
const chapter = (ms: number, identity: string, kind: FinishedChapter['kind'] = 'speaker'): FinishedChapter => ({
  ms,
  durationMs: 10,
  kind,
  identity,
  title: identity,
});

describe('the shown picture', () => {
  const outputs = [
    output('ann'),
    output('bob', { offsetMs: 20, durationMs: 50 }),
    output('slides', { group: 'screen', identity: 'bob', offsetMs: 40, durationMs: 20 }),
    output('voice', { hasPicture: false }),
    output('all', { group: 'composed', identity: '' }),
  ];
  const chapters = [chapter(0, 'ann'), chapter(10, 'bob'), chapter(30, 'gone'), chapter(80, 'bob')];
  const at = (ms: number, o: { view?: 'composed' | 'people'; chosen?: string } = {}) => {
    const { large, strip, active } = shownAt({ outputs, chapters }, ms, { view: o.view ?? 'people', chosen: o.chosen });
    return [large?.name, strip.map(({ name }) => name).join(), active.map(({ name }) => name).join()];
  };
  it('is only the composed picture, with its sound', () => {
    expect(at(50, { view: 'composed' })).toEqual(['all', '', 'all']);
    expect(viewsOf({ outputs })).toEqual(['composed', 'people']);
    expect(viewsOf({ outputs: outputs.slice(0, 2) })).toEqual(['people']);
  });
  it('is that of the current or last speaker whose picture runs', () => {
    expect(at(0)).toEqual(['ann', '', 'ann,voice']);
    expect(at(15)).toEqual(['ann', '', 'ann,voice']); // bob's picture has not begun
    expect(at(25)).toEqual(['bob', 'ann', 'ann,bob,voice']);
    expect(at(35)).toEqual(['bob', 'ann', 'ann,bob,voice']);
    expect(at(90)).toEqual(['ann', '', 'ann,voice']); // bob's has ended
  });
  it('is a shared screen rather than the speaker, and the chosen picture rather than both', () => {
    expect(at(45)).toEqual(['slides', 'ann,bob', 'ann,bob,slides,voice']);
    expect(at(45, { chosen: 'ann' })).toEqual(['ann', 'bob,slides', 'ann,bob,slides,voice']);
    expect(at(95, { chosen: 'bob' })).toEqual(['ann', '', 'ann,voice']);
  });
  it('is none before the start and after the end', () => {
    expect(at(100)).toEqual([undefined, '', '']);
  });
  it('is loaded 5 s before it begins', () => {
    const later = output('later', { offsetMs: 9000, durationMs: 1000 });
    const empty = output('empty', { durationMs: 0 });
    const needed = (ms: number) => neededAt([later, empty], ms).map(({ name }) => name);
    expect([needed(3999), needed(4000), needed(9999), needed(10_000)]).toEqual([[], ['later'], ['later'], []]);
  });
});

describe('the time of a recording', () => {
  it('has chapters, and skips holes', () => {
    const chapters = [chapter(10, 'ann'), chapter(20, 'bob'), chapter(30, 'ann'), chapter(30, '', 'screen')];
    expect([0, 10, 19, 25, 99].map((ms) => chapterAt(chapters, ms))).toEqual([-1, 0, 0, 1, 3]);
    expect(peopleOf(chapters)).toEqual(['ann', 'bob']);
    const holes = [{ ms: 10, durationMs: 5 }];
    expect([9, 10, 14, 15].map((ms) => afterHole(holes, ms))).toEqual([9, 15, 15, 15]);
  });
  it('maps to a start and a width in the bar', () => {
    expect(spanOf({ ms: 25, durationMs: 25 }, 100)).toEqual({ from: 25, width: 25 });
    expect(spanOf({ ms: 90, durationMs: 50 }, 100)).toEqual({ from: 90, width: 10 });
    expect(spanOf({ ms: 0, durationMs: 0 }, 0)).toEqual({ from: 0, width: 0 });
  });
  it('sizes have units', () => {
    expect([0, 789, 1500, 12_345_678, 2e9].map((bytes) => bytesText(bytes, 'en'))).toEqual([
      '0 B',
      '789 B',
      '1.5 kB',
      '12 MB',
      '2 GB',
    ]);
  });
});

describe('a key', () => {
  const press = (key: string, o: Partial<PlayKeyPress> = {}) =>
    playKeyOf(
      Object.assign(
        {
          key,
          altKey: false,
          ctrlKey: false,
          metaKey: false,
          repeat: false,
          typing: false,
          modal: false,
          onControl: false,
          onSlider: false,
        },
        o,
      ),
    );
  it('has its usual effect', () => {
    expect(press(' ')).toEqual({ do: 'toggle' });
    expect(press('K')).toEqual({ do: 'toggle' });
    expect(press('j')).toEqual({ do: 'skip', ms: -10_000 });
    expect(press('l')).toEqual({ do: 'skip', ms: 10_000 });
    expect(press('ArrowRight')).toEqual({ do: 'skip', ms: 5000 });
    expect(press('m')).toEqual({ do: 'mute' });
    expect(press('f')).toEqual({ do: 'fullScreen' });
    expect(press('3')).toEqual({ do: 'seek', share: 0.3 });
    expect(press('constructor')).toBe(undefined);
  });
  it('is ignored when it belongs to another element', () => {
    for (const o of [{ ctrlKey: true }, { altKey: true }, { metaKey: true }, { typing: true }, { modal: true }])
      expect(press('k', o)).toBe(undefined);
    for (const key of [' ', 'ArrowLeft', 'Home']) expect(press(key, { onControl: true })).toBe(undefined);
    for (const key of ['ArrowLeft', 'Home']) expect(press(key, { onSlider: true })).toBe(undefined);
    expect(press(' ', { onSlider: true })).toEqual({ do: 'toggle' });
    expect(press('k', { onControl: true })).toEqual({ do: 'toggle' });
    expect(press('m', { repeat: true })).toBe(undefined);
    expect(press('l', { repeat: true })).toEqual({ do: 'skip', ms: 10_000 });
  });
  it('changes the speed within limits', () => {
    expect([speedBeside(1, 1), speedBeside(1, -1), speedBeside(3, 1), speedBeside(0.5, -1)]).toEqual([
      1.25, 0.75, 3, 0.5,
    ]);
    expect([speeds[0], speeds.at(-1)]).toEqual([0.5, 3]);
  });
});

describe('WebVTT', () => {
  const text = `WEBVTT - captions\r\n\r\nNOTE not shown\r\n\r\n1\r\n00:01.000 --> 00:02.500 align:start\r\n<v Ann>Hello &amp; <b>good</b>\r\nmorning\r\n\r\n01:00:00.000 --> 01:00:01.000\r\nlater\r\n\r\n00:05.000 --> 00:04.000\r\nbackwards\r\n\r\nnonsense`;
  it('is parsed into cues without malformed ones', () => {
    const cues = parseVtt(text);
    expect(cues.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [1000, 2500],
      [3_600_000, 3_601_000],
    ]);
    expect(cuesAt(cues, 1000).map((cue) => shownText(cue.text))).toEqual(['Hello & good\nmorning']);
    expect(cuesAt(cues, 2500)).toEqual([]);
    expect(parseVtt('')).toEqual([]);
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
