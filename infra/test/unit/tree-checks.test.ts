import { describe, expect, it } from 'vitest';
import { rememberedCheck } from '../../check/checks.mjs';
import { unusedFindings } from '../../check/dependency-use.mjs';
import { entryFindings } from '../../check/entry-rules.mjs';
import { temporaryTree } from '../support/tree.ts';

const manifest = (o: object): string => JSON.stringify(o);

describe('the entries', () => {
  const commands = new Map([['start', { entry: 'local/main.ts' }]]);
  const scripts = (root: object, a: object = {}) => ({
    'package.json': manifest({ scripts: root }),
    'a/package.json': manifest({ scripts: a }),
  });
  const start = { start: 'exec node infra/setup/run.mjs start' };
  const entryPoint = { 'infra/setup/run.mjs': '', 'local/main.ts': '' };
  const rows = [
    { name: 'nothing', files: { ...entryPoint, ...scripts(start) }, want: [] },
    {
      name: 'a missing program',
      files: { 'infra/setup/run.mjs': '', ...scripts(start) },
      want: ['local/main.ts, the program of npm run start, is not there'],
    },
    {
      name: 'a command without a script',
      files: { ...entryPoint, ...scripts({}) },
      want: ['package.json: no script leads to the command start'],
    },
    {
      name: 'a command whose script leaves a shell between',
      files: { ...entryPoint, ...scripts({ start: 'node infra/setup/run.mjs start' }) },
      want: ['package.json: no script leads to the command start'],
    },
    {
      name: 'a script without a command',
      files: { ...entryPoint, ...scripts({ ...start, fly: 'exec node infra/setup/run.mjs fly now' }) },
      want: ['package.json: the script fly asks for the command fly, which there is not'],
    },
    {
      name: 'a script of a workspace that runs a file which is not there',
      files: {
        ...entryPoint,
        ...scripts(start, { gen: 'tsc -p . && node --no-warnings tools/gen.mjs --all', ok: 'tsc' }),
      },
      want: ['a/package.json: the script gen runs tools/gen.mjs, which is not there'],
    },
    {
      name: 'no script whose file is there',
      files: { ...entryPoint, ...scripts(start, { gen: 'node tools/gen.mjs' }), 'a/tools/gen.mjs': '' },
      want: [],
    },
  ];
  it.each(rows)('report $name', ({ files, want }) => {
    expect(entryFindings(temporaryTree(files), commands, ['a', 'gone'])).toEqual(want);
  });
});

describe('the use of dependencies', () => {
  const notes = (tools: string) => ({
    'docs/dependencies.md': `- \`x\`: y\n\n## Not imported\nPrograms: ${tools}\n\n## More\n\`z\`\n`,
  });
  const a = (dependencies: object) => ({ 'a/package.json': manifest({ dependencies }) });
  const unused = (name: string) =>
    `a/package.json: nothing in it imports ${name}: remove it, or name it in docs/dependencies.md under Not imported`;
  const stale = (name: string) =>
    `docs/dependencies.md: ${name} stands under Not imported, but is imported or no dependency`;
  const rows = [
    { name: 'a dependency that no source imports, without any notes', files: a({ ws: '1.0.0' }), want: [unused('ws')] },
    {
      name: 'a dependency that only another package imports',
      files: { ...a({ ws: '1.0.0' }), 'b/x.ts': "import 'ws';" },
      want: [unused('ws')],
    },
    {
      name: 'a dependency whose name only begins like an imported one',
      files: { ...a({ ws: '1.0.0' }), 'a/x.ts': "import 'wss'; import './ws';" },
      want: [unused('ws')],
    },
    {
      name: 'a dependency named in another section of the notes',
      files: { ...a({ z: '1.0.0' }), ...notes('`t`') },
      want: [unused('z'), stale('t')],
    },
    {
      name: 'a tool that is imported',
      files: { ...a({ ws: '1.0.0' }), ...notes('`ws`'), 'a/x.ts': "export * from 'ws';" },
      want: [stale('ws')],
    },
    { name: 'no tool', files: { ...a({ ws: '1.0.0' }), ...notes('`ws`') }, want: [] },
    { name: 'no package of our own', files: a({ '@meridian/b': '1.0.0' }), want: [] },
    ...[
      "import { A } from 'ws';",
      "import type {\n  A,\n} from 'ws/lib';",
      'import "ws"',
      "await import('ws')",
      "require('ws')",
      "require.resolve('ws/package.json')",
      "import.meta.resolve('ws')",
    ].map((text) => ({
      name: `nothing where a source has ${text}`,
      files: { ...a({ ws: '1.0.0' }), 'a/src/x.mts': text },
      want: [] as string[],
    })),
    {
      name: 'no scoped package of which a file is imported',
      files: { ...a({ '@s/p': '1.0.0' }), 'a/x.tsx': "import x from '@s/p/deep/file.js';" },
      want: [],
    },
  ];
  it.each(rows)('reports $name', ({ files, want }) => {
    const root = temporaryTree({ 'package.json': '{}', ...files });
    expect(unusedFindings(root, ['a', 'b'])).toEqual(want);
  });

  it('use by any package is enough for a dependency of the root', () => {
    const root = temporaryTree({
      'package.json': manifest({ devDependencies: { ws: '1.0.0' } }),
      'b/x.ts': "import 'ws';",
    });
    expect(unusedFindings(root, ['b'])).toEqual([]);
  });
});

describe('a passed check', () => {
  it('runs again when its inputs have changed, and until it passes', async () => {
    const folder = temporaryTree();
    let [key, runs, ok] = ['a', 0, false];
    const run = async () => {
      runs += 1;
      return { name: 'c', ok, durationMs: 1, output: '' };
    };
    const remembered = rememberedCheck({ name: 'c', run }, () => key, folder);
    expect([(await remembered.run()).ok, (await remembered.run()).ok, runs]).toEqual([false, false, 2]);
    ok = true;
    expect([(await remembered.run()).ok, (await remembered.run()).ok, runs]).toEqual([true, true, 3]);
    key = 'b';
    expect([(await remembered.run()).ok, runs]).toEqual([true, 4]);
  });
});
