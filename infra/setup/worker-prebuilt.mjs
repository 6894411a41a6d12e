import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { whyNotRunning, wrongProgram } from './worker-verify.mjs';

/** A reachable server answers within this; an unreachable one must not delay a start. */
const ANSWER_LIMIT_MS = 4_000;

/** The file has 4 to 15 MB: at 0.5 MB/s that takes half a minute, less than building. */
const DOWNLOAD_LIMIT_MS = 60_000;

/** Releases have at most 20 MB. */
const SIZE_MAX_BYTES = 100 * 1024 * 1024;

/** Bound of the unpacked archive. */
const UNPACKED_MAX_BYTES = 400 * 1024 * 1024;

const TAR_BLOCK_BYTES = 512;

/**
 * Returns the file name that mediasoup's own installer requests.
 * @param {{ version: string, platform: string, arch: string, kernel?: string }} machine
 */
export function prebuiltName({ version, platform, arch, kernel = release() }) {
  const suffix = platform === 'linux' ? `-kernel${Number.parseInt(kernel, 10)}` : '';
  return `mediasoup-worker-${version}-${platform}-${arch}${suffix}.tgz`;
}

/**
 * Downloads, unpacks and tests a prebuilt worker.
 * @param {{
 *   baseUrl: string, version: string, platform: string, arch: string, output: string,
 *   answerLimitMs?: number, downloadLimitMs?: number, signal?: AbortSignal | undefined, }} options `output` is where
 *   the verified program goes
 * @returns {Promise<string | undefined>} why it cannot be used (a phrase for people), undefined when `output` is good
 */
export async function fetchPrebuilt({
  baseUrl,
  version,
  platform,
  arch,
  output,
  answerLimitMs = ANSWER_LIMIT_MS,
  downloadLimitMs = DOWNLOAD_LIMIT_MS,
  signal,
}) {
  const url = `${baseUrl.replace(/\/$/, '')}/${version}/${prebuiltName({ version, platform, arch })}`;
  const packed = await download(url, answerLimitMs, downloadLimitMs, signal);
  if ('why' in packed) return packed.why;
  const program = unpack(packed.bytes, 'mediasoup-worker');
  if ('why' in program) return program.why;
  writeFileSync(output, program.bytes, { mode: 0o755 });
  const wrong = platform === 'linux' ? wrongProgram(output, arch) : undefined;
  return wrong ?? (await whyNotRunning(output, version));
}

/**
 * @param {string} url
 * @param {number} answerLimitMs
 * @param {number} downloadLimitMs
 * @param {AbortSignal | undefined} outer
 * @returns {Promise<{ bytes: Buffer } | { why: string }>}
 */
async function download(url, answerLimitMs, downloadLimitMs, outer) {
  const own = new AbortController();
  const answer = setTimeout(() => own.abort(new Error(`no answer within ${answerLimitMs / 1000} s`)), answerLimitMs);
  const whole = setTimeout(
    () => own.abort(new Error(`not complete within ${downloadLimitMs / 1000} s`)),
    downloadLimitMs,
  );
  try {
    const response = await fetch(url, { signal: outer ? AbortSignal.any([own.signal, outer]) : own.signal });
    clearTimeout(answer);
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      return { why: `the server answers ${response.status}` };
    }
    /** @type {Uint8Array[]} */
    const chunks = [];
    let size = 0;
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > SIZE_MAX_BYTES) return { why: `it is larger than ${SIZE_MAX_BYTES} bytes` };
      chunks.push(chunk);
    }
    return { bytes: Buffer.concat(chunks) };
  } catch (error) {
    if (outer?.aborted) throw error;
    return { why: own.signal.aborted ? own.signal.reason.message : reasonOf(error) };
  } finally {
    clearTimeout(answer);
    clearTimeout(whole);
  }
}

/** Returns the cause of fetch's "fetch failed". @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/**
 * Extracts a file from a gzipped tar archive.
 * @param {Buffer} packed
 * @param {string} name
 * @returns {{ bytes: Buffer } | { why: string }}
 */
export function unpack(packed, name) {
  let archive;
  try {
    archive = gunzipSync(packed, { maxOutputLength: UNPACKED_MAX_BYTES });
  } catch (error) {
    return { why: `it does not unpack (${error instanceof Error ? error.message : String(error)})` };
  }
  for (let offset = 0; offset + TAR_BLOCK_BYTES <= archive.length; ) {
    const header = archive.subarray(offset, offset + TAR_BLOCK_BYTES);
    const size = Number.parseInt(header.toString('latin1', 124, 136).replaceAll('\0', '').trim() || '0', 8);
    const entry = header.toString('utf8', 0, 100).replace(/\0.*$/s, '').replace(/^\.\//, '');
    const start = offset + TAR_BLOCK_BYTES;
    if (!Number.isInteger(size) || size < 0) return { why: 'it is not a tar archive' };
    if (entry === name && size > 0) {
      if (start + size > archive.length) return { why: 'it is cut off' };
      return { bytes: archive.subarray(start, start + size) };
    }
    offset = start + Math.ceil(size / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
  }
  return { why: `it holds no ${name}` };
}
