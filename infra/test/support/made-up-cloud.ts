import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { killGroup } from '@meridian/runtime/child';
import { onTestFinished } from 'vitest';
import { processStart } from '../../local/state.ts';
import { temporaryTree } from './tree.ts';

const SUPERVISOR = fileURLToPath(new URL('supervisor.ts', import.meta.url));
const nodeIds = ['fra', 'sgp'].flatMap((region) => [
  `sig-${region}`,
  `sfu-${region}-1`,
  `probe-${region}`,
  `gw-${region}`,
  `rec-${region}`,
  `lib-${region}`,
]);
export const childIds = ['centre', ...nodeIds, 'api', 'web'];

/** Stand-in for every service: answers health checks, records its token and its signals, ends at SIGTERM. */
const service = `
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
const config = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));
const say = (msg) => console.log(JSON.stringify({ level: 30, time: Date.now(), msg }));
process.on('SIGINT', () => say('got SIGINT'));
process.on('SIGTERM', () => { say('got SIGTERM'); setTimeout(() => { say('closed'); process.exit(0); }, 100); });
const nodes = ${JSON.stringify(childIds)}.map((nodeId) => ({ nodeId, state: 'alive', isLinked: true }));
const answers = { '/healthz': { ok: true, authorityFingerprint: 'f' }, '/v1/enrolment-tokens': { token: 'fresh' }, '/v1/fleet': { nodes } };
const up = () => {
  say('up pid=' + process.pid + ' token=' + config.enrolmentToken);
  process.send?.('started');
};
const at = config.httpListen ?? { ip: config.httpHost, port: config.httpPort };
if (at.port === undefined) { setInterval(() => undefined, 1000); up(); }
else createServer((request, response) => response.end(JSON.stringify(answers[request.url]))).listen(at.port, at.ip, up);
`;

/**
 * Makes a folder with a stand-in repository; each `start` runs a supervisor over it. Remaining processes are ended
 * after the test.
 */
export function madeUpCloud(files: Record<string, string> = {}) {
  const kinds = ['scheduler', 'signaling', 'sfu', 'edge-probe', 'gateway', 'recorder', 'library', 'api', 'web'];
  const root = temporaryTree({
    'package.json': '{"type":"module"}',
    ...Object.fromEntries(kinds.map((kind) => [`dist/services/${kind}.js`, service])),
    ...files,
  });
  const stateDir = join(root, 'state');
  // Ports are below the system's ephemeral ports (32768 and up) and those of the clouds of proof/test/support; none is
  // 10080, which `fetch` blocks.
  const portOffset = 2300 + (process.pid % 47) * 100;
  const log = (id: string): string => {
    const file = join(stateDir, 'logs', `${id}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  /** Returns the recorded pids of the newest children; fewer while they start. */
  const pids = (): number[] =>
    childIds.flatMap((id) => {
      const last = [...log(id).matchAll(/up pid=(\d+)/g)].at(-1)?.[1];
      return last === undefined ? [] : [Number(last)];
    });
  const running = (): number[] => pids().filter((pid) => processStart(pid) !== undefined);
  onTestFinished(() => {
    for (const pid of running()) killGroup(pid);
  });
  /** Starts the supervisor. `nodeOptions`: a script with its arguments, which runs the supervisor instead of node. */
  const start = (...nodeOptions: string[]): { supervisor: ChildProcess; ended: Promise<unknown>; text(): string } => {
    const supervisor = spawn(process.execPath, [...nodeOptions, SUPERVISOR, root, stateDir, String(portOffset)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let text = '';
    for (const stream of [supervisor.stdout, supervisor.stderr])
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    const ended = once(supervisor, 'exit').then(([code, signal]) => code ?? signal);
    onTestFinished(async () => {
      // SIGTERM instead of SIGKILL, as the supervisor knows children that have not recorded their pid yet.
      supervisor.kill('SIGTERM');
      await ended;
    });
    return { supervisor, ended, text: () => text };
  };
  return { root, stateDir, start, log, pids, running };
}
