// Runs one ffmpeg that exchanges bytes over pipes alone. One transcoder owns the process.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Clock, Logger, Timer } from '@meridian/runtime';

export interface FfmpegOptions {
  /** Command line before `ffmpeg`, of `findSandbox`. */
  readonly sandbox: readonly string[];
  readonly args: readonly string[];
  /** Bytes that are written first and never dropped. */
  readonly head: Uint8Array;
  /** Bound of the units that wait for ffmpeg; beyond it the oldest are dropped. */
  readonly queueBytesMax: number;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** The callee must be done with the bytes when it returns. Not called after `close`. A throw ends the process. */
  onData(bytes: Uint8Array): void;
  /** Called when ffmpeg has taken a unit. */
  onTaken?(): void;
  /** Called once, when the process and its pipes have ended, also after `close`. */
  onEnd(reason: string): void;
}

const commonArgs = ['-nostdin', '-hide_banner', '-loglevel', 'warning', '-protocol_whitelist', 'pipe'];
/** Time from SIGINT to SIGKILL. */
export const graceMs = 2000;
/** Rate limit of ffmpeg's lines in the log: a burst of this many, then one a second. */
const logLinesMax = 10;
const lineChars = 300;

export class FfmpegProcess {
  readonly #o: FfmpegOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  #queue: { readonly unit: Uint8Array; readonly onGone: (() => void) | undefined }[] = [];
  #queuedBytes = 0;
  /** Units that were handed to the pipe, which has not written them yet. */
  #unwritten = 0;
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
    this.#child.on('error', (error) => this.#onEnded(error.message));
    this.#child.on('exit', (code, signal) => this.#exited(signal ?? `exit code ${code}`));
    this.#child.on('close', () => this.#onEnded(this.#reason ?? 'its pipes closed'));
    this.#child.stdin.on('error', () => undefined); // The exit event reports a broken pipe.
    this.#child.stdin.on('drain', () => this.#drain());
    this.#child.stdout.on('data', (bytes: Uint8Array) => this.#onOutput(bytes));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#onLogText(text));
    this.#child.stdin.write(o.head);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }
  get queuedBytes(): number {
    return this.#queuedBytes + this.#child.stdin.writableLength;
  }
  /** Number of units that ffmpeg has not taken. */
  get waitingUnits(): number {
    return this.#queue.length + this.#unwritten;
  }
  /** Number of units dropped because ffmpeg was too slow. */
  get droppedUnits(): number {
    return this.#droppedUnits;
  }

  /**
   * Queues a unit; the oldest queued units make room. Does nothing once the end has begun. `onGone` is called when the
   * caller may reuse the unit's memory; not called for units queued when the process ends.
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

  /** Ends the process at once and reports `reason` to `onEnd`. */
  kill(reason: string): void {
    this.#reason ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** Sends SIGINT, then SIGKILL after 2 s; resolves when the process has ended. Idempotent. */
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
      this.#unwritten += 1;
      const taken = (): void => {
        this.#unwritten -= 1;
        onGone?.();
        this.#o.onTaken?.();
      };
      if (this.#child.stdin.write(unit, taken)) continue;
      this.#isBlocked = true;
      return;
    }
  }

  #onOutput(bytes: Uint8Array): void {
    if (this.#isClosing) return;
    try {
      this.#o.onData(bytes);
    } catch (error) {
      this.#reason = `its output could not be read: ${error instanceof Error ? error.message : String(error)}`;
      void this.close();
    }
  }

  #onLogText(text: string): void {
    const lines = (this.#lineRest + text).split(/[\r\n]+/);
    this.#lineRest = (lines.pop() ?? '').slice(-lineChars);
    const nowMs = this.#o.clock.nowMs();
    this.#lines = Math.max(0, this.#lines - (nowMs - this.#linesAtMs) / 1000);
    this.#linesAtMs = nowMs;
    for (const line of lines) {
      if (line === '' || this.#lines >= logLinesMax) continue;
      this.#lines += 1;
      this.#o.log.warn({ ffmpeg: line.slice(0, lineChars), pid: this.pid }, 'ffmpeg');
    }
  }

  #exited(reason: string): void {
    this.#reason ??= reason;
    this.#grace?.cancel();
  }

  #onEnded(reason: string): void {
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
