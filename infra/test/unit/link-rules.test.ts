import { describe, expect, it } from 'vitest';
import { linkFindings } from '../../check/link-rules.mjs';
import { temporaryTree } from '../support/tree.ts';

describe('links between files', () => {
  const broken = [
    { name: 'a page', files: { 'README.md': 'a\n[b](docs/none.md)' }, says: 'README.md:2 links to docs/none.md' },
    { name: 'a picture', files: { 'README.md': '![b](docs/images/b.png)' }, says: 'README.md:1' },
    { name: 'a place on a page', files: { 'STYLE.md': '[b](none.md#c "title")' }, says: 'links to none.md#c' },
    { name: 'a reference', files: { 'CONTRIBUTING.md': 'see [b]\n\n[b]: none.md' }, says: 'CONTRIBUTING.md:3' },
    { name: 'a page seen from docs', files: { 'docs/a.md': '[b](docs/a.md)' }, says: 'docs/a.md:1' },
    { name: 'a file outside the tree', files: { 'README.md': '[b](../../)' }, says: 'README.md:1' },
    {
      name: 'a link after a block of code',
      files: { 'ARCHITECTURE.md': '```\n[a](b)\n```\n[b](none.md)' },
      says: 'ARCHITECTURE.md:4',
    },
  ];
  it.each(broken)('to $name that is not there are found', ({ files, says }) => {
    expect(linkFindings(temporaryTree(files))).toEqual([expect.stringContaining(says)]);
  });

  it('to files, folders, other sites and places are well, and code holds none', () => {
    const files = {
      'README.md':
        '[a](docs/a.md#b) [b](docs) [c](docs/adr/) [d](https://example.org/x) [e](#f) [g](mailto:a@b.c) `[h](i)`\n',
      'docs/a.md': '[a](../README.md)\n```ts\nlist[0](none)\n```\n',
      'docs/adr/0001.md': '[a](../a.md)',
      'sdk-web/README.md': '[not looked at](none.md)',
    };
    expect(linkFindings(temporaryTree(files))).toEqual([]);
  });
});
