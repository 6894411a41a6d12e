// Breaks the product on purpose, one patch of test/planted at a time, in a copy of the tree, and runs the test that
// must notice. A patch begins with lines `# why: …` and `# test: FILE -t "a part of the test's name"`. A fault that no
// test notices is a missed target. What it takes to notice: the named test passes in the unbroken copy, and in the
// broken one a test fails (not merely the file).
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { owned } from '../../test/support/owned.ts';
import type { LabCase, Say } from '../support/case.ts';

const repository = join(import.meta.dirname, '../..');
const patches = join(repository, 'test/planted');
const testDeadlineMs = 300_000;

export interface PlantedFault {
  readonly name: string;
  readonly why: string;
  readonly testArguments: readonly string[];
}

/** Reads the head of a patch; throws when it does not name its reason and its test. */
export function readFault(name: string, text: string): PlantedFault {
  const line = (key: string): string => new RegExp(`^# ${key}: (.+)$`, 'm').exec(text)?.[1]?.trim() ?? '';
  const [why, test] = [line('why'), line('test')];
  if (why === '' || test === '') throw new Error(`${name}: a planted fault begins with "# why: …" and "# test: …"`);
  // Words are separated by blanks; a name with blanks stands in double quotes.
  const testArguments = [...test.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
  return { name, why, testArguments };
}

/** Every planted fault, by name. */
export function allFaults(): PlantedFault[] {
  return readdirSync(patches)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => readFault(file.replace(/\.patch$/, ''), readFileSync(join(patches, file), 'utf8')));
}

/** A copy of the working tree that shares the installed packages, but not the links to our own. */
export function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'meridian-planted-'));
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
  for (const built of ['protocol/src/generated', 'api-client/src/generated', 'web/dist', 'sdk-web/dist'])
    if (existsSync(join(repository, built))) cpSync(join(repository, built), join(copy, built), { recursive: true });
  return copy;
}

/** Applies a patch to a copy of the tree, or takes it back with `--reverse`. */
export function applyPatch(
  copy: string,
  patch: string,
  options: readonly string[] = [],
): { isApplied: boolean; says: string } {
  const { status, stderr } = spawnSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', ...options, patch], {
    cwd: copy,
    encoding: 'utf8',
    // A repository around the folder of temporary files would make git look for the paths there.
    env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
  });
  return { isApplied: status === 0, says: stderr };
}

type Verdict = 'found' | 'survived' | 'not applicable' | 'test broken before' | 'no test ran';
interface TestRun {
  readonly passed: number;
  readonly failed: number;
  /** The first line that the first failing test says. */
  readonly says: string;
}
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: { readonly assertionResults: { readonly failureMessages?: readonly string[] }[] }[];
}

/**
 * Runs tests in the copy. `failed` counts failing tests, not files that cannot be loaded: code that does not parse
 * proves nothing.
 */
function runTests(copy: string, testArguments: readonly string[]): TestRun {
  const report = join(copy, 'planted-report.json');
  rmSync(report, { force: true });
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  spawnSync(process.execPath, [vitest, 'run', ...testArguments, '--reporter=json', `--outputFile=${report}`], {
    cwd: copy,
    stdio: 'ignore',
    timeout: testDeadlineMs,
    env: { ...process.env, CI: 'true' },
  });
  if (!existsSync(report)) return { passed: 0, failed: 0, says: '' };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
  const messages = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ failureMessages = [] }) => failureMessages),
  );
  return { passed: numPassedTests, failed: numFailedTests, says: messages[0]?.split('\n')[0] ?? '' };
}

/** One copy of the tree in which faults are tried one after the other. */
class Trial {
  readonly #copy = copyTree();
  readonly #unbroken = new Map<string, TestRun>();
  readonly #say: Say;
  readonly #disown = owned('a copy of the tree', () => this.close());

  constructor(say: Say) {
    this.#say = say;
  }

  try(fault: PlantedFault): { verdict: Verdict; says: string } {
    const before = this.#before(fault.testArguments);
    if (before.failed > 0) return { verdict: 'test broken before', says: before.says };
    if (before.passed === 0) return { verdict: 'no test ran', says: '' };
    if (!this.#apply(fault)) return { verdict: 'not applicable', says: '' };
    const after = runTests(this.#copy, fault.testArguments);
    if (!this.#apply(fault, '--reverse')) throw new Error(`${fault.name} cannot be taken back`);
    if (after.failed > 0) return { verdict: 'found', says: after.says };
    return { verdict: after.passed > 0 ? 'survived' : 'no test ran', says: '' };
  }

  close(): void {
    rmSync(this.#copy, { recursive: true, force: true });
    this.#disown();
  }

  /** The same tests of the unbroken tree are run once. */
  #before(testArguments: readonly string[]): TestRun {
    const key = JSON.stringify(testArguments);
    const run = this.#unbroken.get(key) ?? runTests(this.#copy, testArguments);
    this.#unbroken.set(key, run);
    return run;
  }

  #apply(fault: PlantedFault, ...options: string[]): boolean {
    const { isApplied, says } = applyPatch(this.#copy, join(patches, `${fault.name}.patch`), options);
    if (!isApplied) this.#say(says);
    return isApplied;
  }
}

export const planted: LabCase = {
  name: 'planted',
  summary: 'breaks the product on purpose in known ways: for each a named test must go red',
  configure: (command) => void command.argument('[names...]', 'only these'),
  run: async (_options, say, wanted) => {
    const all = allFaults();
    const unknown = wanted.filter((name) => !all.some((fault) => fault.name === name));
    const chosen = all.filter((fault) => wanted.length === 0 || wanted.includes(fault.name));
    const missed = unknown.map((name) => `${name}: no such fault`);
    const trial = new Trial(say);
    try {
      for (const fault of chosen) {
        const { verdict, says } = trial.try(fault);
        say(`${verdict.padEnd(18)} ${fault.name}: ${fault.why}`);
        if (says !== '') say(`${''.padEnd(18)} ${says}`);
        if (verdict !== 'found') missed.push(`${fault.name}: ${verdict}`);
      }
    } finally {
      trial.close();
    }
    const found = chosen.length + unknown.length - missed.length;
    return { params: {}, metrics: { planted: chosen.length, found }, missed };
  },
};
