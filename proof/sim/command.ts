// Runs a command line of `npm run sim`. Exit code 0: the simulation ran; 1: an aim was missed; 2: bad usage or unusable
// data.
import { CommanderError } from 'commander';
import { flatten, type LabResult, record, refuseChangedTree, resultLine, type Say } from '../support/case.ts';
import { faultsCommand, isFaultRun, runFaults } from './faults/command.ts';
import { ownSuites } from './faults/suites.ts';
import { checkedOptions, simCommand, UsageError } from './options.ts';
import type { SimOutput } from './output.ts';
import { simulate } from './run.ts';
import { tableOfAims, type Verdicts } from './table.ts';
import { additionalRuns } from './table-runs.ts';

/** Runs a command line and returns its exit code. Throws only for errors of the simulator itself. */
export async function runSim(argv: readonly string[], output: SimOutput): Promise<number> {
  const { say, writeLine } = output;
  const command = simCommand().exitOverride();
  command.configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => say(text.trimEnd()) });
  try {
    if (argv.includes('--record')) refuseChangedTree();
    if (isFaultRun(argv)) return await runFaults(argv, output);
    command.parse([...argv], { from: 'user' });
    const options = checkedOptions(command.opts());
    const run = simulate(options, say);
    const isTable = options.suite === 'table';
    const result = isTable ? tableOfAims(run, additionalRuns(options, run.world, say), output.nowMs) : run.result;
    const code = report(result, say);
    if (options.record) record(isTable ? 'sim-table' : 'sim', result, say);
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

/** Returns a hint when an option belongs to the other of the two simulations. */
function hintOf({ code, message }: CommanderError, argv: readonly string[]): string | undefined {
  const flag = code === 'commander.unknownOption' ? /'(--[\w-]+)/.exec(message)?.[1] : undefined;
  const otherCommand = isFaultRun(argv) ? simCommand() : faultsCommand();
  if (flag === undefined || !otherCommand.options.some(({ long }) => long === flag)) return undefined;
  return isFaultRun(argv)
    ? `${flag} is an option of npm run sim for the delay of rooms, which takes none of --faults, ${ownSuites.map(({ name }) => `--suite ${name}`).join(', ')}`
    : `${flag} is an option of the scheduling centre under faults: --faults all ${flag} …`;
}

export function report(result: LabResult & Verdicts, say: Say): 0 | 1 {
  for (const [name, value] of flatten(result.metrics)) {
    say(`${name.padEnd(44)} ${typeof value === 'number' ? Number(value.toPrecision(5)) : value}`);
  }
  for (const verdict of result.verdicts ?? []) say(verdict);
  for (const target of result.missed) say(`missed: ${target}`);
  return result.missed.length > 0 ? 1 : 0;
}
