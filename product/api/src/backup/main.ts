import { processSource } from '@meridian/runtime';
import { run } from './command.ts';

const { argv, env } = processSource();
process.exitCode = await run(argv, env, {
  say: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
