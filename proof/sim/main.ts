// `npm run sim -- [options]`: delay of rooms on a simulated world. Words go to stderr, with --json one JSON object is
// the last line of stdout.
import process from 'node:process';
import { runSim } from './command.ts';

process.exitCode = await runSim(process.argv.slice(2), {
  say: (line) => void process.stderr.write(`${line}\n`),
  writeLine: (line) => void process.stdout.write(`${line}\n`),
  nowMs: () => performance.now(),
});
