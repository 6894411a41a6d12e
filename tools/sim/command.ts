// `npm run sim -- [options]` as a function. Exit code: 0 it ran, 1 an aim was missed or the oracle beaten, 2 bad usage
// or unusable data.
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommanderError } from 'commander';
import { flatten, type LabResult, record, refuseChangedTree, resultLine, type Say } from '../support/case.ts';
import { costCurve } from './curve.ts';
import { faultsCommand, isFaultRun, runFaults } from './faults/command.ts';
import { ownSuites } from './faults/suites.ts';
import { checkedOptions, type SimOptions, simCommand, UsageError } from './options.ts';
import type { SimOutput } from './output.ts';
import { worldPicture } from './picture.ts';
import { type SimRun, simulate } from './run.ts';
import { summaryLines } from './summary.ts';
import { tableOfAims, type Verdicts } from './table.ts';
import { runsBeside } from './table-runs.ts';
import { pathdOf, type TimeRowsOptions, timeRows } from './time-rows.ts';

/** Runs one command line. Throws only what is a mistake of the simulator itself. */
export async function runSim(argv: readonly string[], output: SimOutput): Promise<number> {
  const { say, writeLine } = output;
  const command = simCommand().exitOverride();
  command.configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => say(text.trimEnd()) });
  try {
    if (argv.includes('--record')) refuseChangedTree();
    if (isFaultRun(argv)) return await runFaults(argv, output);
    command.parse([...argv], { from: 'user' });
    const parsed = checkedOptions(command.opts());
    const options = parsed.suite === 'table' ? { ...parsed, oracle: true } : parsed;
    if (options.html !== undefined) checkFolderOf(options.html);
    const run = await simulate(options, say);
    const result = await resultOf(run, options, output);
    if (options.html !== undefined) {
      writeFileSync(options.html, worldPicture(run));
      say(`picture: ${options.html}`);
    }
    const code = tell(result, options.suite === undefined ? summaryLines(run) : [], say);
    if (options.record) record(options.suite === undefined ? 'sim' : `sim-${options.suite}`, result, say);
    if (options.json) writeLine(resultLine('sim', result));
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      const hint = hintOf(error, argv);
      if (hint !== undefined) say(hint);
      return error.exitCode === 0 ? 0 : 2;
    }
    if (!(error instanceof UsageError)) throw error;
    say(`error: ${error.message}`);
    return 2;
  }
}

/** The two simulations have options of their own: what to add or leave out when an option is the other one's. */
function hintOf({ code, message }: CommanderError, argv: readonly string[]): string | undefined {
  const flag = code === 'commander.unknownOption' ? /'(--[\w-]+)/.exec(message)?.[1] : undefined;
  const other = isFaultRun(argv) ? simCommand() : faultsCommand();
  if (flag === undefined || !other.options.some(({ long }) => long === flag)) return undefined;
  return isFaultRun(argv)
    ? `${flag} is an option of npm run sim for the delay of rooms, which takes none of --faults, ${ownSuites.map(({ name }) => `--suite ${name}`).join(', ')}`
    : `${flag} is an option of the scheduling centre under faults: --faults all ${flag} …`;
}

/** Before minutes of work, not after them. */
function checkFolderOf(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`${dirname(file)} is no folder to write in (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function resultOf(run: SimRun, options: SimOptions, { say, nowMs }: SimOutput): Promise<LabResult & Verdicts> {
  if (options.suite === 'table') {
    const time = options.placementOnly ? undefined : await timeRows(timeOptionsOf(options), say);
    return tableOfAims(run, runsBeside(options, run.world, say), nowMs, time);
  }
  return options.suite === 'curve' ? costCurve(run, options) : run.result;
}

/** As many people for every host as in the growth of 120. */
const PEOPLE_PER_HOST = 20;

function timeOptionsOf({ nodes, nodeDays, worlds, linkDays, more, seed }: SimOptions): TimeRowsOptions {
  const growth = { hosts: nodes, more, people: PEOPLE_PER_HOST * nodes };
  return { nodeDays, worlds, linkDays, growth, seed, pathdBin: pathdOf() };
}

/** Says figures, verdicts and what was missed. The exit code: 1 if anything was. */
export function tell(result: LabResult & Verdicts, summary: readonly string[], say: Say): 0 | 1 {
  for (const [name, value] of flatten(result.metrics)) {
    say(`${name.padEnd(44)} ${typeof value === 'number' ? Number(value.toPrecision(5)) : value}`);
  }
  for (const line of summary) say(line);
  for (const verdict of result.verdicts ?? []) say(verdict);
  for (const target of result.missed) say(`missed: ${target}`);
  return result.missed.length > 0 ? 1 : 0;
}
