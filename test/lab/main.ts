// `npm run lab -- CASE [--json] [--record]`: one fault, attack or proof at a time.
// Exit code: 0 it ran, 1 a stated target was missed or it broke, 2 bad usage.
import { join } from 'node:path';
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { type LabCase, record, resultLine } from './case.ts';
import { fresh } from './fresh.ts';
import { surroundings } from './surroundings.ts';

const cases: readonly LabCase[] = [fresh, surroundings];

const measured = join(import.meta.dirname, '../../docs/measured.md');
const say = (line: string) => void process.stderr.write(`${line}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(argv: string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('lab').description('one fault, attack or proof of Meridian').exitOverride();
  program.configureOutput({ writeOut: (text) => process.stderr.write(text) });
  for (const labCase of cases) {
    const command = program.command(labCase.name).description(labCase.summary).exitOverride();
    command
      .option('--json', 'one JSON object as the last line of stdout')
      .option('--record', 'put the result into docs/measured.md');
    labCase.configure?.(command);
    command.action(async (options: Record<string, unknown>) => {
      exitCode = await runCase(labCase, options);
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return exitCode;
}

async function runCase(labCase: LabCase, options: Record<string, unknown>): Promise<number> {
  try {
    const result = await labCase.run(options, say);
    if (options['record'] === true) record(measured, labCase.name, result);
    for (const [name, value] of Object.entries(result.metrics)) say(`${name}: ${value}`);
    for (const target of result.missed) say(`missed: ${target}`);
    if (options['json'] === true) process.stdout.write(`${resultLine(labCase.name, result)}\n`);
    return result.missed.length > 0 ? 1 : 0;
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}
