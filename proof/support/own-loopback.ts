// Runs a benchmark whose servers and clients meet on the loopback interface in a network namespace of its own, where
// TCP is Linux's default (cubic) whatever the machine's is. Under BBR the kernel's pacing timers are charged to the
// sender, by an estimate of the bandwidth that differs between connections: the same file costs a server once or twice
// as much.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { registerResource } from '../test/support/resources.ts';

const inside = 'MERIDIAN_OWN_LOOPBACK';
const toItself = 'proto kernel scope host src 127.0.0.1 congctl cubic';
const setUp = [
  'ip link set lo up',
  ...['127.0.0.0/8', '127.0.0.1'].map((range) => `ip route replace table local local ${range} dev lo ${toItself}`),
].join(' && ');

export const hasOwnLoopback = (): boolean => process.env[inside] !== undefined;

/** Runs this program again in the namespace, and returns its exit code. Needs root. */
export async function runWithOwnLoopback(): Promise<number> {
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const child = spawn('unshare', ['--net', 'sh', '-c', `${setUp} && exec "$@"`, 'sh', ...program], {
    stdio: 'inherit',
    env: { ...process.env, [inside]: '1' },
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const forget = registerResource('the run in a namespace', () => end(child, ended));
  const [code] = await ended;
  forget();
  return code ?? 1;
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}
