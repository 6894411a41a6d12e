// One ffmpeg: bytes in, bytes out, over pipes alone. One transcoder owns it, and its process id identifies it.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Clock, Logger, Timer } from '@meridian/runtime';

export interface FfmpegOptions {
  /** The words before `ffmpeg`, of `findSandbox`. */
  readonly sandbox: readonly string[];
  /** What follows the common arguments. */
  readonly args: readonly string[];
  /** Written first; never dropped. */
  readonly head: Uint8Array;
  /** Units that wait for ffmpeg; beyond it the oldest are dropped. */
  readonly queueBytesMax: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** Must be done with the bytes when it returns. Not called after `close`. A throw ends the process. */
  onData(bytes: Uint8Array): void;
  /** It has ended and left nothing behind; called once, also after `close`. */
  onEnd(reason: string): void;
}

const commonArgs = ['-nostdin', '-hide_banner', '-loglevel', 'warning', '-protocol_whitelist', 'pipe'];
/** From SIGINT to SIGKILL. */
export const graceMs = 2000;
/** Lines of ffmpeg in the log: so many at once, and one more each second. */
const linesMax = 10;
const lineChars = 300;

export class FfmpegProcess {
  readonly #o: FfmpegOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  #queue: { readonly unit: Uint8Array; readonly onGone: (() => void) | undefined }[] = [];
  #queuedBytes = 0;
  #droppedUnits = 0;
  #isBlocked = false;
  #isClosing = false;
  #isOver = false;
  #reason: string | undefined;
  #grace: Timer | undefined;
  #lineRest = '';
  #lines = 0;
  #linesAtMs: number;
  readonly #ended = Promise.withResolvers<void>();

  constructor(o: FfmpegOptions) {
    this.#o = o;
    this.#linesAtMs = o.clock.nowMs();
    const [file = '', ...args] = [...o.sandbox, 'ffmpeg', ...commonArgs, ...o.args];
    this.#child = spawn(file, args, { stdio: 'pipe', cwd: '/', env: { PATH: process.env['PATH'] ?? '' } });
    this.#child.on('error', (error) => this.#over(error.message));
    this.#child.on('exit', (code, signal) => this.#exited(signal ?? `exit code ${code}`));
    this.#child.on('close', () => this.#over(this.#reason ?? 'its pipes closed'));
    this.#child.stdin.on('error', () => undefined); // its end is heard as its exit
    this.#child.stdin.on('drain', () => this.#drain());
    this.#child.stdout.on('data', (bytes: Uint8Array) => this.#heard(bytes));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#said(text));
    this.#child.stdin.write(o.head);
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }
  get queuedBytes(): number {
    return this.#queuedBytes + this.#child.stdin.writableLength;
  }
  /** Units that ffmpeg was too slow to take. */
  get droppedUnits(): number {
    return this.#droppedUnits;
  }

  /**
   * Queues a unit; the oldest that wait make room for it. Does nothing once the end has begun. `onGone`: its memory is
   * the caller's again; not called for what waits when the process ends.
   */
  write(unit: Uint8Array, onGone?: () => void): void {
    if (this.#isClosing || this.#reason !== undefined) return;
    this.#queue.push({ unit, onGone });
    this.#queuedBytes += unit.byteLength;
    while (this.#queuedBytes > this.#o.queueBytesMax) {
      const oldest = this.#queue.shift();
      this.#queuedBytes -= oldest?.unit.byteLength ?? 0;
      this.#droppedUnits += 1;
      oldest?.onGone?.();
    }
    if (!this.#isBlocked) this.#drain();
  }

  /** Ends it at once, as if it had ended by itself for this reason. */
  kill(reason: string): void {
    this.#reason ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** Asks it to end, and makes it after 2 s; resolves when it has ended. Idempotent. */
  close(): Promise<void> {
    if (this.#isClosing) return this.#ended.promise;
    this.#isClosing = true;
    this.#reason ??= 'closed';
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#child.stdin.destroy();
    this.#child.kill('SIGINT');
    if (!this.#isOver && this.#child.exitCode === null && this.#child.signalCode === null)
      this.#grace = this.#o.clock.after(graceMs, () => this.#child.kill('SIGKILL'));
    return this.#ended.promise;
  }

  #drain(): void {
    this.#isBlocked = false;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { unit, onGone } = next;
      this.#queuedBytes -= unit.byteLength;
      if (this.#child.stdin.write(unit, onGone)) continue;
      this.#isBlocked = true;
      return;
    }
  }

  #heard(bytes: Uint8Array): void {
    if (this.#isClosing) return;
    try {
      this.#o.onData(bytes);
    } catch (error) {
      this.#reason = `its output could not be read: ${error instanceof Error ? error.message : String(error)}`;
      void this.close();
    }
  }

  #said(text: string): void {
    const lines = (this.#lineRest + text).split(/[\r\n]+/);
    this.#lineRest = (lines.pop() ?? '').slice(-lineChars);
    const nowMs = this.#o.clock.nowMs();
    this.#lines = Math.max(0, this.#lines - (nowMs - this.#linesAtMs) / 1000);
    this.#linesAtMs = nowMs;
    for (const line of lines) {
      if (line === '' || this.#lines >= linesMax) continue;
      this.#lines += 1;
      this.#o.log.warn({ ffmpeg: line.slice(0, lineChars), pid: this.pid }, 'ffmpeg');
    }
  }

  #exited(reason: string): void {
    this.#reason ??= reason;
    this.#grace?.cancel();
  }

  #over(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reason ??= reason;
    this.#grace?.cancel();
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#ended.resolve();
    this.#o.onEnd(this.#reason);
  }
}
