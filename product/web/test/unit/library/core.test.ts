import { uploadRefusals } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { clockText } from '../../../src/core/clock.ts';
import {
  chapterAt,
  chapterBesideMs,
  readChapters,
  textOfChapters,
  withChapter,
} from '../../../src/library/core/chapters.ts';
import { changeOf, type Draft, draftOf, problemsOf, readTags } from '../../../src/library/core/draft.ts';
import { rejectionOf } from '../../../src/library/core/file-rejection.ts';
import { isChanging } from '../../../src/library/core/list.ts';
import type { Item } from '../../../src/library/core/model.ts';
import { bytesPerSOf, leftMsOf, type Pace, withSample } from '../../../src/library/core/pace.ts';
import { includes, mayUpload, ownerOf } from '../../../src/library/core/rights.ts';
import { isLanguage, languageOfName, vttOf } from '../../../src/library/core/transcript.ts';
import {
  filtersOf,
  itemOfHash,
  noFilters,
  noRecordingFilters,
  recordingFiltersOf,
  recordingSearchOf,
  searchOf,
  searchOfView,
  viewOf,
} from '../../../src/library/core/view.ts';
import { bytesText, leftText, rateText } from '../../../src/library/core/words.ts';
import { isLibraryKey } from '../../../src/library/text.ts';

const item: Item = {
  id: 'it_1',
  title: 'Lecture',
  description: '',
  tags: ['one', 'two'],
  visibility: 'tenant',
  owner: 'usr_hana',
  may: 'change',
  name: 'lecture.mp4',
  state: 'ready',
  cover: 'none',
  chapters: [{ startMs: 0, title: 'Welcome' }],
  transcripts: [],
  createdAt: '2026-11-20T09:12:00Z',
  changedAt: '2026-11-20T09:12:00Z',
};

describe('the URL', () => {
  it.each([
    ['', noFilters],
    ['?kind=virus&state=open&mine=yes', noFilters],
    ['?kind=__proto__&state=constructor', noFilters],
    ['?q=%20%20', noFilters],
    ['?q=%20a+b&kind=video&state=ready&mine=1&lang=zh', { text: 'a b', kind: 'video', state: 'ready', isMine: true }],
    [`?q=${'x'.repeat(1000)}`, { ...noFilters, text: 'x'.repeat(256) }],
  ])('%s is parsed, and malformed values are ignored', (search, filters) => {
    expect(filtersOf(search)).toEqual(filters);
  });
  it('keeps the filters, and other parameters', () => {
    const filters = { text: 'a&b', kind: 'audio', state: '', isMine: true } as const;
    const search = searchOf(filters, '?lang=zh&q=old&state=ready');
    expect(filtersOf(search)).toEqual(filters);
    expect(search).toContain('lang=zh');
    expect(searchOf(noFilters, search)).toBe('?lang=zh');
    expect(searchOf(noFilters, '?q=x')).toBe('');
  });
  it.each([
    ['', 'all'],
    ['?view=', 'all'],
    ['?view=constructor', 'all'],
    ['?view=trash&lang=zh', 'trash'],
    ['?q=x&view=recordings', 'recordings'],
  ])('%s opens the list %s', (search, view) => expect(viewOf(search)).toBe(view));
  it('another list keeps no filters of this one, but other parameters', () => {
    const filtered = '?lang=zh&q=x&kind=video&state=ready&mine=1&from=2026-11-01&to=2026-11-02&all=1';
    expect(searchOfView('trash', filtered)).toBe('?lang=zh&view=trash');
    expect(searchOfView('all', '?view=trash')).toBe('');
  });
  it.each([
    ['', noRecordingFilters],
    ['?from=yesterday&to=2026-13-45&all=yes', noRecordingFilters],
    ['?from=2026-11-01T00:00', noRecordingFilters],
    [
      '?q=%20plan&from=2026-11-01&to=2026-11-30&all=1',
      { text: 'plan', from: '2026-11-01', to: '2026-11-30', isEveryone: true },
    ],
  ])('%s is parsed as filters of recordings, and malformed values are ignored', (search, filters) => {
    expect(recordingFiltersOf(search)).toEqual(filters);
    expect(recordingFiltersOf(recordingSearchOf(filters, '?view=recordings'))).toEqual(filters);
  });
  it.each([
    ['', undefined],
    ['#', undefined],
    ['#../../x', undefined],
    [`#${'x'.repeat(65)}`, undefined],
    ['#it_a-1', 'it_a-1'],
  ])('%s names the open item, or none', (hash, id) => expect(itemOfHash(hash)).toBe(id));
});

describe('texts', () => {
  it.each([
    [-5, '0 byte'],
    [999, '999 byte'],
    [999_960, '1 MB'],
    [48_234_496, '48.2 MB'],
    [734_003_200, '734 MB'],
    [128 * 2 ** 30, '137 GB'],
    [5e18, '5,000,000 TB'],
  ])('of %d bytes', (bytes, text) => expect(bytesText(bytes, 'en-GB')).toBe(text));
  it('of rates and times exist in both languages', () => {
    expect(rateText(4_100_000, 'en-GB')).toBe('4.1 MB/s');
    expect(rateText(4_100_000, 'zh-CN')).toContain('MB/');
    expect([0, 59_001, 60_001, 3_599_000, 5_400_000].map((ms) => leftText(ms, 'en-GB'))).toEqual([
      '1 sec',
      '1 min',
      '2 mins',
      '1 hr',
      '1.5 hrs',
    ]);
    expect(leftText(180_000, 'zh-CN')).toBe('3分钟');
  });
  it.each([
    [-1, '0:00'],
    [59_999, '0:59'],
    [3_599_999, '59:59'],
    [3_600_000, '1:00:00'],
    [3_723_000, '1:02:03'],
    [360_000_000, '100:00:00'],
  ])('of the time %d ms', (ms, text) => expect(clockText(ms)).toBe(text));
  it('exist for each reason of a refused file', () => {
    for (const code of Object.keys(uploadRefusals))
      expect([code, isLibraryKey(`reason.${code}`)]).toEqual([code, true]);
  });
});

describe('pace', () => {
  const paceOf = (samples: Pace): Pace => samples.reduce<Pace>(withSample, []);
  it('is unknown in the first second, and gives no remaining time when no bytes arrive', () => {
    expect(bytesPerSOf([])).toBeUndefined();
    expect(
      bytesPerSOf(
        paceOf([
          { atMs: 0, bytes: 0 },
          { atMs: 999, bytes: 5 },
        ]),
      ),
    ).toBeUndefined();
    const still = paceOf([
      { atMs: 0, bytes: 5 },
      { atMs: 2000, bytes: 5 },
    ]);
    expect([bytesPerSOf(still), leftMsOf(still, 100)]).toEqual([0, undefined]);
  });
  it('covers the last ten seconds, however many samples there are', () => {
    const samples = Array.from({ length: 500 }, (_, at) => ({
      atMs: at * 100,
      bytes: at < 400 ? 0 : (at - 400) * 100,
    }));
    const pace = paceOf(samples);
    expect(pace.length).toBeLessThanOrEqual(100);
    expect(bytesPerSOf(pace)).toBeCloseTo(1000, 0);
    expect(leftMsOf(pace, 5000)).toBeCloseTo(5000, -2);
    expect(leftMsOf(pace, -1)).toBe(0);
    const slow = [0, 20_000, 22_000].map((atMs) => ({ atMs, bytes: Math.max(0, atMs - 20_000) }));
    expect(bytesPerSOf(paceOf(slow))).toBe(1000);
  });
});

describe('chapters', () => {
  it.each([
    ['Welcome', { problem: 'line', line: 1 }],
    ['0:00 Welcome\n1:75 Bad', { problem: 'line', line: 2 }],
    ['0:00', { problem: 'line', line: 1 }],
    ['999:59:59 Too late', { problem: 'line', line: 1 }],
    ['0:10 a\n\n0:10 b', { problem: 'order', line: 3 }],
    [`0:00 ${'x'.repeat(257)}`, { problem: 'tooLong', line: 1 }],
    [Array.from({ length: 501 }, (_, at) => `${at}:00 x`).join('\n'), { problem: 'tooMany', line: 0 }],
  ])('with a fault (%#) are refused with its line', (text, problem) => expect(readChapters(text)).toEqual(problem));
  it('are parsed back as they were written', () => {
    const chapters = [
      { startMs: 0, title: '0:00 is the begin' },
      { startMs: 95_250, title: '提问' },
      { startMs: 3_723_000, title: 'End' },
    ];
    expect(readChapters(textOfChapters(chapters))).toEqual({ chapters });
    expect(readChapters(' 1:00:00  x \n\n')).toEqual({ chapters: [{ startMs: 3_600_000, title: 'x' }] });
    expect(readChapters('')).toEqual({ chapters: [] });
  });
  it('have a new one inserted in order, in place of one at the same time', () => {
    expect(withChapter('0:00 a\n1:00 b', { startMs: 30_000, title: 'c' })).toBe('0:00 a\n0:30 c\n1:00 b');
    expect(withChapter('0:00 a', { startMs: 0, title: 'c' })).toBe('0:00 c');
    expect(withChapter('broken\n', { startMs: 0, title: 'c' })).toBe('broken\n0:00 c');
  });
  it('have as the current one the last that has begun', () => {
    const chapters = [
      { startMs: 10, title: 'a' },
      { startMs: 20, title: 'b' },
    ];
    expect([0, 10, 19, 20, 99].map((ms) => chapterAt(chapters, ms))).toEqual([-1, 0, 0, 1, 1]);
  });
  it('have neighbours; soon after its start, the previous chapter is the one before', () => {
    const chapters = [0, 60_000, 120_000].map((startMs) => ({ startMs, title: 'x' }));
    const beside = (ms: number) => [chapterBesideMs(chapters, ms, -1), chapterBesideMs(chapters, ms, 1)];
    expect([beside(0), beside(61_000), beside(64_000), beside(130_000)]).toEqual([
      [0, 60_000],
      [0, 120_000],
      [60_000, 120_000],
      [120_000, undefined],
    ]);
    expect(chapterBesideMs([], 0, -1)).toBe(undefined);
  });
});

describe('the form of an item', () => {
  const draft = draftOf(item);
  it.each<[Partial<Draft>, readonly string[]]>([
    [{ title: '  ' }, ['title']],
    [{ tags: 'x'.repeat(65) }, ['tags']],
    [{ tags: Array.from({ length: 33 }, (_, at) => at).join() }, ['tags']],
    [{ chapters: 'no time', title: '' }, ['title', 'chapters']],
    [{}, []],
  ])('%j has problems %j', (typed, problems) => expect(problemsOf({ ...draft, ...typed })).toEqual(problems));
  it('sends only changes', () => {
    expect(changeOf(draft, item)).toBeUndefined();
    expect(changeOf({ ...draft, title: ' Lecture ', tags: 'one，two,,one' }, item)).toBeUndefined();
    expect(changeOf({ ...draft, description: 'All of it', chapters: '' }, item)).toEqual({
      description: 'All of it',
      chapters: [],
    });
  });
  it('splits tags at commas of both scripts', () => {
    expect(readTags('a, b，c、d\n a')).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('rights', () => {
  const member = { id: 'usr_hana', role: 'member', scopes: ['library:read'] } as const;
  const host = { ...member, role: 'host', scopes: ['library:read', 'library:write'] } as const;
  it('a member may not upload', () => {
    expect([member, host].map(({ scopes }) => mayUpload({ scopes: [...scopes] }))).toEqual([false, true]);
  });
  it.each([
    ['play', [true, false, false]],
    ['download', [true, true, false]],
    ['change', [true, true, true]],
  ] as const)('%s includes the rights before it, and no others', (may, expected) => {
    expect((['play', 'download', 'change'] as const).map((needed) => includes(may, needed))).toEqual(expected);
  });
  it('the owner is shown as the user, a colleague, none, or the name that another system gave', () => {
    expect(['usr_hana', 'usr_ivo', '', 'crm 7'].map((owner) => ownerOf(owner, host))).toEqual([
      'me',
      'colleague',
      'none',
      { said: 'crm 7' },
    ]);
  });
});

describe('refetching the list', () => {
  const itemAt = (id: string, at: number, state: Item['state'] = 'ready'): Item => ({
    ...item,
    id,
    state,
    createdAt: new Date(at).toISOString(),
  });
  it('goes on while an item changes by itself', () => {
    expect(isChanging([itemAt('a', 1), itemAt('b', 2, 'refused')])).toBe(false);
    expect(isChanging([itemAt('a', 1), itemAt('b', 2, 'checking')])).toBe(true);
    expect(isChanging([{ ...itemAt('a', 1), trimming: { state: 'waiting', done: 0 } }])).toBe(true);
  });
});

describe('files', () => {
  it.each([
    [undefined, 'tooMany'],
    [{ size: 0, isKnown: false }, 'empty'],
    [{ size: 128 * 2 ** 30 + 1, isKnown: false }, 'tooLarge'],
    [{ size: 5, isKnown: true }, 'twice'],
    [{ size: 5, isKnown: false }, 'tooMany'],
  ] as const)('%j is rejected: %s', (file, why) => expect(rejectionOf(file)).toBe(why));
  it.each([
    ['talk.zh.vtt', 'zh'],
    ['talk.pt-BR.VTT', 'pt-BR'],
    ['talk.vtt', ''],
    ['en.srt', ''],
    ['a.final2.vtt', ''],
  ])('%s is a transcript in %j', (name, language) => expect(languageOfName(name)).toBe(language));
  const vttOfText = (text: string) => vttOf(new TextEncoder().encode(text));
  it('only subtitles of limited length, with a language tag, are a transcript', () => {
    const others = ['WEBVTTX', '1\n00:00', '', '[Script Info]\n', 'text', `WEBVTT\n${'x'.repeat(500_000)}`, 'a\0b'];
    expect(others.map(vttOfText)).toEqual(others.map(() => undefined));
    expect(vttOfText('\uFEFFWEBVTT - x\r\n')).toBe('WEBVTT - x\n');
    expect(['en', 'zh-Hans-CN', 'e', '../x', 'en_GB', `en-${'a-'.repeat(30)}`].map(isLanguage)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
  it.each(['\n', '\r\n', '\r'])('SubRip with line ends %j becomes WebVTT', (end) => {
    const lines = [
      '1',
      '00:00:01,5 --> 01:00:02,250 X1:40',
      '{\\an8}<font color="red">A</font> & <i>b</i>',
      '3 < 4',
      '',
    ];
    const second = [
      '2',
      '00:00:03,000 --> 00:00:04,000',
      '2024',
      '',
      '',
      '3',
      '00:00:09,000 --> 00:00:08,000',
      'x',
      '',
    ];
    const vtt =
      'WEBVTT\n\n00:00:01.500 --> 01:00:02.250\nA &amp; <i>b</i>\n3 &lt; 4\n\n00:00:03.000 --> 00:00:04.000\n2024';
    expect(vttOfText([...lines, ...second].join(end))).toBe(vtt);
  });
  it('ASS becomes WebVTT in the order of times', () => {
    const head = '[Script Info]\nTitle: x\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n';
    const second = 'Dialogue: 0,0:00:03.00,0:00:04.50,Default,Two{\\b1}, three\\Nfour\n';
    const first = 'Comment: 0,0:00:00.00,0:00:01.00,Default,no\nDialogue: 0,0:00:01.00,0:00:02.00,Default,One\n';
    expect(vttOfText(head + second + first)).toBe(
      'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nOne\n\n00:00:03.000 --> 00:00:04.500\nTwo, three\nfour',
    );
  });
  it('subtitles in UTF-16 and in GBK are read', () => {
    const text = '1\n00:00:01,000 --> 00:00:02,000\n谢谢大家\n';
    const utf16 = Uint8Array.from(
      [...`\ufeff${text}`].flatMap((one) => [one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8]),
    );
    const [before = '', after = ''] = text.split('谢谢大家');
    const gbk = [...new TextEncoder().encode(before), ...[0xd0, 0xbb, 0xd0, 0xbb, 0xb4, 0xf3, 0xbc, 0xd2]];
    for (const bytes of [utf16, Uint8Array.from([...gbk, ...new TextEncoder().encode(after)])])
      expect(vttOf(bytes)).toBe('WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n谢谢大家');
  });
});
