// What is around recordings: a cloud whose recorders have disks of their own for the spool, and a store.
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileStore } from '../../../object-store/src/file-store.ts';
import { openS3Store } from '../../../object-store/src/s3-store.ts';
import type { Store } from '../../../object-store/src/store.ts';
import { credentials, type Minio, startMinio } from '../../../object-store/test/support/minio.ts';
import { recordingPrefix } from '../../../recorder/src/core/names.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';

const recorders = ['rec-fra', 'rec-sgp'] as const;
const BUCKET = 'recordings';
/** Spools of some recordings at once, and little enough to be filled in a moment. */
const SPOOL_MIB = 512;
const STORED_LIMIT_MS = 120_000;
const BALLAST = 'ballast';

export interface StageOptions {
  readonly store: 'files' | 's3';
  /** The program; undefined: that of the machine. */
  readonly minio: string | undefined;
  /** Spools lie on file systems of their own (needs root). */
  readonly hasDisks: boolean;
}

export class Stage {
  readonly cloud: TestCloud;
  /** For what is looked at. */
  readonly folder: string;
  readonly #minio: Minio | undefined;
  #opened = 0;

  /** What it starts is `owned`. */
  static async open({ store, minio, hasDisks }: StageOptions): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-recordings-'));
    owned('files to look at', () => rmSync(folder, { recursive: true, force: true }));
    const server = store === 's3' ? await startMinio(minio) : undefined;
    if (server !== undefined) owned('MinIO', () => server.stop());
    await server?.makeBucket(BUCKET);
    const spools = Object.fromEntries(recorders.map((id) => [id, madeSpool(join(folder, `spool-${id}`), hasDisks)]));
    const config = (id: string): object => ({
      spoolDir: spools[id],
      composition: { pagesAllowed: ['127.0.0.0/8'] },
      ...(server === undefined ? {} : { store: s3Config(server.endpoint) }),
    });
    const configs = Object.fromEntries(recorders.map((id) => [id, config(id)]));
    const cloud = await TestCloud.start({
      replacesFrozen: true,
      extraArgs: ['--process-configs', JSON.stringify(configs)],
    });
    return new Stage(cloud, folder, server);
  }

  private constructor(cloud: TestCloud, folder: string, minio: Minio | undefined) {
    this.cloud = cloud;
    this.folder = folder;
    this.#minio = minio;
  }

  /** Kills the store's server; the answer starts it again. Throws where the store is a folder. */
  async killStore(): Promise<() => Promise<void>> {
    const minio = this.#minio;
    if (minio === undefined) throw new Error('a folder cannot be killed: --store s3');
    await minio.kill();
    return () => minio.start();
  }

  /** Takes the last byte of a recorder's disk; the answer gives all back. */
  fillDisk(recorder: string): () => void {
    const file = join(this.folder, `spool-${recorder}`, BALLAST);
    const handle = openSync(file, 'w');
    for (let bytes = 1_048_576; bytes >= 1; ) {
      try {
        if (writeSync(handle, Buffer.alloc(bytes)) < bytes) bytes = Math.floor(bytes / 2);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        bytes = Math.floor(bytes / 2);
      }
    }
    closeSync(handle);
    return () => rmSync(file, { force: true });
  }

  /** When all that recorders have of it is in their stores: a store that has it. The caller closes it. */
  async stored(recordingId: string): Promise<Store> {
    const prefix = recordingPrefix('dev', recordingId);
    const isSpooled = (): boolean => recorders.some((id) => existsSync(join(this.folder, `spool-${id}`, prefix)));
    await until('all is stored', () => !isSpooled(), STORED_LIMIT_MS);
    if (this.#minio !== undefined)
      return openS3Store({
        endpoint: this.#minio.endpoint,
        region: 'us-east-1',
        bucket: BUCKET,
        prefix: '',
        forcePathStyle: true,
        credentials,
      });
    this.#opened += 1;
    const all = join(this.folder, `store-${this.#opened}`);
    mkdirSync(all, { recursive: true });
    for (const id of recorders)
      for (const part of ['objects', 'hashes']) {
        const dir = join(this.#stateDirOf(id), 'recordings', part, prefix);
        if (existsSync(dir)) cpSync(dir, join(all, part, prefix), { recursive: true });
      }
    return openFileStore({ folder: all });
  }

  #stateDirOf(id: string): string {
    const file = join(this.cloud.stateDir, id, 'config.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { stateDir: string }).stateDir;
  }
}

function madeSpool(path: string, isMounted: boolean): string {
  mkdirSync(path);
  if (isMounted) {
    const size = `size=${SPOOL_MIB}m,mode=0700`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'meridian-spool', path], { stdio: ['ignore', 'ignore', 'pipe'] });
    owned('a disk of a spool', () => void execFileSync('umount', [path], { stdio: ['ignore', 'ignore', 'pipe'] }));
  }
  return path;
}

const s3Config = (endpoint: string): object => ({
  kind: 's3',
  endpoint,
  bucket: BUCKET,
  forcePathStyle: true,
  accessKeyId: credentials.accessKeyId,
  secretAccessKey: credentials.secretAccessKey,
});
