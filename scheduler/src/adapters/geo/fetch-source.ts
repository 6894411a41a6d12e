// Fetches a new database file beside the one in use: from a URL or by an operator's command. Replaces nothing.
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { type CacheValidators, type Download, download, fetchChecksum, limitedTo } from './download.ts';

export interface RefreshSource {
  readonly file: string;
  readonly url?: string | undefined;
  readonly checksumUrl?: string | undefined;
  readonly authorization?: string | undefined;
  readonly caFile?: string | undefined;
  readonly command?: readonly string[] | undefined;
  readonly cron: string;
  readonly jitterMs: number;
  readonly bytesMax: number;
  readonly timeLimitMs: number;
}

/** A checksum file is one line of text. */
const CHECKSUM_BYTES_MAX = 4096;
/** Bound of the command's console output, which goes to the log. */
const COMMAND_OUTPUT_BYTES_MAX = 65_536;
/** Placeholder in `command` for the output file. */
const OUTPUT = '{output}';

/** Writes the newest file to `temporary` (a gzip is unpacked). Rejects with the reason. */
export async function fetchSource(
  source: RefreshSource,
  temporary: string,
  validators: CacheValidators | undefined,
): Promise<Download> {
  const signal = AbortSignal.timeout(source.timeLimitMs);
  try {
    const fetched =
      source.url === undefined
        ? await run(source, temporary, signal)
        : await get(source, temporary, validators, signal);
    if (fetched.outcome === 'done') await unpack(temporary, source.bytesMax, signal);
    return fetched;
  } catch (error) {
    if (signal.aborted) throw new Error(`not done within ${source.timeLimitMs} ms`, { cause: error });
    throw error;
  }
}

async function get(
  source: RefreshSource,
  temporary: string,
  validators: CacheValidators | undefined,
  signal: AbortSignal,
): Promise<Download> {
  const { url = '', checksumUrl, authorization, caFile, bytesMax } = source;
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  const downloaded = await download(
    { url, authorization, ca, bytesMax, signal, ...(validators === undefined ? {} : { knownValidators: validators }) },
    temporary,
  );
  if (downloaded.outcome === 'unchanged' || checksumUrl === undefined) return downloaded;
  const sameOrigin = new URL(checksumUrl).origin === new URL(url).origin;
  const expectedSha256 = await fetchChecksum({
    url: checksumUrl,
    authorization: sameOrigin ? authorization : undefined,
    ca,
    bytesMax: CHECKSUM_BYTES_MAX,
    signal,
  });
  if (expectedSha256 !== downloaded.sha256)
    throw new Error(`its SHA-256 is ${downloaded.sha256}, not ${expectedSha256}`);
  return downloaded;
}

/** Runs the command, without a shell, as the centre's own user, and kills it after its time limit. */
async function run(source: RefreshSource, temporary: string, signal: AbortSignal): Promise<Download> {
  const [program = '', ...rest] = source.command ?? [];
  const args = rest.map((argument) => argument.replaceAll(OUTPUT, temporary));
  const options = {
    signal,
    maxBuffer: COMMAND_OUTPUT_BYTES_MAX,
    killSignal: 'SIGKILL',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  } as const;
  await promisify(execFile)(program, args, options);
  const { size } = await stat(temporary).catch(() => {
    throw new Error('the command wrote no file');
  });
  if (size > source.bytesMax) throw new Error(`more than ${source.bytesMax} bytes`);
  return { outcome: 'done', sha256: '', bytes: size };
}

/** Unpacks a gzip, which DB-IP and others offer. */
async function unpack(file: string, bytesMax: number, signal: AbortSignal): Promise<void> {
  const handle = await open(file);
  const start = Buffer.alloc(2);
  await handle.read(start, 0, 2, 0).finally(() => handle.close());
  if (start.readUInt16BE() !== 0x1f8b) return;
  const unpacked = `${file}.unpacked`;
  await rm(unpacked, { force: true });
  try {
    const target = createWriteStream(unpacked, { flags: 'wx', mode: 0o644 });
    await pipeline(
      createReadStream(file),
      createGunzip(),
      limitedTo(bytesMax, () => undefined),
      target,
      { signal },
    );
    await rename(unpacked, file);
  } finally {
    await rm(unpacked, { force: true });
  }
}
