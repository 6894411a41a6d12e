// MinIO, a real S3 server, for tests: installed, or built once with Go.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from '../../../../base/runtime/test/support/free-port.ts';

const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';
const START_LIMIT_MS = 60_000;
export const credentials = { accessKeyId: 'recorder', secretAccessKey: 'a secret of tests' };

/** Returns the program's path. Throws without MinIO and Go; a first build takes minutes. */
function minioHere(): string {
  const found = spawnSync('sh', ['-c', 'command -v minio'], { encoding: 'utf8' }).stdout.trim();
  if (found !== '') return found;
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'meridian/minio', VERSION);
  const file = join(folder, 'minio');
  if (existsSync(file)) return file;
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0)
    throw new Error('there is no minio in PATH, and no Go to build it: install one of them');
  mkdirSync(folder, { recursive: true });
  const env = Object.assign({}, process.env, { GOBIN: folder });
  execFileSync('go', ['install', `github.com/minio/minio@${VERSION}`], { env, stdio: ['ignore', 2, 2] });
  return file;
}

export interface Minio {
  readonly endpoint: string;
  /** Id of the process. Throws while there is none. */
  readonly pid: number;
  /** Kills the process (`SIGKILL`) and keeps its folder. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder, with this secret key; resolves when it answers. */
  start(secretAccessKey?: string): Promise<void>;
  makeBucket(bucket: string): Promise<void>;
  /** Ends the process and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a server on a free loopback port, with a folder of its own in `parent`. `program` defaults to the installed
 * one.
 */
export async function startMinio(program = minioHere(), parent = tmpdir()): Promise<Minio> {
  const folder = await mkdtemp(join(parent, 'meridian-minio-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  const minio: Minio = {
    endpoint,
    get pid() {
      if (child?.pid === undefined) throw new Error('minio does not run');
      return child.pid;
    },
    async start(secretAccessKey = credentials.secretAccessKey) {
      const env = Object.assign({}, process.env, {
        MINIO_ROOT_USER: credentials.accessKeyId,
        MINIO_ROOT_PASSWORD: secretAccessKey,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off',
      });
      child = spawn(program, ['server', '--quiet', '--address', `127.0.0.1:${port}`, folder], { env, stdio: 'ignore' });
      await answers(`${endpoint}/minio/health/cluster`, child);
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise((resolve) => child?.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    },
    async makeBucket(bucket) {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    },
    async stop() {
      client.destroy();
      await minio.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await minio.start();
  return minio;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const untilMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    if (child.exitCode !== null) throw new Error(`minio ended with ${child.exitCode}`);
    if (performance.now() > untilMs) throw new Error(`minio does not answer within ${START_LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
