import { describe, expect, it } from 'vitest';
import { linkFindings } from '../../check/link-rules.mjs';
import { temporaryTree } from '../support/tree.ts';

describe('links between files', () => {
  const broken = [
    { name: 'a page', files: { 'README.md': 'a\n[b](docs/none.md)' }, says: 'README.md:2 links to docs/none.md' },
    { name: 'a picture', files: { 'README.md': '![b](docs/images/b.png)' }, says: 'README.md:1' },
    { name: 'a place on a page', files: { 'STYLE.md': '[b](none.md#c "title")' }, says: 'links to none.md#c' },
    {
      name: 'a heading',
      files: { 'README.md': '[b](a/b.md#c-d)', 'a/b.md': '# C\n```\n# c d\n```' },
      says: 'links to a/b.md#c-d',
    },
    { name: 'a heading of its own page', files: { 'a/README.md': '# A\n[b](#b)' }, says: 'links to #b' },
    { name: 'a reference', files: { 'CONTRIBUTING.md': 'see [b]\n\n[b]: none.md' }, says: 'CONTRIBUTING.md:3' },
    { name: 'a page seen from docs', files: { 'docs/a.md': '[b](docs/a.md)' }, says: 'docs/a.md:1' },
    { name: 'a file outside the tree', files: { 'README.md': '[b](../../)' }, says: 'README.md:1' },
    {
      name: 'a link after a block of code',
      files: { 'ARCHITECTURE.md': '```\n[a](b)\n```\n[b](none.md)' },
      says: 'ARCHITECTURE.md:4',
    },
  ];
  it.each(broken)('are found if the target is missing: $name', ({ files, says }) => {
    expect(linkFindings(temporaryTree(files))).toEqual([expect.stringContaining(says)]);
  });

  it('links to existing files, folders, anchors and other sites pass, and code contains none', () => {
    const files = {
      'README.md':
        '# F\n[a](docs/a.md#b-c) [b](docs) [c](docs/adr/) [d](https://example.org/x) [e](#f) [g](mailto:a@b.c) `[h](i)`\n',
      'docs/a.md': '[a](../README.md)\n## `B`, [c](../README.md)\n```ts\nlist[0](none)\n```\n## Twice\n## Twice\n',
      'docs/adr/0001.md': '[a](../a.md#twice-1) [b](../../infra/x.ts#L3)',
      'infra/x.ts': '',
    };
    expect(linkFindings(temporaryTree(files))).toEqual([]);
  });
});
