import { describe, expect, it } from 'vitest';
import { wideCommentsIn } from '../../check/comment-rules.mjs';

const long = 'word '.repeat(30).trim();
const address = `https://example.org/${'a'.repeat(120)}`;

describe('a comment wider than 120 columns is found', () => {
  it.each([
    { name: 'on a line of its own', path: 'a.ts', text: `f();\n// ${long}\n`, line: 2 },
    { name: 'in one line of documentation', path: 'a.mjs', text: `/** ${long} */\nf();\n`, line: 1 },
    { name: 'in the second line of a block', path: 'a.ts', text: `/**\n * a\n * ${long}\n */\nf();\n`, line: 3 },
    { name: 'behind code', path: 'a.ts', text: `const a = 1; // ${long}\n`, line: 1 },
    { name: 'at the end of the file', path: 'a.ts', text: `f();\n// ${long}`, line: 2 },
    { name: 'in a page', path: 'a.tsx', text: `// ${long}\nconst a = <p>b</p>;\n`, line: 1 },
    { name: 'in C', path: 'a.c', text: `int a; /* b\n * ${long} */\n`, line: 2 },
    { name: 'in a header', path: 'a.h', text: `int a; // ${long}\n`, line: 1 },
    { name: 'in a script', path: 'a.sh', text: `ls\n  # ${long}\n`, line: 2 },
  ])('$name', ({ path, text, line }) => {
    expect(wideCommentsIn(path, text)).toEqual([expect.stringMatching(`^${path}:${line} a comment wider than 120`)]);
  });

  it('once for each line', () => {
    expect(wideCommentsIn('a.ts', `// ${long}\n// ${long}\nf();\n`)).toHaveLength(2);
  });
});

describe('the rule on wide comments ignores', () => {
  it.each([
    { name: 'a comment of 120 columns', path: 'a.ts', text: `// ${'a '.repeat(58)}a\n` },
    { name: 'a string', path: 'a.ts', text: `const a = '// ${long}';\n` },
    { name: 'a template', path: 'a.ts', text: `const a = \`\n// ${long}\n * ${long}\n\`;\n` },
    { name: 'text of a page', path: 'a.tsx', text: `const a = <p>\n  // ${long}\n</p>;\n` },
    { name: 'an address, which cannot be broken', path: 'a.ts', text: `// ${address}\nf();\n` },
    { name: 'a directive of the linter', path: 'a.ts', text: `// biome-ignore lint/a/b: ${long}\nf();\n` },
    { name: 'a comment before long code', path: 'a.ts', text: `f(/* b */ '${long}');\n` },
    { name: 'a string in C', path: 'a.c', text: `char *a = "// ${long}";\n` },
    { name: 'a pointer in C', path: 'a.c', text: `  *a = "${long}";\n` },
    { name: 'a command', path: 'a.sh', text: `echo ${long} # b\n` },
  ])('$name', ({ path, text }) => {
    expect(wideCommentsIn(path, text)).toEqual([]);
  });
});
