// All ffmpegs of one gateway or recorder: started within its capacity, and started again as long as they are wanted.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { failuresAfter, isDegraded, restartPauseMs } from '../../core/back-off.ts';
import { type Lack, refuseLacking } from '../../core/lacks.ts';
import { FfmpegProcess } from './process.ts';

/**
 * An ffmpeg that is given units for so long and makes nothing is stuck: it makes something of each within a few tens of
 * milliseconds, and begins within a second or two on a busy machine.
 */
export const STUCK_MS = 5000;
/** After such a pause of its input, it is given the time anew: it may hold the last units before the pause. */
const INPUT_PAUSE_MS = 2000;

/** What a job may use of the processor, in thousandths of a core. */
export type Millicores = number;

/** Where the gateway counts; each is called when its figure changes. */
export interface TranscodeMetrics {
  running(processes: number): void;
  used(millicores: Millicores): void;
  started(job: string): void;
  restarted(): void;
  dropped(units: number): void;
}

export interface SupervisorOptions {
  /** Of `findSandbox`. */
  readonly sandbox: readonly string[];
  /** Answer of a `LackWatch`, read anew each time. */
  readonly lacks: readonly Lack[];
  /** The sum of the costs of all jobs at once. */
  readonly capacity: Millicores;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly metrics: TranscodeMetrics;
  /** Of `share`, in another thread. */
  readonly account?: SharedArrayBuffer;
}

/** What a supervisor in another thread needs to go by the same capacity. */
export type SharedSupervisor = Required<Pick<SupervisorOptions, 'sandbox' | 'lacks' | 'capacity' | 'account'>>;

export interface Job {
  /** For the log and metrics: what it makes of what, of few words (`aac to opus`). */
  readonly name: string;
  readonly makes: Lack;
  readonly cost: Millicores;
  readonly args: readonly string[];
  readonly head: Uint8Array;
  readonly queueBytesMax: number;
  /** A new process begins with the next write: forget what the last one has said. */
  onStart(): void;
  onData(bytes: Uint8Array): void;
  /** It does not stay up (true), or runs again (false). It is tried again all the same, until it is closed. */
  onDegraded(isDegraded: boolean): void;
}

/** Places in the account. */
const [USED, RUNNING] = [0, 1];

/** What those need that only start jobs. */
export interface JobStarter {
  /** As of `FfmpegSupervisor`. */
  start(job: Job): RunningJob;
}
export type RunningJob = Pick<SupervisedJob, 'pid' | 'write' | 'close'>;

export class FfmpegSupervisor implements JobStarter {
  readonly #o: SupervisorOptions;
  readonly #jobs = new Set<{ close(): Promise<void> }>();
  /** Of all threads: millicores used, processes that run. */
  readonly #account: Int32Array<SharedArrayBuffer>;
  #isClosed = false;

  constructor(o: SupervisorOptions) {
    this.#o = o;
    this.#account = new Int32Array(o.account ?? new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  }

  get running(): number {
    return Atomics.load(this.#account, RUNNING);
  }
  get usedMillicores(): Millicores {
    return Atomics.load(this.#account, USED);
  }

  /** For a supervisor of a thread of ours, whose jobs count as ours. */
  share(): SharedSupervisor {
    const { sandbox, lacks, capacity } = this.#o;
    return { sandbox, lacks, capacity, account: this.#account.buffer };
  }
  /** Where it counts. */
  get metrics(): TranscodeMetrics {
    return this.#o.metrics;
  }
  /** What has jobs elsewhere is closed with us. Returns what is to be called when it has ended by itself. */
  adopt(other: { close(): Promise<void> }): () => void {
    this.#jobs.add(other);
    return () => void this.#jobs.delete(other);
  }

  /** The words before `ffmpeg`. */
  get sandbox(): readonly string[] {
    return this.#o.sandbox;
  }
  /** What cannot be made here. */
  get lacks(): readonly Lack[] {
    return this.#o.lacks;
  }

  /**
   * Throws MeridianError: OVERLOADED when a job of this cost is beyond the capacity, SHUTTING_DOWN after `close`, and
   * as `refuseLacking`.
   */
  check({ cost, makes }: Pick<Job, 'cost' | 'makes'>): void {
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    refuseLacking(this.#o.lacks, makes);
    const [used, { capacity }] = [this.usedMillicores, this.#o];
    if (used + cost > capacity)
      throw new MeridianError('OVERLOADED', `no capacity for transcoding: ${used} of ${capacity} is used`);
  }

  /** Throws as `check`. */
  start(job: Job): SupervisedJob {
    this.check(job);
    this.#charge(job.cost);
    const supervised = new SupervisedJob(job, {
      ...this.#o,
      onRunning: (change) => {
        Atomics.add(this.#account, RUNNING, change);
        this.#o.metrics.running(this.running);
      },
      onClosed: () => {
        this.#jobs.delete(supervised);
        this.#charge(-job.cost);
      },
    });
    this.#jobs.add(supervised);
    supervised.start();
    return supervised;
  }

  /** Ends all jobs; resolves when no process is left. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#jobs].map((job) => job.close()));
  }

  #charge(cost: Millicores): void {
    Atomics.add(this.#account, USED, cost);
    this.#o.metrics.used(this.usedMillicores);
  }
}

interface JobPorts extends SupervisorOptions {
  onRunning(change: 1 | -1): void;
  onClosed(): void;
}

/** One job: a process, and the next one when it ends. */
export class SupervisedJob {
  readonly #job: Job;
  readonly #ports: JobPorts;
  #process: FfmpegProcess | undefined;
  #startedMs = 0;
  #writtenMs = 0;
  /** Of the first unit for which nothing has come out yet. */
  #waitsSinceMs: number | undefined;
  #failures = 0;
  #isSaidDegraded = false;
  #pause: Timer | undefined;
  #closed: Promise<void> | undefined;

  constructor(job: Job, ports: JobPorts) {
    this.#job = job;
    this.#ports = ports;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }
  get queuedBytes(): number {
    return this.#process?.queuedBytes ?? 0;
  }

  start(): void {
    const { sandbox, clock, log } = this.#ports;
    this.#startedMs = clock.nowMs();
    this.#waitsSinceMs = undefined;
    this.#job.onStart();
    this.#ports.onRunning(1);
    this.#ports.metrics.started(this.#job.name);
    const { args, head, queueBytesMax } = this.#job;
    this.#process = new FfmpegProcess({
      sandbox,
      clock,
      log,
      args,
      head,
      queueBytesMax,
      onData: (bytes) => this.#heard(bytes),
      onEnd: (reason) => this.#ended(reason),
    });
  }

  /** Between two processes units are dropped and counted. `onGone`: as of `FfmpegProcess.write`. */
  write(unit: Uint8Array, onGone?: () => void): void {
    const before = this.#process?.droppedUnits ?? 0;
    this.#process?.write(unit, onGone);
    const dropped = this.#process === undefined ? 1 : this.#process.droppedUnits - before;
    if (dropped > 0) this.#ports.metrics.dropped(dropped);
    this.#watch();
  }

  /** Resolves when its process has ended. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#pause?.cancel();
    await this.#process?.close();
    this.#ports.onClosed();
  }

  /** A unit was given to it. */
  #watch(): void {
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs - this.#writtenMs > INPUT_PAUSE_MS) this.#waitsSinceMs = undefined;
    this.#writtenMs = nowMs;
    this.#waitsSinceMs ??= nowMs;
    if (nowMs - this.#waitsSinceMs >= STUCK_MS) this.#process?.kill(`nothing came out for ${STUCK_MS} ms`);
  }

  #heard(bytes: Uint8Array): void {
    this.#waitsSinceMs = undefined;
    this.#job.onData(bytes);
    this.#say(false);
  }

  #say(isNow: boolean): void {
    if (this.#isSaidDegraded === isNow) return;
    this.#isSaidDegraded = isNow;
    this.#job.onDegraded(isNow);
  }

  #ended(reason: string): void {
    this.#process = undefined;
    this.#ports.onRunning(-1);
    if (this.#closed !== undefined) return;
    const { clock, log, metrics } = this.#ports;
    this.#failures = failuresAfter(this.#failures, clock.nowMs() - this.#startedMs);
    const pauseMs = restartPauseMs(this.#failures);
    log.warn({ job: this.#job.name, reason, failures: this.#failures, pauseMs }, 'ffmpeg ended, it is started again');
    if (isDegraded(this.#failures)) this.#say(true);
    if (this.#closed !== undefined) return; // by a listener
    this.#pause = clock.after(pauseMs, () => {
      metrics.restarted();
      this.start();
    });
  }
}
