import process from 'node:process';
import { portsProgram } from './program.ts';

process.exitCode = await portsProgram(process.argv.slice(2), {
  io: {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
  },
  env: process.env,
});
