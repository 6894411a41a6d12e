// A supervisor with two children, a service and a program of others: `little-cloud.ts STATE_DIR`. Everything about its
// life and theirs is the real thing; only what is run is little.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boundToStdin, Child, type Command } from '@meridian/runtime/child';
import { Output } from '../../local/output.ts';
import { endPast } from '../../local/past.ts';
import { LogFile, removeRun, writeConfig, writeRun } from '../../local/state.ts';
import { supervise } from '../../local/supervise.ts';

const SERVICE = fileURLToPath(new URL('../../../runtime/test/support/service-main.ts', import.meta.url));
const stateDir = process.argv[2] ?? '';
const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
const output = new Output();
mkdirSync(stateDir, { recursive: true });
const pids = new Map<string, number>();

function made(id: string, command: Omit<Command, 'env'>): Child {
  const log = new LogFile(stateDir, id, (error) => output.complainOnce('a log cannot be written', error));
  return new Child(id, {
    command: async () => ({ ...command, env: { PATH, NODE_COMPILE_CACHE } }),
    onLine: (line) => {
      log.write(line);
      if (line.includes('"started"')) output.say(`ready with ${pids.size} children`);
    },
    onEvent: (text) => output.say(text),
    onPid: (pid) => {
      if (pid === undefined) return;
      pids.set(id, pid);
      writeRun(stateDir, { pids, deaths: [], isEnding: false });
    },
    onDeath: () => undefined,
  });
}

const config = join(stateDir, 'config.json');
writeConfig(config, {});
const children = [
  made('program', boundToStdin({ file: 'sleep', args: ['600'] })),
  made('service', { file: process.execPath, args: [SERVICE, '--config', config] }),
];

await supervise(
  {
    start: async () => {
      await endPast(stateDir, (text) => output.say(text));
      for (const child of children) await child.start();
    },
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()));
      removeRun(stateDir);
      return { ended: children.length, tookMs: 0 };
    },
    kill: () => {
      for (const child of children) child.kill();
    },
  },
  output,
);
