// Every text of the administration pages is there in both languages, with the same values in it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../../src/admin');
type Dictionary = Readonly<Record<string, string>>;

/** Of `text.ts` beside each page, and of what all pages share. */
async function textsOf(file: string): Promise<readonly { en: Dictionary; zh: Dictionary }[]> {
  const exported = (await import(join(folder, file))) as Record<string, unknown>;
  return Object.values(exported).filter(
    (one): one is { en: Dictionary; zh: Dictionary } =>
      typeof one === 'object' && one !== null && 'en' in one && 'zh' in one,
  );
}
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^[a-z]+\/(text|texts|reasons)\.ts$/.test(file.replaceAll('\\', '/')),
);
const holes = (text = ''): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([hole]) => hole).sort();

it('of users, keys, settings and all pages are looked at', () => {
  for (const file of ['ui/texts.ts', 'ui/reasons.ts', 'users/text.ts', 'keys/text.ts', 'settings/text.ts'])
    expect(files).toContain(file);
});

describe.each(files)('texts of %s', (file) => {
  it('are there in English and Chinese, with the same values', async () => {
    const all = await textsOf(file);
    expect(all.length).toBeGreaterThan(0);
    for (const { en, zh } of all) {
      expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
      for (const [key, text] of Object.entries(en)) {
        expect([key, holes(zh[key])]).toEqual([key, holes(text)]);
        expect([key, text.trim(), zh[key]?.trim()]).not.toContain('');
      }
    }
  });
  it('hold no letters of Chinese in English', async () => {
    for (const { en } of await textsOf(file))
      expect(Object.values(en).filter((text) => /\p{Script=Han}/u.test(text))).toEqual([]);
  });
});
