// What the entry point of the commands refuses by itself, before it installs or builds anything, is what the programs
// behind it would refuse.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands, refusalOf } from '../../setup/commands.mjs';
import { temporaryTree } from '../support/tree.ts';

const root = join(import.meta.dirname, '../../..');
const withCases = [...commands].filter(([, { cases }]) => cases !== undefined);

/** Runs a program of the tree to its end. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<{ code: unknown; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, said: `${stdout}${stderr}` });
    });
  });
}

it('lab, api and bench are the commands of several cases', () => {
  expect(withCases.map(([name]) => name)).toEqual(['lab', 'api', 'bench']);
});

it.each(withCases)('the cases of %s are those that its program knows', async (_name, { entry, cases }) => {
  const { said } = await run([join(root, entry), '--help']);
  const listed = said.split('\nCommands:\n')[1] ?? '';
  const known = [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name]) => name);
  expect(known.filter((name) => name !== 'help')).toEqual(cases);
});

describe('a first word that is no case', () => {
  const row = { cases: ['swim', 'fly'] };
  it.each([
    { name: 'is refused with the choices', args: ['nope'], says: 'npm run lab: there is no nope. Choices: swim, fly;' },
    { name: 'is refused when it is an option', args: ['--json', 'fly'], says: 'there is no --json.' },
    { name: 'is asked for where it is missing', args: [], says: 'npm run lab: which one? Choices: swim, fly;' },
  ])('$name', ({ args, says }) => {
    expect(refusalOf('lab', row, args)).toContain(says);
  });
  it.each([
    { name: 'a case', command: row, args: ['fly', '--nope'] },
    { name: 'a program without cases', command: {}, args: ['nope'] },
  ])('is not $name', ({ command, args }) => {
    expect(refusalOf('lab', command, args)).toBeUndefined();
  });

  it.each(withCases)('ends %s with 2 before anything is set up', async (name) => {
    // Nothing that a set-up would need is in the path: a case that began its set-up would fail in another way.
    const empty = temporaryTree({});
    const env = { PATH: empty, HOME: empty, XDG_CACHE_HOME: empty };
    const { code, said } = await run([join(root, 'infra/setup/run.mjs'), name, 'nope'], env);
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(/^npm run \w+: there is no nope\..+\n$/) });
  });
});
