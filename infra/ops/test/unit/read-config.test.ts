// Unreadable configuration files: the error names the place, but shows no text, which has secrets.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-read-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SECRET = 'hunter2-hunter2';

it.each([
  ['a quote too many', `# api\nsealSecret: "${SECRET}" x`, /:2:\d+: .*YAML/],
  ['a key twice', `sealSecret: ${SECRET}\nsealSecret: ${SECRET}`, /:2:1: .*unique/],
  ['a tab', `operatorKey:\n\tsecret: ${SECRET}`, /:2:\d+: .*YAML/],
  ['an alias to nothing', `sealSecret: *${SECRET}`, /YAML/],
  ['no mapping', `- ${SECRET}`, /mapping/],
])('a file with %s is refused by its name and place, without its text', (_what, text, says) => {
  const file = join(folder, 'api.yaml');
  writeFileSync(file, text);
  let error: unknown;
  try {
    readConfig(file);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'CONFIG_UNREADABLE', message: expect.stringMatching(says) });
  expect((error as Error).message).toContain(file);
  expect(String((error as Error).stack) + String(((error as Error).cause as Error).message)).not.toContain(SECRET);
});
