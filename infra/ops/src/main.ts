import { join } from 'node:path';
import process from 'node:process';
import { runProgram } from './program.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
process.exitCode = await runProgram(process.argv.slice(2), {
  io: {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
  },
  root: join(import.meta.dirname, '../..'),
  signal: stop.signal,
});
