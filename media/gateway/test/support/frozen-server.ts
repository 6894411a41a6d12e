// Server whose process is stopped: the system accepts a few connections for it, and leaves later ones unanswered.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { eventually } from './eventually.ts';

const PROGRAM = `
  const server = require('node:net').createServer((socket) => socket.resume());
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
`;
/** Above the backlog of one connection. */
const FILLERS = 6;
/** State SYN_SENT in /proc/net/tcp. */
const SYN_SENT = '02';

/** Counts the connections to a port of loopback that are not answered. */
export function pendingConnections(port: number): number {
  const to = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/self/net/tcp', 'utf8').split('\n').slice(1);
  return rows.filter((row) => {
    const [, , remote, state] = row.trim().split(/\s+/);
    return remote === to && state === SYN_SENT;
  }).length;
}

/** Starts a frozen server to which no connection can be made. `close` ends it. */
export async function frozenServer(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  child.kill('SIGSTOP');
  await eventually(() => {
    if (!/\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) throw new Error('it runs still');
  });
  const fillers = Array.from({ length: FILLERS }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await eventually(() => {
    if (pendingConnections(port) === 0) throw new Error('it takes connections still');
  });
  return {
    port,
    close: async () => {
      for (const filler of fillers) filler.destroy();
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
