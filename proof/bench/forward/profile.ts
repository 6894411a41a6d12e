// Where the processor time of a server goes: samples of perf with their stacks in the kernel, and classes of them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const samplesPerSecond = 1999;
const outputBytesMax = 512 * 1024 * 1024;
const topMax = 25;

export const classes = [
  'kernelSend',
  'kernelReceiveOfOthers',
  'kernelReceive',
  'kernelWait',
  'kernelOther',
  'crypto',
  'worker',
  'libuv',
  'libc',
  'agent',
  'other',
] as const;
export type Class = (typeof classes)[number];

/** Frame of a stack: the function, and the file that it is in. */
export interface Frame {
  readonly symbol: string;
  readonly file: string;
}
export interface Sample {
  /** Name of the thread. */
  readonly thread: string;
  /** From the function that ran to its callers. */
  readonly frames: readonly Frame[];
}

export class Profile {
  readonly #counts = new Map<Class, number>();
  readonly #symbols = new Map<string, number>();
  #total = 0;

  /** Samples processes for some time. Rejects with perf's own words, also where perf is missing. */
  async record(pids: readonly number[], ms: number): Promise<void> {
    const dir = mkdtempSync(join(tmpdir(), 'meridian-perf-'));
    const file = join(dir, 'perf.data');
    const run = promisify(execFile);
    const what = ['-e', 'cpu-clock', '-F', String(samplesPerSecond), '-g', '-p', pids.join(','), '-o', file];
    try {
      await run('perf', ['record', ...what, '--', 'sleep', String(ms / 1000)]);
      const fields = 'comm,ip,sym,dso';
      const script = ['script', '-i', file, '-F', fields, '--no-inline'];
      const { stdout } = await run('perf', script, { maxBuffer: outputBytesMax });
      for (const sample of samplesOf(stdout)) this.add(sample);
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      throw new Error(`perf did not run (needed: apt-get install linux-perf):\n${stderr || message}`, { cause: error });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }

  add(sample: Sample): void {
    const [leaf] = sample.frames;
    this.#total += 1;
    const found = classOf(sample);
    this.#counts.set(found, (this.#counts.get(found) ?? 0) + 1);
    const name = `${found} ${leaf?.symbol ?? 'unknown'}`;
    this.#symbols.set(name, (this.#symbols.get(name) ?? 0) + 1);
  }

  /** Percent of the samples by class; classes without a sample are left out. */
  get percent(): Record<string, number> {
    const counted = classes.filter((one) => this.#counts.has(one));
    return Object.fromEntries(counted.map((one) => [one, (100 * (this.#counts.get(one) ?? 0)) / this.#total]));
  }

  /** The most frequent functions, with their class and percent. */
  get top(): { readonly name: string; readonly percent: number }[] {
    const sorted = [...this.#symbols].sort(([, one], [, other]) => other - one).slice(0, topMax);
    return sorted.map(([name, count]) => ({ name, percent: (100 * count) / this.#total }));
  }
}

/** Parses the text of `perf script -F comm,ip,sym,dso`: samples are separated by empty lines. */
export function samplesOf(text: string): Sample[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== ''))
    .filter((lines) => lines.length > 0)
    .map(([head = '', ...lines]) => ({
      thread: head.trim().replace(/:\s*$/, ''),
      frames: lines.flatMap((line) => {
        const [, symbol = '', file = ''] = /^\s*[0-9a-f]+ (.*) \(([^()]*(?:\([^()]*\))?[^()]*)\)$/.exec(line) ?? [];
        return symbol === '' ? [] : [{ symbol, file }];
      }),
    }));
}

const isKernel = ({ file }: Frame): boolean => file.startsWith('[');
const receivesOfOthers = /^(net_rx_action|__napi_poll|process_backlog|napi_threaded_poll)/;
const sends = /(sys_send|udp_sendmsg|sock_sendmsg)/;
const receives = /(sys_recv|udp_recvmsg|sock_recvmsg)/;
const waits = /(epoll|sys_poll|do_sys_poll|futex|schedule|pipe_|eventfd|nanosleep)/;
const cryptoFiles = /(libcrypto|libssl|libsrtp|libnss|libfreebl|libsoftokn|libnspr)/;
const cryptoSymbols = /(srtp|aes|gcm|ghash|EVP_|CRYPTO_|OPENSSL_|sha1|sha256|SrtpSession)/i;

/** Returns the class of a sample. A packet that the kernel receives while it sends counts apart: it is the client's. */
export function classOf({ thread, frames }: Sample): Class {
  const [leaf] = frames;
  if (leaf === undefined) return 'other';
  if (/^(node|MainThread|V8Worker|libuv-worker|DelayedTask)/.test(thread)) return 'agent';
  if (isKernel(leaf)) {
    const has = (pattern: RegExp): boolean => frames.some(({ symbol }) => pattern.test(symbol));
    if (has(receivesOfOthers)) return 'kernelReceiveOfOthers';
    if (has(sends)) return 'kernelSend';
    if (has(receives)) return 'kernelReceive';
    return has(waits) ? 'kernelWait' : 'kernelOther';
  }
  if (cryptoFiles.test(leaf.file) || cryptoSymbols.test(leaf.symbol)) return 'crypto';
  if (/libuv/.test(leaf.file) || /^uv_/.test(leaf.symbol)) return 'libuv';
  if (/\/(libc|libm|libpthread|libstdc\+\+)[.-]/.test(leaf.file)) return 'libc';
  return /mediasoup-worker|janus|floor|libnice|libglib|libgobject|libjanus/.test(leaf.file) ? 'worker' : 'other';
}
