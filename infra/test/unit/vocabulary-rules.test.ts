import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { vocabularyFindings } from '../../check/vocabulary-rules.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vocabulary-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it.each([
  ['the door of a client', 1],
  ['const doorId = 1;', 1],
  ['class HttpDoor {}', 1],
  ['placeWish(wishes)', 1],
  ['a narrow road, a stranger', 2],
  ['indoors, roadmap, carriage return', 0],
  ['import { DoorOpen } from "icons";', 0],
])('%j has %d old words', (line, count) => {
  writeFileSync(join(root, 'a.ts'), `// first line\n${line}\n`);
  const findings = vocabularyFindings(root);
  expect(findings).toHaveLength(count);
  for (const finding of findings) expect(finding).toMatch(/^a\.ts:2 says "/);
});

it('names of files count', () => {
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/door-room.ts'), '');
  expect(vocabularyFindings(root)).toEqual(['src/door-room.ts:0 says "door": signaling node']);
});
