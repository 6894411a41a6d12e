// Places where the files of hosted receivers arrive: an S3 server, an SFTP server and a platform, each behind a line.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD, SftpServer } from '../../../files/distribution/test/support/sftp-server.ts';
import { ScriptedS3 } from '../../../files/object-store/test/support/scripted-s3.ts';
import { registerResource } from '../../test/support/resources.ts';
import { Line } from './line.ts';
import { Platform } from './platform.ts';

const BUCKET = 'files';

/** A file as it was ordered. */
export interface SentFile {
  readonly item: string;
  readonly name: string;
  readonly sha256: string;
}

export class Sinks {
  readonly lines: readonly Line[];
  readonly #folder: string;
  readonly #s3: ScriptedS3;
  readonly #sftp: SftpServer;
  readonly #platform: Platform;
  readonly #forget: () => void;
  #closing: Promise<void> | undefined;

  static async start(): Promise<Sinks> {
    const folder = await mkdtemp(join(tmpdir(), 'meridian-bench-distribution-'));
    const [s3, sftp, platform] = [await ScriptedS3.start(), new SftpServer(folder), new Platform()];
    const ports = [Number(new URL(s3.endpoint).port), await sftp.start(), await platform.start()];
    const lines = await Promise.all(ports.map((port) => Line.to(port)));
    return new Sinks({ folder, s3, sftp, platform, lines });
  }

  private constructor(o: {
    folder: string;
    s3: ScriptedS3;
    sftp: SftpServer;
    platform: Platform;
    lines: readonly Line[];
  }) {
    this.#folder = o.folder;
    this.#s3 = o.s3;
    this.#sftp = o.sftp;
    this.#platform = o.platform;
    this.lines = o.lines;
    this.#forget = registerResource('sinks', () => this.close());
  }

  /** Returns the settings of a receiver of this kind, which has a folder of its own. */
  settings(kind: 's3' | 'sftp' | 'pull', name: string): Record<string, unknown> {
    const [s3, sftp, platform] = this.lines.map(({ port }) => port);
    const keys = { accessKeyId: 'bench', secretAccessKey: 'bench-secret' };
    if (kind === 's3')
      return {
        endpoint: `http://127.0.0.1:${s3}`,
        region: 'r',
        bucket: BUCKET,
        prefix: name,
        pathStyle: true,
        ...keys,
      };
    if (kind === 'pull') return { url: `http://127.0.0.1:${platform}/${name}` };
    const user = { username: 'meridian', password: PASSWORD, hostKey: this.#sftp.hostKey };
    return { host: '127.0.0.1', port: sftp, path: `/${name}`, verify: false, ...user };
  }

  /** Returns whether the file has arrived with its hash, and takes it away. */
  async takeRight(kind: 's3' | 'sftp' | 'pull', name: string, file: SentFile & { delivery: string }): Promise<boolean> {
    if (kind === 'pull') return this.#platform.take(file.delivery) === file.sha256;
    if (kind === 'sftp') return takeRightFile(join(this.#folder, name), file);
    const url = `${this.#s3.endpoint}/${BUCKET}/${name}/${file.item}/${file.name}`;
    const object = await fetch(url);
    const sha256 = createHash('sha256').update(Buffer.from(await object.arrayBuffer()));
    await fetch(url, { method: 'DELETE' });
    return object.ok && sha256.digest('hex') === file.sha256;
  }

  /** Returns how many files are there that were not taken away. */
  async left(): Promise<number> {
    const listed = await (await fetch(`${this.#s3.endpoint}/${BUCKET}?list-type=2&max-keys=1000`)).text();
    const names = await readdir(this.#folder);
    const counts = await Promise.all(names.map((name) => filesIn(join(this.#folder, name))));
    return listed.split('<Key>').length - 1 + counts.reduce((sum, count) => sum + count, 0);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const line of this.lines) await line.close();
    await this.#platform.close();
    await this.#sftp.stop();
    await this.#s3.stop();
    await rm(this.#folder, { recursive: true, force: true });
    this.#forget();
  }
}

/** Returns whether `folder/ITEM/NAME` has the hash, and removes `folder/ITEM`. */
export async function takeRightFile(folder: string, { item, name, sha256 }: SentFile): Promise<boolean> {
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(join(folder, item, name))) hash.update(chunk as Buffer);
    return hash.digest('hex') === sha256;
  } catch {
    return false;
  } finally {
    await rm(join(folder, item), { recursive: true, force: true });
  }
}

/** Returns the number of folders of items; the receiver's own folder `.meridian` is none. */
export async function filesIn(folder: string): Promise<number> {
  return (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('LI_')).length;
}
