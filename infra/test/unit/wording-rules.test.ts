import { expect, it } from 'vitest';
import { wordingIn } from '../../check/wording-rules.mjs';

it.each([
  { path: 'a.ts', line: '// Of the last frame.', finds: 'begins with "Of"' },
  { path: 'a.ts', line: '  /** What comes in. */', finds: 'begins with "What"' },
  { path: 'a.ts', line: 'const a = 1; // Of the last frame.', finds: 'begins with "Of"' },
  { path: 'a.tsx', line: '      {/* It grows. */}', finds: 'begins with "It"' },
  { path: 'a.css', line: '/* As wide as the page. */', finds: 'begins with "As"' },
  { path: 'a.proto', line: '  string a = 1; // That of the room.', finds: 'begins with "That"' },
  { path: 'a.ts', line: '/**\n * Those of a room.\n */', finds: 'begins with "Those"' },
  { path: 'a.ts', line: '// The node is told.', finds: 'says "told"' },
  { path: 'docs/a.md', line: 'A client that nobody wants.', finds: 'says "nobody"' },
])('in $path $line is found', ({ path, line, finds }) => {
  expect(wordingIn(path, `f();\n${line}\n`)).toEqual([expect.stringContaining(finds)]);
});

it.each([
  { path: 'a.ts', line: '// Version of the last frame.\n// It rises for ever.' },
  { path: 'a.ts', line: '/**\n * The version of the last frame,\n * as clients see it.\n */' },
  { path: 'a.ts', line: '// One-way delay in ms.' },
  { path: 'a.ts', line: "const told = 'nobody'; // waits for `nobody`" },
  { path: 'a.ts', line: "open('wss://somebody')" },
  { path: 'docs/a.md', line: 'What a client may do.' },
])('in $path $line is not found', ({ path, line }) => {
  expect(wordingIn(path, `f();\n${line}\n`)).toEqual([]);
});
