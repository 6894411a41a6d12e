// Runs the ffmpegs of one gateway or recorder within its capacity, with restarts.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { Changes } from '../../changes.ts';
import { failuresAfter, isDegraded, restartPauseMs } from '../../core/back-off.ts';
import { type Lack, refuseLacking } from '../../core/lacks.ts';
import { FfmpegProcess } from './process.ts';

/**
 * An ffmpeg that gets units and returns nothing for this time is stuck: it normally returns output within tens of
 * milliseconds, and starts within two seconds on a busy machine.
 */
export const STUCK_MS = 5000;
/** Pause after which the stuck time starts anew: ffmpeg may hold the units before the pause. */
const INPUT_PAUSE_MS = 2000;

/** Processor share of a job, in thousandths of a core. */
export type Millicores = number;

/** Counters of transcoding; each is called when its value changes. */
export interface TranscodeMetrics {
  running(processes: number): void;
  used(millicores: Millicores): void;
  started(job: string): void;
  restarted(): void;
  dropped(units: number): void;
}

export interface SupervisorOptions {
  /** Result of `findSandbox`. */
  readonly sandbox: readonly string[];
  /** Answer of a `LackWatch`, read at each start. */
  readonly lacks: readonly Lack[];
  /** Answer of a `LackWatch`, read at each start. Default true: an ffmpeg without its sandbox ends at once. */
  readonly isSandboxed?: boolean;
  /** Bound of the sum of the costs of all running jobs. */
  readonly capacity: Millicores;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  readonly metrics: TranscodeMetrics;
  /** Account shared with the supervisor of another thread (`share`). */
  readonly account?: SharedArrayBuffer;
}

/** Options with which a supervisor in another thread shares this capacity. */
export type SharedSupervisor = Required<Pick<SupervisorOptions, 'sandbox' | 'lacks' | 'capacity' | 'account'>>;

export interface Job {
  readonly name: string;
  readonly makes: Lack;
  readonly cost: Millicores;
  readonly args: readonly string[];
  readonly head: Uint8Array;
  readonly queueBytesMax: number;
  /** A new process begins with the next write: discard the parser state of the last process. */
  onStart(): void;
  onData(bytes: Uint8Array): void;
  /** True when the process keeps ending, false when it runs again. Restarts continue until the job is closed. */
  onDegraded(isDegraded: boolean): void;
}

const [USED, RUNNING] = [0, 1];

export interface JobStarter {
  start(job: Job): RunningJob;
}
export type RunningJob = Pick<SupervisedJob, 'pid' | 'write' | 'taken' | 'close'>;

export class FfmpegSupervisor implements JobStarter {
  readonly #o: SupervisorOptions;
  readonly #jobs = new Set<{ close(): Promise<void> }>();
  /** Totals of all threads: used millicores, running processes. */
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

  /** Returns the options of a supervisor in another thread, whose jobs count against the same capacity. */
  share(): SharedSupervisor {
    const { sandbox, lacks, capacity } = this.#o;
    return { sandbox, lacks, capacity, account: this.#account.buffer };
  }
  get metrics(): TranscodeMetrics {
    return this.#o.metrics;
  }
  /** Registers an owner of jobs in another thread, which `close` closes. Call the returned function at its end. */
  adopt(owner: { close(): Promise<void> }): () => void {
    this.#jobs.add(owner);
    return () => void this.#jobs.delete(owner);
  }

  get sandbox(): readonly string[] {
    return this.#o.sandbox;
  }
  get lacks(): readonly Lack[] {
    return this.#o.lacks;
  }

  /** Throws MeridianError: NO_SANDBOX, NO_SOUND_TRANSCODER or NO_PICTURE_TRANSCODER if a needed kind is lacking. */
  refuseLacking(...needed: readonly Lack[]): void {
    if (this.#o.isSandboxed === false) throw new MeridianError('NO_SANDBOX');
    refuseLacking(this.#o.lacks, ...needed);
  }

  /** Throws MeridianError: OVERLOADED beyond the capacity, SHUTTING_DOWN, and as `refuseLacking` does. */
  check({ cost, makes }: Pick<Job, 'cost' | 'makes'>): void {
    if (this.#isClosed) throw new MeridianError('SHUTTING_DOWN');
    this.refuseLacking(makes);
    const [used, { capacity }] = [this.usedMillicores, this.#o];
    if (used + cost > capacity)
      throw new MeridianError('OVERLOADED', `no capacity for transcoding: ${used} of ${capacity} is used`);
  }

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

/** Job whose process is replaced whenever it ends. */
export class SupervisedJob {
  readonly #job: Job;
  readonly #ports: JobPorts;
  readonly #changes: Changes;
  #process: FfmpegProcess | undefined;
  #startedMs = 0;
  #writtenMs = 0;
  /** Time of the first unit that has produced no output yet. */
  #waitsSinceMs: number | undefined;
  #failures = 0;
  #isReportedDegraded = false;
  #pause: Timer | undefined;
  #closed: Promise<void> | undefined;

  constructor(job: Job, ports: JobPorts) {
    this.#job = job;
    this.#ports = ports;
    this.#changes = new Changes(ports.clock);
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
      onData: (bytes) => this.#onData(bytes),
      onTaken: () => this.#changes.note(),
      onEnd: (reason) => this.#ended(reason),
    });
  }

  /** Writes a unit. Between two processes units are dropped and counted. `onGone` is that of `FfmpegProcess.write`. */
  write(unit: Uint8Array, onGone?: () => void): void {
    const before = this.#process?.droppedUnits ?? 0;
    this.#process?.write(unit, onGone);
    const dropped = this.#process === undefined ? 1 : this.#process.droppedUnits - before;
    if (dropped > 0) this.#ports.metrics.dropped(dropped);
    this.#killIfStuck();
  }

  /** Resolves when at most `units` wait for the process, when there is none, or after `STUCK_MS`. */
  async taken(units: number): Promise<void> {
    await this.#changes.until(() => (this.#process?.waitingUnits ?? 0) <= units, STUCK_MS);
  }

  /** Ends the job; resolves when its process has ended. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#pause?.cancel();
    await this.#process?.close();
    this.#ports.onClosed();
  }

  #killIfStuck(): void {
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs - this.#writtenMs > INPUT_PAUSE_MS) this.#waitsSinceMs = undefined;
    this.#writtenMs = nowMs;
    this.#waitsSinceMs ??= nowMs;
    if (nowMs - this.#waitsSinceMs >= STUCK_MS) this.#process?.kill(`no output came for ${STUCK_MS} ms`);
  }

  #onData(bytes: Uint8Array): void {
    this.#waitsSinceMs = undefined;
    this.#job.onData(bytes);
    this.#reportDegraded(false);
  }

  #reportDegraded(isNow: boolean): void {
    if (this.#isReportedDegraded === isNow) return;
    this.#isReportedDegraded = isNow;
    this.#job.onDegraded(isNow);
  }

  #ended(reason: string): void {
    this.#process = undefined;
    this.#changes.note();
    this.#ports.onRunning(-1);
    if (this.#closed !== undefined) return;
    const { clock, log, metrics } = this.#ports;
    this.#failures = failuresAfter(this.#failures, clock.nowMs() - this.#startedMs);
    const pauseMs = restartPauseMs(this.#failures);
    log.warn({ job: this.#job.name, reason, failures: this.#failures, pauseMs }, 'ffmpeg ended, it is started again');
    if (isDegraded(this.#failures)) this.#reportDegraded(true);
    if (this.#closed !== undefined) return; // A listener may have closed the job.
    this.#pause = clock.after(pauseMs, () => {
      metrics.restarted();
      this.start();
    });
  }
}
