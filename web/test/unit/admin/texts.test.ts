// Every text of the pages of administration, console and reports is there in both languages, with the same values.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../../src');
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
  /^(admin\/[a-z]+|console(\/[a-z]+)*|account\/report|library)\/(text|texts|reasons|why-text)\.ts$/.test(
    file.replaceAll('\\', '/'),
  ),
);
const holes = (text = ''): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([hole]) => hole).sort();

it('of administration, console and reports are looked at', () => {
  const ofAdmin = ['ui/texts', 'ui/reasons', 'users/text', 'keys/text', 'settings/text'].map((name) => `admin/${name}`);
  const others = ['console/text', 'console/session/core/why-text', 'console/fleet/text', 'account/report/text'];
  for (const name of [...ofAdmin, ...others]) expect(files).toContain(`${name}.ts`);
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
