// Texts and subtitles in many encodings.
import { execFileSync } from 'node:child_process';
import { bytesOf, type CorpusRow } from './row.ts';

const words = {
  en: 'Hello, and welcome to this talk.',
  zh: '你好，欢迎来到今天的会议。我们先看一下这个问题。',
  tw: '你好，歡迎來到今天的會議。我們先看一下這個問題。',
  ja: 'こんにちは、今日の会議へようこそ。',
  ko: '안녕하세요, 오늘 회의에 오신 것을 환영합니다.',
  de: 'Schöne Grüße aus Köln, übermäßig viele.',
  ru: 'Здравствуйте, добро пожаловать на встречу.',
};
type Language = keyof typeof words;
const srt = (language: Language, end = '\r\n'): string =>
  [
    '1',
    '00:00:01,000 --> 00:00:02,500',
    words[language],
    '',
    '2',
    '00:00:03,000 --> 00:00:04,000',
    words[language],
    '',
  ].join(end);
const vtt = (language: Language): string => `WEBVTT\n\n00:01.000 --> 00:02.500\n${words[language]}\n`;
const ass = (language: Language): string =>
  `[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:02.00,${words[language]}\n`;
const encode = (text: string, charset: string): Buffer =>
  execFileSync('iconv', ['-f', 'UTF-8', '-t', charset], { input: text });

const row = (
  name: string,
  o: { text: string; charset?: string; type: string; found?: string; mark?: string },
): CorpusRow => ({
  name,
  make: (dir) =>
    bytesOf('text', Buffer.concat([Buffer.from(o.mark ?? '', 'hex'), encode(o.text, o.charset ?? 'UTF-8')]))(dir),
  expect: {
    kind: 'document',
    type: o.type,
    hasCover: false,
    media: { durationMs: 0 },
    ...(o.found !== undefined && { charset: o.found }),
  },
});
const subRip = 'application/x-subrip';
const ends = { 'CR LF': '\r\n', LF: '\n', CR: '\r' };

export const textRows: readonly CorpusRow[] = [
  row('WebVTT', { text: vtt('en'), type: 'text/vtt' }),
  row('WebVTT with a byte order mark', { text: vtt('zh'), mark: 'efbbbf', type: 'text/vtt' }),
  row('WebVTT in UTF-16', { text: vtt('zh'), mark: 'fffe', charset: 'UTF-16LE', type: 'text/vtt', found: 'utf-16le' }),
  row('WebVTT in GBK', { text: vtt('zh'), charset: 'GBK', type: 'text/vtt', found: 'gb18030' }),
  row('ASS', { text: ass('en'), type: 'text/x-ssa' }),
  row('ASS with a byte order mark', { text: ass('ja'), mark: 'efbbbf', type: 'text/x-ssa' }),
  row('ASS in UTF-16', { text: ass('zh'), mark: 'fffe', charset: 'UTF-16LE', type: 'text/x-ssa', found: 'utf-16le' }),
  row('ASS in Shift JIS', { text: ass('ja'), charset: 'SHIFT_JIS', type: 'text/x-ssa', found: 'shift_jis' }),
  ...Object.entries(ends).flatMap(([name, end]) => [
    row(`SubRip with ${name}`, { text: srt('en', end), type: subRip }),
    row(`SubRip in GBK with ${name}`, { text: srt('zh', end), charset: 'GBK', type: subRip, found: 'gb18030' }),
  ]),
  row('SubRip with a byte order mark', { text: srt('zh'), mark: 'efbbbf', type: subRip }),
  row('SubRip in UTF-16', { text: srt('zh'), mark: 'fffe', charset: 'UTF-16LE', type: subRip, found: 'utf-16le' }),
  row('SubRip in UTF-16 of the other order', {
    text: srt('zh'),
    mark: 'feff',
    charset: 'UTF-16BE',
    type: subRip,
    found: 'utf-16be',
  }),
  row('SubRip in UTF-16 without a mark', { text: srt('zh'), charset: 'UTF-16LE', type: subRip, found: 'utf-16le' }),
  row('SubRip in UTF-16 of the other order without a mark', {
    text: srt('ko'),
    charset: 'UTF-16BE',
    type: subRip,
    found: 'utf-16be',
  }),
  row('SubRip in GB 18030', { text: srt('zh'), charset: 'GB18030', type: subRip, found: 'gb18030' }),
  row('SubRip in Big5', { text: srt('tw'), charset: 'BIG5', type: subRip, found: 'big5' }),
  row('SubRip in Shift JIS', { text: srt('ja'), charset: 'SHIFT_JIS', type: subRip, found: 'shift_jis' }),
  row('SubRip in EUC-JP', { text: srt('ja'), charset: 'EUC-JP', type: subRip, found: 'euc-jp' }),
  row('SubRip in EUC-KR', { text: srt('ko'), charset: 'EUC-KR', type: subRip, found: 'euc-kr' }),
  row('SubRip in Windows-1252', { text: srt('de'), charset: 'WINDOWS-1252', type: subRip, found: 'windows-1252' }),
  row('SubRip in Windows-1251', { text: srt('ru'), charset: 'WINDOWS-1251', type: subRip, found: 'windows-1251' }),
  row('text in GBK', { text: words.zh, charset: 'GBK', type: 'text/plain', found: 'gb18030' }),
  row('text of more than a head in GBK', {
    text: `${words.zh}\n`.repeat(3000),
    charset: 'GBK',
    type: 'text/plain',
    found: 'gb18030',
  }),
  row('text of more than a head in UTF-16', {
    text: `x${words.zh}\n`.repeat(3000),
    charset: 'UTF-16BE',
    type: 'text/plain',
    found: 'utf-16be',
  }),
  row('text with the end mark of DOS', { text: 'Hello\r\n\x1a', type: 'text/plain' }),
  row('text that begins like a program', { text: 'MZ was Mark Zbikowski.\n', type: 'text/plain' }),
];
