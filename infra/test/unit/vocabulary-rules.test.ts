import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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

it.each([
  ['a.ts', '// Nobody is told.', 2],
  ['a.ts', '/** Somebody listens. */', 1],
  ['a.tsx', '      {/* told */}', 1],
  ['a.mjs', ' * A node that nobody wants.', 1],
  ['a.proto', 'message A {} // nobody asks', 1],
  ['a.ts', "const told = 'nobody'; // asked", 0],
  ['a.ts', "open('wss://somebody')", 0],
  ['a.ts', '// soldier, retold, nobodyElse', 0],
  ['docs/a.md', 'A client is told.', 1],
  ['docs/adr/a.md', 'A client is told.', 0],
  ['docs/measured.md', 'A client is told.', 0],
  ['sdk-web/CHANGELOG.md', 'A client is told.', 0],
])('in %s %j has %d vague words', (path, line, count) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `first line\n${line}\n`);
  const findings = vocabularyFindings(root);
  expect(findings).toHaveLength(count);
  for (const finding of findings) expect(finding.startsWith(`${path}:2 says "`)).toBe(true);
});
