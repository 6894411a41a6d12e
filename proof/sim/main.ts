// `npm run sim -- [options]`: simulates the delay of rooms. Text goes to stderr; with --json one JSON object is the
// last line of stdout.
import process from 'node:process';
import { runSim } from './command.ts';

process.exitCode = await runSim(process.argv.slice(2), {
  say: (line) => void process.stderr.write(`${line}\n`),
  writeLine: (line) => void process.stdout.write(`${line}\n`),
  nowMs: () => performance.now(),
});
