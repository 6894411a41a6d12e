import { describe, expect, it } from 'vitest';
import { dependencyFindings } from '../../check/dependency-notes.mjs';
import { sourceFindings } from '../../check/source-rules.mjs';
import { textFindings } from '../../check/text-rules.mjs';
import { temporaryTree } from '../support/tree.ts';

// The text is assembled here, so that the rule does not find its own test.
const join = (...parts: string[]) => parts.join('');

describe('the tree contains nothing of one machine', () => {
  const found = [
    { name: 'the place of a clone', text: join('see ', '/secret', '/clone/x'), says: 'a.md:1 holds a path or host' },
    { name: 'a home folder', text: join('\nrun ', '/ho', 'me/anna/x'), says: 'a.md:2 holds the path of a home folder' },
    { name: 'a home folder of macOS', text: join('(', '/Us', 'ers/anna/x)'), says: 'home folder' },
    { name: 'a scratch folder', text: join('"', '/tm', 'p/x/y"'), says: 'scratch folder' },
    { name: 'a registry', text: join('https', '://registry.', 'example.org/'), says: 'registry address' },
    {
      name: 'a lock file with addresses',
      text: join('"resolved": "', 'https', '://example.org/a.tgz"'),
      says: 'omit-lockfile-registry-resolved',
    },
  ];
  it.each(found)('$name is found', ({ text, says }) => {
    const findings = textFindings(temporaryTree({ 'a.md': text }), ['/secret/clone']);
    expect(findings).toEqual([expect.stringContaining(says)]);
  });

  it('placeholders, public sites and results are ignored', () => {
    const files = {
      'a.md': join(
        'https://mediasoup.org https://github.com/a/b ',
        '/ho',
        'me/<name>/x ',
        '$HO',
        'ME/x /tmp/meridian-x',
      ),
      'node_modules/a/b.md': '/secret/clone',
      'dist/a.js': '/secret/clone',
      'picture.png': '/secret/clone',
    };
    expect(textFindings(temporaryTree(files), ['/secret/clone'])).toEqual([]);
  });
});

describe('every dependency has its reason', () => {
  const note = '- `a`: does a\n';
  const rows = [
    { name: 'a missing file of notes', notes: undefined, versions: ['1.0.0'], says: 'no line for a' },
    { name: 'a missing line', notes: '', versions: ['1.0.0'], says: 'no line for a' },
    { name: 'a line without a reason', notes: '- `a`: \n', versions: ['1.0.0'], says: 'no line for a' },
    { name: 'a range of versions', notes: note, versions: ['^1.0.0'], says: 'not an exact version' },
    { name: 'a range of an alias', notes: note, versions: ['npm:b@^1.0.0'], says: 'not an exact version' },
    { name: 'two versions', notes: note, versions: ['1.0.0', '1.1.0'], says: 'one version for all' },
    {
      name: 'a line that is not needed',
      notes: `${note}- \`b\`: x\n`,
      versions: ['1.0.0'],
      says: 'a line for b, which no package uses',
    },
  ];
  it.each(rows)('$name is found', ({ notes, versions, says }) => {
    expect(dependencyFindings(tree(notes, versions), ['p0', 'p1'])).toEqual([expect.stringContaining(says)]);
  });

  it('packages of the project need no reason', () => {
    expect(dependencyFindings(tree(note, ['1.0.0', '1.0.0']), ['p0', 'p1'])).toEqual([]);
  });

  function tree(notes: string | undefined, versions: string[]) {
    const packages = versions.map((version, index) => [
      `p${index}/package.json`,
      JSON.stringify({ dependencies: { a: version, '@meridian/x': '0.1.0' } }),
    ]);
    return temporaryTree({
      'package.json': '{}',
      ...Object.fromEntries(packages),
      ...(notes === undefined ? {} : { 'docs/dependencies.md': notes }),
    });
  }
});

describe('a double', () => {
  const double = { 'a/test/support/scripted-b.ts': 'export const b = 1;\n' };
  const importing = "import { b } from '../support/scripted-b.ts';\n";
  const suite = "import { contract } from '../support/b-contract.ts';\n";

  it('is found without a contract suite', () => {
    const files = { ...double, 'a/test/unit/b.test.ts': importing };
    expect(sourceFindings(temporaryTree(files))).toEqual([
      expect.stringMatching(/^a\/test\/support\/scripted-b\.ts: /),
    ]);
  });

  it.each([
    ['by its suite', { 'a/test/unit/b-contract.test.ts': importing }],
    ['by a test that runs its suite', { 'a/test/unit/b.test.ts': importing + suite }],
    [
      'by another double',
      { 'a/test/unit/scripted-c.ts': importing, 'a/test/unit/c-contract.ts': "import c from './scripted-c.ts';" },
    ],
  ])('is checked %s', (_, files: Record<string, string>) => {
    expect(sourceFindings(temporaryTree({ ...double, ...files }))).toEqual([]);
  });
});
