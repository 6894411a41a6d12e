import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { LabCase, Say } from '../support/case.ts';

const tree = join(import.meta.dirname, '../..');
const run = join(tree, 'infra/setup/run.mjs');

/** Far from the ports of a cloud that may run here. */
const PORT_OFFSET = 17_000;

/** Less than any start needs, enough for Node to say so. */
const MEMORY_LIMIT_BYTES = 300 * 1024 * 1024;

/** A refusal comes at once; a start that goes on instead is ended. */
const ANSWER_LIMIT_MS = 60_000;

interface Answer {
  code: number | null;
  text: string;
}

/** What bad surroundings are, and what must be said about them. */
interface Row {
  name: string;
  says: readonly (string | RegExp)[];
  start(folder: string): Promise<Answer>;
}

const rows: readonly Row[] = [
  { name: 'memory', says: ['MEMORY_SHORT', 'What to do:'], start: inCgroup },
  { name: 'disk', says: ['DISK_FULL', 'What to do:'], start: onFullDisk },
  { name: 'port', says: [/ports? in use/, `pid ${process.pid}`], start: withTakenPort },
];

/** Bad surroundings of `npm start`: each is refused in clear words, with what to do, and within seconds. */
export const surroundings: LabCase = {
  name: 'surroundings',
  summary: 'a cgroup without memory, a full disk, a taken port: each is refused in clear words (root)',
  run: async (_options, say) => {
    const metrics: Record<string, number> = {};
    const missed: string[] = [];
    for (const row of rows) {
      const seconds = await refusedSeconds(row, say);
      if (seconds === undefined) missed.push(`${row.name}: refused with a reason`);
      else metrics[`${row.name}RefusedSeconds`] = seconds;
    }
    return { params: {}, metrics, missed };
  },
};

async function refusedSeconds(row: Row, say: Say): Promise<number | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-surroundings-'));
  try {
    const startedMs = performance.now();
    const { code, text } = await row.start(folder);
    const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
    say(`${row.name}: exit code ${code}\n${text.trim().replaceAll(/^/gm, '  ')}`);
    const said = row.says.every((words) => (typeof words === 'string' ? text.includes(words) : words.test(text)));
    return code !== 0 && code !== null && said ? seconds : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inCgroup(): Promise<Answer> {
  const version1 = existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes');
  const group = join(version1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup', `meridian-lab-${process.pid}`);
  mkdirSync(group);
  try {
    writeFileSync(join(group, version1 ? 'memory.limit_in_bytes' : 'memory.max'), String(MEMORY_LIMIT_BYTES));
    return await answerOf('sh', ['-c', `echo $$ > ${group}/cgroup.procs && exec "$0" "$@"`, ...startCommand('')], {});
  } finally {
    rmdirSync(group);
  }
}

/** A cache of 8 MB; the worker has to be built, and that needs more. */
async function onFullDisk(folder: string): Promise<Answer> {
  const script = `mount -t tmpfs -o size=8m none ${folder} && exec "$0" "$@"`;
  const env = { MERIDIAN_CACHE_DIR: folder, MERIDIAN_WORKER_BASE_URL: 'none', MEDIASOUP_WORKER_BIN: '' };
  return answerOf('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, ...startCommand('')], env);
}

async function withTakenPort(folder: string): Promise<Answer> {
  const { text } = await answerOf(process.execPath, [run, 'ports'], {});
  const row = /\btcp\s+(\d+\.\d+\.\d+\.\d+)\s+(\d+)\b/.exec(text);
  if (!row?.[1] || !row[2]) throw new Error(`npm run ports names no TCP port:\n${text}`);
  const server = createServer().listen(Number(row[2]) + PORT_OFFSET, row[1]);
  await once(server, 'listening');
  try {
    return await answerOf(process.execPath, startCommand(folder).slice(1), {});
  } finally {
    server.close();
    await once(server, 'close');
  }
}

function startCommand(stateDir: string): string[] {
  const state = stateDir === '' ? [] : ['--state-dir', stateDir];
  return [process.execPath, run, 'start', '--port-offset', String(PORT_OFFSET), ...state];
}

async function answerOf(file: string, args: string[], changes: NodeJS.ProcessEnv): Promise<Answer> {
  const env = { ...process.env, ...changes };
  const child = spawn(file, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: ANSWER_LIMIT_MS,
    killSignal: 'SIGTERM',
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}
