// All texts of all pages exist in both languages, with the same placeholders.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sayOf, type Texts } from '../../src/core/messages/both-languages.ts';

const folder = join(import.meta.dirname, '../../src');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/^(account|admin|check|show)\/text\.ts$/.test(file)) // hooks, which Node does not load
  .filter((file) =>
    /(^|\/)(text|texts|reasons|why-text|settings-text|messages\/(effects|recording-states))\.ts$/.test(file),
  );
async function textsOf(file: string): Promise<readonly Texts<string>[]> {
  const exported = Object.values((await import(join(folder, file))) as Record<string, unknown>);
  return exported.filter((one): one is Texts<string> => typeof one === 'object' && one !== null && 'en' in one);
}
const textsByFile = await Promise.all(files.map(async (file) => ({ file, texts: await textsOf(file) })));
const all = textsByFile.filter(({ texts }) => texts.length > 0);
const placeholdersOf = (text = ''): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([hole]) => hole).sort();
/** Keys whose placeholders differ on purpose: a kind of money, a header as it is sent. */
const differing = new Set(['sums', 'headersHint']);

it('the check covers the texts of all pages', () => {
  const checkedFiles = all.map(({ file }) => file);
  const catalogues = ['core', 'account/core', 'check/core', 'show/core'];
  expect(checkedFiles).toEqual(expect.arrayContaining(catalogues.map((name) => `${name}/messages/texts.ts`)));
  const pages = [
    'admin/users/text',
    'console/session/core/why-text',
    'account/report/text',
    'library/text',
    'library/play/text',
    'watch/text',
  ];
  expect(checkedFiles).toEqual(expect.arrayContaining(pages.map((name) => `${name}.ts`)));
});

describe.each(all)('texts of $file', ({ texts }) => {
  it('have the same placeholders in English and Chinese, and are not empty', () => {
    for (const { en = {}, zh = {} } of texts)
      for (const [key, text] of Object.entries(en)) {
        if (!differing.has(key)) expect([key, placeholdersOf(zh[key])]).toEqual([key, placeholdersOf(text)]);
        expect([key, text.trim(), zh[key]?.trim() ?? '']).not.toContain('');
        expect(text).not.toMatch(/\p{Script=Han}/u);
      }
  });

  it('address the reader by the polite form in Chinese', () => {
    for (const { zh = {} } of texts) expect(Object.values(zh).filter((text) => text.includes('你'))).toEqual([]);
  });
});

describe('each key of a text', () => {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  const ENTRY = /^ {2}(?:'[^']+'|\w+): \[[\s\S]*?\],\n/gm;
  const codeOf = (source: string): string =>
    source.includes('inBothLanguages({') ? source.replaceAll(ENTRY, '') : source;
  const code = sources.map((file) => codeOf(readFileSync(join(folder, file), 'utf8'))).join('\n');
  const words = new Set(code.match(/[\w.]+/g));
  const templates = [...code.matchAll(/`([\w.]*)\$\{[^`]*?\}([\w.]*)`/g)]
    .map(([, before = '', after = '']) => [before, after] as const)
    .filter(([before, after]) => before + after !== '');
  const isNamed = (key: string): boolean =>
    words.has(key) || templates.some(([before, after]) => key.startsWith(before) && key.endsWith(after));

  it.each(all)('is named by a page: $file', ({ texts }) => {
    const unused = texts.flatMap(({ en = {} }) => Object.keys(en)).filter((key) => !isNamed(key));
    expect(unused.filter((key) => !ofTheApi.has(key))).toEqual([]);
  });
});

/** Keys that come from the api. */
const ofTheApi = new Set(['finishing', 'ROLE_REFUSED', 'LAST_ADMIN', 'NODE_UNREACHABLE', 'CENTRE_UNREACHABLE']);

it('a placeholder with a value is filled each time; a placeholder without a value stays visible', () => {
  const say = sayOf({ en: { both: '{name}: {text}, {name} of {count}' }, zh: { both: '' } }, 'en');
  expect(say('both', { name: 'Ada', text: '{name}', count: 0 })).toBe('Ada: {name}, Ada of 0');
  expect(say('both')).toBe('{name}: {text}, {name} of {count}');
});

it('a counted word follows its number', () => {
  const say = sayOf({ en: { days: '{days} {days:day|days} left' }, zh: { days: '' } }, 'en');
  expect([0, 1, 2, '1', '1,001'].map((days) => say('days', { days }))).toEqual([
    ...['0 days left', '1 day left', '2 days left', '1 day left', '1,001 days left'],
  ]);
});

/** Keys that the pages use only for a number other than 1: another key has the text for 1, or 1 cannot occur. */
const alwaysMany = new Set([
  ...['count', 'answered', 'sums', 'kept', 'people', 'people.viewers', 'live.viewers'],
  ...['poll.votes', 'manySend', 'linksButton', 'breakOut.open', 'lines', 'taken.tooMany', 'setup.passwordHint'],
  ...['field.passwordShort', 'rule.days', 'rule.weeks', 'rule.monthDay', 'rule.monthWeekDay', 'tableTooMany'],
  ...['linksMaking', 'endText', 'allGood', 'why.warmUp', 'end.extend', 'advice.RTT_HIGH.text', 'versionUsual', 'drift'],
]);
const countedWords = 'sessions|nodes|rooms|tracks|joins|answers|alarms|minutes|days|weeks|months|participants|viewers';
const moreWords = 'votes|likes|links|rows|users|lines|hosts|problems|tests|points|hands|times|entries|files|people';
const counted = new RegExp(`\\{\\w+\\} (?:(?:open|bad|new|media|kinds of) )?(?:${countedWords}|${moreWords})\\b`, 'u');

it('no placeholder is inside another, which `sayOf` would not fill', () => {
  const faulty = all.flatMap(({ file, texts }) =>
    texts.flatMap((byLanguage) =>
      Object.values(byLanguage).flatMap((ofLanguage) =>
        Object.entries<string>(ofLanguage).flatMap(([key, text]) =>
          /\{\w+:[^}]*\{/.test(text) ? [`${file} ${key}`] : [],
        ),
      ),
    ),
  );
  expect(faulty).toEqual([]);
});

it('English texts name both forms of a word that is counted', () => {
  const faulty = all.flatMap(({ file, texts }) =>
    texts.flatMap(({ en = {} }) =>
      Object.entries(en).flatMap(([key, text]) =>
        counted.test(text) && !alwaysMany.has(key) ? [`${file} ${key}`] : [],
      ),
    ),
  );
  expect(faulty).toEqual([]);
});
