// The head of every page has the way home, and the account's menu. Node does not load components, so the tests read
// their sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../../src');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx'))
  .map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(join(folder, file), 'utf8') }));
const filesWith = (part: RegExp): readonly string[] =>
  sources.filter(({ text }) => part.test(text)).map(({ file }) => file);

describe('the logo of a page', () => {
  it('is in each head', () => {
    const heads = sources.flatMap(({ text }) => text.match(/<header className="page-head[\s\S]*?<\/header>/g) ?? []);
    expect(heads.length).toBeGreaterThan(8);
    expect(heads.filter((head) => !/<(Company)?Brand\b/.test(head))).toEqual([]);
  });

  it('is a link home', () => {
    const tags = sources.flatMap(({ text }) => text.match(/<\w+ className=(?:"brand |\{BRAND_CLASS\})[^>]*>/g) ?? []);
    const withoutLink = tags.filter((tag) => !(tag.startsWith('<a ') && tag.includes('href={HOME_PATH}')));
    expect([tags.length, withoutLink]).toEqual([3, ['<span className={BRAND_CLASS}>']]);
    // In a call the popover has the logo without a link, which would end the call.
    expect(filesWith(/<BrandText\b/)).toEqual(['ui/about.tsx']);
  });
});

it('calendar and security of the account are in the head of every place, and in no page of its own', () => {
  const places = ['account/report/app', 'account/ui/home', 'account/ui/meetings-page', 'admin/app', 'console/app'];
  expect([...filesWith(/<AccountHead\b/)].sort()).toEqual([...places, 'library/app'].map((name) => `${name}.tsx`));
  for (const dialog of [/<CalendarDialog\b/, /<SecurityDialog\b/])
    expect(filesWith(dialog)).toEqual(['account/ui/account-head.tsx']);
});
