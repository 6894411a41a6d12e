// `npm run bench -- NAME`: one benchmark. Exit 0 it ran, 1 a stated target was missed, 2 bad usage.
import { Command, InvalidArgumentError } from 'commander';
import { benchJoin } from './join.ts';

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
};

const program = new Command('bench')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .showHelpAfterError();
program
  .command('join')
  .description(
    'click to first decoded frame across the two regions in Chromium, at 0 and at 160 ms of round trip (namespaces; root)',
  )
  .option('--joins <n>', 'joins per round trip', whole, 20)
  .option('--json', 'one JSON object as the last line', false)
  .option('--record', 'write the table in docs/measured.md', false)
  .action(benchJoin);
await program.parseAsync();
