import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { encodingOf, textOf } from '../../src/text-encoding.ts';

const iconv = (text: string, charset: string): Buffer =>
  execFileSync('iconv', ['-f', 'UTF-8', '-t', charset], { input: text });
const texts = {
  chinese:
    '1\n00:00:01,000 --> 00:00:02,500\n你好，欢迎来到今天的会议。\n\n2\n00:00:03,000 --> 00:00:04,000\n我们先看一下第三季度的数据。\n',
  short: '1\n00:00:01,000 --> 00:00:02,500\n谢谢大家\n',
  traditional:
    '1\n00:00:01,000 --> 00:00:02,500\n你好，歡迎來到今天的會議。\n\n2\n00:00:03,000 --> 00:00:04,000\n我們先看一下這個問題。\n',
  japanese: '1\n00:00:01,000 --> 00:00:02,500\nこんにちは、今日の会議へようこそ。\n\n資料をご覧ください。\n',
  korean:
    '1\n00:00:01,000 --> 00:00:02,500\n안녕하세요, 오늘 회의에 오신 것을 환영합니다.\n\n다음 문제를 보겠습니다.\n',
  russian: '1\n00:00:01,000 --> 00:00:02,500\nЗдравствуйте, добро пожаловать на встречу.\nСПАСИБО!\n',
  german: '1\n00:00:01,000 --> 00:00:02,500\nSchöne Grüße aus Köln, übermäßig viele – „gut“.\n',
  french: 'Ça va très bien, merci. À bientôt, où êtes-vous ?\n',
  spanish: '¿Qué mañana? ¡Año nuevo, señor!\n',
  english: 'It’s “quoted” – and that is all…\n',
};
const label = (text: string, charset: string): string | undefined => encodingOf(iconv(text, charset));

it.each([
  ['chinese', 'GBK', 'gb18030'],
  ['short', 'GBK', 'gb18030'],
  ['chinese', 'GB18030', 'gb18030'],
  ['traditional', 'BIG5', 'big5'],
  ['japanese', 'SHIFT_JIS', 'shift_jis'],
  ['japanese', 'EUC-JP', 'euc-jp'],
  ['korean', 'EUC-KR', 'euc-kr'],
  ['korean', 'CP949', 'euc-kr'],
  ['russian', 'WINDOWS-1251', 'windows-1251'],
  ['german', 'WINDOWS-1252', 'windows-1252'],
  ['french', 'WINDOWS-1252', 'windows-1252'],
  ['spanish', 'WINDOWS-1252', 'windows-1252'],
  ['english', 'WINDOWS-1252', 'windows-1252'],
] as const)('%s text in %s is found, and decoded as it was', (name, charset, wanted) => {
  const bytes = iconv(texts[name], charset);
  expect(encodingOf(bytes)).toBe(wanted);
  expect(textOf(bytes, wanted)).toBe(texts[name]);
});

it.each(Object.keys(texts) as (keyof typeof texts)[])(
  '%s text is found in UTF-8 and UTF-16, with and without a mark',
  (name) => {
    const text = texts[name];
    for (const [charset, wanted, mark] of [
      ['UTF-8', 'utf-8', 'efbbbf'],
      ['UTF-16LE', 'utf-16le', 'fffe'],
      ['UTF-16BE', 'utf-16be', 'feff'],
    ] as const) {
      expect(label(text, charset)).toBe(wanted);
      const marked = Buffer.concat([Buffer.from(mark, 'hex'), iconv(text, charset)]);
      expect(encodingOf(marked)).toBe(wanted);
      expect(textOf(marked, wanted)).toBe(text);
    }
  },
);

it('line ends do not change what is found', () => {
  for (const end of ['\r\n', '\r']) expect(label(texts.chinese.replaceAll('\n', end), 'GBK')).toBe('gb18030');
  expect(label(texts.chinese.replaceAll('\n', '\r'), 'UTF-16LE')).toBe('utf-16le');
});

it.each(['GBK', 'BIG5', 'SHIFT_JIS', 'EUC-KR', 'UTF-16LE', 'UTF-8'])(
  'a head that cuts a character of %s is found',
  (charset) => {
    const name = { BIG5: 'traditional', SHIFT_JIS: 'japanese', 'EUC-KR': 'korean' }[charset] ?? 'chinese';
    const bytes = iconv(texts[name as keyof typeof texts], charset);
    const whole = encodingOf(bytes);
    const at = bytes.findIndex((byte) => byte > 0x80);
    for (const end of [at + 12, at + 13, at + 14])
      expect(encodingOf(bytes.subarray(0, end), { isCut: true })).toBe(whole);
  },
);

it.each<[string, Buffer]>([
  ['a zero', Buffer.from('text\0text')],
  ['an escape', Buffer.from('text\x1b[31m')],
  ['UTF-32', iconv('text\n', 'UTF-32LE')],
  ['UTF-32 with a mark', iconv('text\n', 'UTF-32')],
  ['legacy text with an escape', Buffer.from('gr\xfc\xdfe\x1b[31m', 'latin1')],
  ['characters that no language has together', Buffer.from([0xfe, 0xa3, 0xff, 0x9d, 0xf7, 0x81, 0xfe, 0xff])],
  [
    'a picture',
    Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;', 'latin1'),
  ],
])('%s is no text', (_what, bytes) => {
  expect(encodingOf(bytes)).toBeUndefined();
});
