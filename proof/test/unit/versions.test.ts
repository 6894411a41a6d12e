import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { softwareVersion } from '@meridian/protocol';
import { expect, test } from 'vitest';

const repository = join(import.meta.dirname, '../../..');
const packageOf = (path: string) =>
  JSON.parse(readFileSync(join(repository, path, 'package.json'), 'utf8')) as { version: string; workspaces: string[] };

test.each(['.', ...packageOf('.').workspaces])('the package at %s has the version that nodes report', (path) => {
  expect(packageOf(path).version).toBe(softwareVersion);
});
