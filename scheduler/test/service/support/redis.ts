import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { until } from './centre.ts';

/** A real redis-server on an ephemeral port of loopback, keeping nothing on disk. */
export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
  /** Again, on the same port, empty. */
  start(): Promise<void>;
  /** One inline command without an answer of its own; resolves when it is done. */
  command(text: string): Promise<void>;
}

export async function startRedis(dir: string): Promise<TestRedis> {
  // Between asking for a free port and taking it another process may have taken it.
  for (let attempt = 1; attempt < 5; attempt += 1) {
    const redis = await tryRedis(dir);
    if (redis !== undefined) return redis;
  }
  throw new Error('redis-server does not start');
}

async function tryRedis(dir: string): Promise<TestRedis | undefined> {
  const port = await freePort();
  let running = await run(dir, port);
  if (running === undefined) return undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => running?.stop(),
    async start() {
      running = await run(dir, port);
      if (running === undefined) throw new Error('redis-server does not start again');
    },
    command: (text) => inlineCommand(port, text),
  };
}

async function run(dir: string, port: number): Promise<{ stop(): Promise<void> } | undefined> {
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

function inlineCommand(port: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${text}\r\n`));
    socket.once('data', (answer) => {
      socket.destroy();
      if (answer.toString().startsWith('+')) resolve();
      else reject(new Error(answer.toString()));
    });
    socket.once('error', reject);
  });
}
