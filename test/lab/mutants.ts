// Breaks the product on purpose, one patch of test/mutants at a time, in a copy of the tree, and runs the test that must notice.
// A patch begins with lines `# why: …` and `# test: <vitest arguments>`. A mutant that no test notices is a missed target.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabCase, Say } from '../support/case.ts';

const repository = join(import.meta.dirname, '../..');
const patches = join(repository, 'test/mutants');
const testDeadlineMs = 300_000;

export interface Mutant {
  readonly name: string;
  readonly why: string;
  readonly testArguments: readonly string[];
}

/** Reads the head of a patch; throws when it does not name its reason and its test. */
export function readMutant(name: string, text: string): Mutant {
  const line = (key: string): string => new RegExp(`^# ${key}: (.+)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const [why, test] = [line('why'), line('test')];
  if (why === '' || test === '') throw new Error(`${name}: a mutant begins with "# why: …" and "# test: …"`);
  // Words are separated by blanks; a name with blanks stands in double quotes.
  const testArguments = [...test.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
  return { name, why, testArguments };
}

/** Every mutant that is checked in, by name. */
export function allMutants(): Mutant[] {
  return readdirSync(patches)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => readMutant(file.replace(/\.patch$/, ''), readFileSync(join(patches, file), 'utf8')));
}

/** A copy of the working tree that shares the installed packages, but not the links to our own. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'meridian-mutant-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  for (const file of files.split('\0').filter((name) => name !== '' && existsSync(join(repository, name))))
    cpSync(join(repository, file), join(copy, file), { recursive: true });
  for (const dir of ['', ...readdirSync(repository)].filter((name) =>
    existsSync(join(repository, name, 'node_modules')),
  )) {
    const from = join(repository, dir, 'node_modules');
    const to = join(copy, dir, 'node_modules');
    mkdirSync(to, { recursive: true });
    for (const entry of readdirSync(from)) if (entry !== '@meridian') symlinkSync(join(from, entry), join(to, entry));
  }
  const own = join(copy, 'node_modules/@meridian');
  mkdirSync(own);
  for (const entry of readdirSync(join(repository, 'node_modules/@meridian')))
    symlinkSync(join(copy, entry), join(own, entry));
  for (const built of ['web/dist', 'sdk-web/dist'])
    if (existsSync(join(repository, built))) cpSync(join(repository, built), join(copy, built), { recursive: true });
  return copy;
}

type Verdict = 'noticed' | 'survived' | 'not applicable' | 'test broken before';

function tryMutant(mutant: Mutant, say: Say): Verdict {
  const copy = copyTree();
  try {
    const run = (): number | null =>
      spawnSync(process.execPath, [join(copy, 'node_modules/vitest/vitest.mjs'), 'run', ...mutant.testArguments], {
        cwd: copy,
        stdio: 'ignore',
        timeout: testDeadlineMs,
        env: { ...process.env, CI: 'true' },
      }).status;
    if (run() !== 0) return 'test broken before';
    const applied = spawnSync(
      'git',
      ['apply', '--unidiff-zero', '--whitespace=nowarn', join(patches, `${mutant.name}.patch`)],
      { cwd: copy, encoding: 'utf8' },
    );
    if (applied.status !== 0) {
      say(applied.stderr);
      return 'not applicable';
    }
    return run() === 0 ? 'survived' : 'noticed';
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

export const mutants: LabCase = {
  name: 'mutants',
  summary: 'breaks the product on purpose in known ways: for each a named test must go red',
  configure: (command) => void command.argument('[names...]', 'only these'),
  run: async (_options, say, wanted) => {
    const chosen = allMutants().filter((mutant) => wanted.length === 0 || wanted.includes(mutant.name));
    const missed: string[] = [];
    for (const mutant of chosen) {
      const verdict = tryMutant(mutant, say);
      say(`${verdict.padEnd(18)} ${mutant.name}: ${mutant.why}`);
      if (verdict !== 'noticed') missed.push(`${mutant.name}: ${verdict}`);
    }
    return { params: {}, metrics: { mutants: chosen.length, noticed: chosen.length - missed.length }, missed };
  },
};
