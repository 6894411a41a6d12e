import { processSource } from '@meridian/runtime';
import { run } from './command.ts';

const { argv, env } = processSource();
process.exitCode = await run(argv, env, {
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
});
