// A cloud whose recorders and library nodes have small disks of their own, and a store that can fail like them. Needs
// root: disks are mounted, and the network is cut by the packet filter.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { credentials, type Minio, startMinio } from '../../../files/object-store/test/support/minio.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { registerResource } from '../../test/support/resources.ts';
import type { Fault, StoreKind } from './plan.ts';
import { PortFilter } from './port-filter.ts';

const nodeIds = ['rec-fra', 'rec-sgp', 'lib-fra', 'lib-sgp'] as const;
/** Spools and files of a run's recordings, and little enough to be filled in a moment. */
const DISK_MIB = 512;
const SPOOL_FREE_BYTES = 64 * 1_048_576;
const BUCKETS = { rec: 'recordings', lib: 'library' } as const;

export class Stage {
  readonly cloud: TestCloud;
  readonly folder: string;
  readonly #minio: Minio | undefined;
  readonly #filter: PortFilter;

  /** Registers each part as a resource. */
  static async open(store: StoreKind): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-recording-faults-'));
    registerResource('a folder', () => rmSync(folder, { recursive: true, force: true }));
    for (const name of [...nodeIds, 'store']) mountDisk(join(folder, name));
    const minio = store === 's3' ? await startMinio(undefined, join(folder, 'store')) : undefined;
    if (minio !== undefined) registerResource('the store', () => minio.stop());
    for (const bucket of Object.values(BUCKETS)) await minio?.makeBucket(bucket);
    const configs = Object.fromEntries(nodeIds.map((id) => [id, configOf(id, join(folder, id), minio?.endpoint)]));
    const cloud = await TestCloud.start({
      replacesFrozen: true,
      extraArgs: ['--process-configs', JSON.stringify(configs)],
    });
    return new Stage({ cloud, folder, minio, filter: new PortFilter() });
  }

  private constructor(o: { cloud: TestCloud; folder: string; minio: Minio | undefined; filter: PortFilter }) {
    this.cloud = o.cloud;
    this.folder = o.folder;
    this.#minio = o.minio;
    this.#filter = o.filter;
  }

  /** Makes the fault at a node, or at the store; the returned function undoes what lasts. */
  async inject({ target, how }: Fault, nodeId: string): Promise<() => Promise<void> | void> {
    const minio = this.#minio;
    if (how === 'disk') return fillDisk(join(this.folder, target === 'store' ? 'store' : nodeId));
    if (target !== 'store') {
      if (how === 'cut') return this.#filter.cut(() => this.cloud.pidIfAny(nodeId));
      // The supervisor starts the next process, also after a freeze.
      this.cloud.kill(nodeId, how === 'kill' ? 'SIGKILL' : 'SIGSTOP');
      return () => undefined;
    }
    if (minio === undefined) throw new Error('a folder has no process');
    if (how === 'cut') return this.#filter.cut(() => minio.pid);
    if (how === 'kill') {
      await minio.kill();
      return () => minio.start();
    }
    const { pid } = minio;
    process.kill(pid, 'SIGSTOP');
    return () => void process.kill(pid, 'SIGCONT');
  }
}

function configOf(id: string, disk: string, endpoint: string | undefined): object {
  const isLibrary = id.startsWith('lib');
  const [spoolDir, dir] = ['spool', 'files'].map((name) => join(disk, name));
  const bucket = isLibrary ? BUCKETS.lib : BUCKETS.rec;
  const { accessKeyId, secretAccessKey } = credentials; // The SDK adds further keys to the object.
  const s3 = { kind: 's3', endpoint, bucket, forcePathStyle: true, accessKeyId, secretAccessKey };
  return {
    spoolDir,
    store: endpoint === undefined ? { kind: 'files', dir } : s3,
    ...(isLibrary ? { spoolFreeBytes: SPOOL_FREE_BYTES } : {}),
  };
}

function mountDisk(path: string): void {
  mkdirSync(path);
  const stdio = ['ignore', 'ignore', 'pipe'] as const;
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=0700`, 'meridian-disk', path], {
    stdio: [...stdio],
  });
  registerResource('a disk', () => void execFileSync('umount', ['--lazy', path], { stdio: [...stdio] }));
}

/** Takes the last byte of a disk; the returned function gives all back. */
async function fillDisk(disk: string): Promise<() => void> {
  const file = join(disk, 'ballast');
  // A program of its own writes, because the clock of the encoder is in this process.
  await promisify(execFile)('sh', ['-c', 'exec cat /dev/zero > "$0"', file]).catch((error: { stderr: string }) => {
    if (!error.stderr.includes('No space left')) throw error;
  });
  return () => rmSync(file, { force: true });
}
