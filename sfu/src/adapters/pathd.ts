// Runs the pathd process (docs/design/paths.md), controls it by lines on its stdin, and restarts it on the same ports
// when it dies.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { PathOrder, PathSample, RemovalOrder } from '../core/index.ts';

export interface PathdAddress {
  readonly ip: string;
  readonly port: number;
}
export interface PathdOptions {
  readonly bin: string;
  readonly nodeId: string;
  /** Address to which other pathds send. Port 0: any port, and the same port again after a restart. */
  readonly wire: PathdAddress;
  readonly localIp: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when pathd has started: it has no state and needs all orders. */
  onReady(): void;
  onEvent(event: PathdEvent): void;
  /** Called when pathd dies again and again: its pipes must take another path. The restarts go on. */
  onGone(reason: string): void;
}
export type PathdEvent =
  | {
      readonly kind: 'flip';
      readonly peer: string;
      readonly via: string;
      readonly reason: string;
      readonly ageMs: number;
    }
  | ({ readonly kind: 'sample'; readonly peer: string } & PathSample);

/** Limit on unanswered lines, so that the answers fit into pathd's output pipe. Further lines wait. */
const unansweredMax = 32;
/** Limit on waiting lines: two for each peer (at most 4096), flow (512) and route (512) of a node. */
const queuedMax = 10_240;
const restartPausesMs = [0, 250, 1000, 2000] as const;
/** Deaths in a row, each within `settledMs` after a start, at which `onGone` is called. */
const deathsMax = 5;
const settledMs = 5000;
/**
 * Added to the last reported incarnation at a restart: more than the number of incarnations that pathd can have used
 * since its last report, by unanswered orders and the flows that they restart.
 */
const incarnationsUnreportedMax = 1024;
/** Period of the check for answers. Checks are counted, not time: a busy agent reads arrived answers before a check. */
const answerCheckMs = 1000;
const answerChecksMax = 5;

export const nodeNumberOf = (nodeId: string): string => createHash('sha256').update(nodeId).digest('hex').slice(0, 8);

export const deriveKey = (pairKey: Uint8Array, fromId: string, toId: string): string =>
  createHmac('sha256', pairKey).update(`pathd ${fromId} ${toId}`).digest('hex').slice(0, 32);

interface PendingOrder {
  readonly order: PathOrder | RemovalOrder;
  readonly resolve: (error: string | undefined) => void;
}

export class Pathd {
  readonly #o: PathdOptions;
  #child: ChildProcessWithoutNullStreams | undefined;
  #ready: { wirePort: number; localPort: number } | undefined;
  #ports = { wire: 0, local: 0 };
  #queuedOrders: PendingOrder[] = [];
  #unansweredByNumber = new Map<number, PendingOrder>();
  #lastNumber = 0;
  /** Incarnation that pathd last reported or was started with; pathd may have used higher ones since. */
  #incarnation: number;
  #mayExceedReported = true;
  /** Number of the oldest unanswered line at the last check, and how many earlier checks found the same number. */
  #answerCheck = { number: 0, checks: 0 };
  readonly #answersTimer: Timer;
  #deathsInRow = 0;
  #startedMs = 0;
  #restartTimer: Timer | undefined;
  #closed = false;

  constructor(o: PathdOptions, incarnation: number) {
    this.#o = o;
    this.#ports.wire = o.wire.port;
    this.#incarnation = incarnation % 65_536;
    this.#answersTimer = o.clock.every(answerCheckMs, () => this.#checkAnswers());
  }

  get addresses(): { wirePort: number; local: PathdAddress } | undefined {
    if (this.#ready === undefined) return undefined;
    return { wirePort: this.#ready.wirePort, local: { ip: this.#o.localIp, port: this.#ready.localPort } };
  }
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { bin, nodeId, wire, localIp, log } = this.#o;
    this.#startedMs = this.#o.clock.nowMs();
    if (this.#mayExceedReported) this.#incarnation = (this.#incarnation + incarnationsUnreportedMax) % 65_536;
    this.#mayExceedReported = false;
    const { wire: wirePort, local: localPort } = this.#ports;
    const child = spawn(
      bin,
      [nodeNumberOf(nodeId), String(this.#incarnation), wire.ip, String(wirePort), localIp, String(localPort)],
      { stdio: 'pipe' },
    );
    this.#child = child;
    let isOver = false;
    const onOver = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      if (this.#child === child) this.#onDied(reason);
    };
    child.on('error', (error) => onOver(error.message));
    child.on('exit', (code, signal) => onOver(`ended with ${signal ?? code}`));
    child.stdin.on('error', () => undefined); // the exit handler reports its end
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (this.#child === child) this.#onLine(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => log.warn({ pathd: line }, 'pathd'));
  }

  /** Resolves with undefined when pathd has accepted the order, or with the error. */
  send(order: PathOrder | RemovalOrder): Promise<string | undefined> {
    if (this.#ready === undefined || this.#queuedOrders.length >= queuedMax)
      return Promise.resolve('pathd is not there');
    return new Promise((resolve) => {
      this.#queuedOrders.push({ order, resolve });
      this.#writeQueued();
    });
  }

  close(): void {
    this.#closed = true;
    this.#restartTimer?.cancel();
    this.#answersTimer.cancel();
    const child = this.#child;
    this.#child = undefined;
    this.#ready = undefined;
    this.#failPending();
    child?.stdin.end();
    child?.kill();
  }

  #writeQueued(): void {
    while (this.#unansweredByNumber.size < unansweredMax) {
      const pendingOrder = this.#queuedOrders.shift();
      if (pendingOrder === undefined) return;
      this.#lastNumber += 1;
      this.#unansweredByNumber.set(this.#lastNumber, pendingOrder);
      if (pendingOrder.order.kind === 'flow') this.#mayExceedReported = true;
      this.#child?.stdin.write(`${this.#lastNumber} ${commandOf(pendingOrder.order)}\n`);
    }
  }

  #onLine(line: string): void {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'ready') {
      this.#ready = { wirePort: Number(rest[0]), localPort: Number(rest[1]) };
      this.#ports = { wire: this.#ready.wirePort, local: this.#ready.localPort };
      this.#o.onReady();
    } else if (word === 'incarnation') this.#incarnation = Number(rest[0]);
    else if (word === 'ok' || word === 'error')
      this.#onAnswer(Number(rest[0]), word === 'ok' ? undefined : rest.slice(1).join(' '));
    else {
      const event = eventOf(word, rest);
      if (event !== undefined) this.#o.onEvent(event);
    }
  }

  #onAnswer(number: number, error: string | undefined): void {
    const pendingOrder = this.#unansweredByNumber.get(number);
    this.#unansweredByNumber.delete(number);
    pendingOrder?.resolve(error);
    this.#writeQueued();
  }

  /** Ends a pathd that does not answer, since a missing answer blocks all later orders. */
  #checkAnswers(): void {
    const [number = 0] = this.#unansweredByNumber.keys();
    const isSame = number !== 0 && number === this.#answerCheck.number;
    this.#answerCheck = { number, checks: isSame ? this.#answerCheck.checks + 1 : 0 };
    if (this.#answerCheck.checks < answerChecksMax) return;
    this.#answerCheck = { number: 0, checks: 0 };
    this.#o.log.warn('pathd does not answer, it is ended');
    this.#child?.kill('SIGKILL');
  }

  #failPending(): void {
    for (const { resolve } of [...this.#unansweredByNumber.values(), ...this.#queuedOrders])
      resolve('pathd is not there');
    this.#unansweredByNumber.clear();
    this.#queuedOrders = [];
  }

  #onDied(reason: string): void {
    const { clock, log, onGone } = this.#o;
    this.#child = undefined;
    this.#ready = undefined;
    this.#failPending();
    if (this.#closed) return;
    this.#deathsInRow = clock.nowMs() - this.#startedMs < settledMs ? this.#deathsInRow + 1 : 1;
    const pauseMs = restartPausesMs[Math.min(this.#deathsInRow, restartPausesMs.length) - 1] ?? 0;
    log.warn({ reason, pauseMs, deaths: this.#deathsInRow }, 'pathd ended, it is started again');
    if (this.#deathsInRow === deathsMax) onGone(reason);
    this.#restartTimer = clock.after(pauseMs, () => this.start());
  }
}

export function commandOf(order: PathOrder | RemovalOrder): string {
  switch (order.kind) {
    case 'peer':
      return ['peer', order.name, order.ip, order.port, order.sendKey, ...order.receiveKeys].join(' ');
    case 'flow': {
      const remoteFlow = order.theirFlow === 0 ? [] : [order.theirFlow];
      return ['flow', order.name, order.ip, order.port, ...remoteFlow].join(' ');
    }
    case 'route':
      return `route ${order.name} ${order.primary} ${order.standby}`;
    default:
      return `${order.kind} ${order.name}`;
  }
}

/** Parses a line that is no answer. Returns undefined for an unknown line, which a newer pathd may send. */
export function eventOf(word: string, rest: readonly string[]): PathdEvent | undefined {
  const [peer = '', via = '', thirdWord = ''] = rest;
  const numbers = rest.slice(3).map(Number);
  if (!/^[0-9a-f]{8}(\.\d{1,2})?$/.test(peer) || numbers.some(Number.isNaN)) return undefined;
  if (word === 'flip' && numbers.length >= 1)
    return { kind: 'flip', peer, via, reason: thirdWord, ageMs: numbers[0] ?? 0 };
  if (word !== 'sample' || numbers.length < 6) return undefined;
  const [rttMs = -1, delayChangeMs = 0, jitterMs = 0, lossFast = 0, lossSlow = 0, sent = 0, silenceMs = 0] = numbers;
  const figures = { rttMs, delayChangeMs, jitterMs, lossFast, lossSlow, sent, silenceMs };
  return { kind: 'sample', peer, via, active: thirdWord === '1', ...figures };
}
