import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { until } from './centre.ts';

/** A real redis-server on an ephemeral port of loopback, keeping nothing on disk. */
export async function startRedis(dir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  // Between asking for a free port and taking it somebody else may have taken it.
  for (let attempt = 1; attempt < 5; attempt += 1) {
    const redis = await tryRedis(dir);
    if (redis !== undefined) return redis;
  }
  throw new Error('redis-server does not start');
}

async function tryRedis(dir: string): Promise<{ url: string; stop: () => Promise<void> } | undefined> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const isReady = () => text.includes('Ready to accept connections');
  await until('redis-server accepts connections', () => isReady() || isOver() || undefined);
  if (!isReady()) return undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      if (isOver()) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
