import { describe, expect, it } from 'vitest';
import { sourceEntries } from '../../setup/apt-source.mjs';
import { temporaryTree } from '../support/tree.ts';

const texts = (files: Record<string, string>) =>
  sourceEntries(temporaryTree(files), 'bookworm').map((entry) => entry.text);

describe('source entries from the entries of a machine', () => {
  const rows = [
    { name: 'are none without a file', files: {}, want: [] },
    {
      name: 'are none for a disabled stanza',
      files: { 'sources.list.d/a.sources': 'Enabled: no\nTypes: deb\nSuites: bookworm\n' },
      want: [],
    },
    {
      name: 'are none for comments and foreign suites',
      files: { 'sources.list': '# deb http://h bookworm main\ndeb http://h nodistro main\n' },
      want: [],
    },
    { name: 'are none for backups', files: { 'sources.list.d/a.list.bak': 'deb http://h bookworm main\n' }, want: [] },
    {
      name: 'keep the options of a line',
      files: {
        'sources.list':
          'deb [signed-by=/k.gpg] http://h/debian bookworm-security main\ndeb-src http://h bookworm main\n',
      },
      want: ['deb-src [signed-by=/k.gpg] http://h/debian bookworm-security main\n'],
    },
    {
      name: 'follow each stanza of the suite',
      files: {
        'sources.list.d/debian.sources':
          'Types: deb\nURIs: http://h\nSuites: bookworm bookworm-updates\nComponents: main\n\nTypes: deb\nURIs: http://x\nSuites: any\nComponents: main\n',
      },
      want: ['Types: deb-src\nURIs: http://h\nSuites: bookworm bookworm-updates\nComponents: main\n\n'],
    },
    {
      name: 'follow a stanza of both kinds',
      files: { 'sources.list.d/d.sources': 'Types: deb deb-src\nSuites: bookworm' },
      want: ['Types: deb-src\nSuites: bookworm\n\n'],
    },
  ];
  it.each(rows)('$name', ({ files, want }) => {
    expect(texts(files)).toEqual(want);
  });
});
