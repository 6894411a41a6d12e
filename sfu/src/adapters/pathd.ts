// The pathd process (docs/design/paths.md): spawned, spoken to by lines, started again on the same ports when it dies.
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
  /** Where other pathds send; port 0: any, and the same again after a restart. */
  readonly wire: PathdAddress;
  /** Where this node's pipes send. */
  readonly localIp: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Runs and knows nothing: tell it everything. */
  onReady(): void;
  onEvent(event: PathdEvent): void;
  /** It does not stay up; pipes that count on it must take another path. It is tried again all the same. */
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

/** Lines on their way to it; the rest waits its turn, so that its answers fit into the pipe back. */
const askedMax = 32;
/** Lines that wait; one node has at most 4096 peers, 512 flows and 512 routes, twice. */
const waitingMax = 10_240;
const restartPausesMs = [0, 250, 1000, 2000] as const;
/** Deaths in a row, each within `settledMs`, after which the pipes are given other paths. */
const deathsMax = 5;
const settledMs = 5000;
/**
 * From the last incarnation that pathd has named to the next life's first: more than it can have used unheard, by the
 * orders that are on their way and the flows that those made begin anew.
 */
const incarnationsUnheard = 1024;
/**
 * How often it is looked whether answers come, and how often in vain until it is taken for dead. Counted, not timed: an
 * agent that was busy for long hears what came meanwhile before it judges.
 */
const answerCheckMs = 1000;
const answerChecksMax = 5;

/** A node's number on the wire. */
export const numberOf = (nodeId: string): string => createHash('sha256').update(nodeId).digest('hex').slice(0, 8);

/** The key of one direction between two nodes, from the key of their hosts. */
export const deriveKey = (pairKey: Uint8Array, fromId: string, toId: string): string =>
  createHmac('sha256', pairKey).update(`pathd ${fromId} ${toId}`).digest('hex').slice(0, 32);

interface Question {
  readonly order: PathOrder | RemovalOrder;
  readonly resolve: (error: string | undefined) => void;
}

export class Pathd {
  readonly #o: PathdOptions;
  #child: ChildProcessWithoutNullStreams | undefined;
  #ready: { wirePort: number; localPort: number } | undefined;
  #ports = { wire: 0, local: 0 };
  #waiting: Question[] = [];
  #asked = new Map<number, Question>();
  #number = 0;
  /** The last one that pathd has named, or was started with; it may have used more since. */
  #incarnation: number;
  #mayHaveUsedMore = true;
  /** The oldest question at the last look, and how often it was that already. */
  #unanswered = { number: 0, checks: 0 };
  readonly #answersTimer: Timer;
  #deaths = 0;
  #startedMs = 0;
  #pause: Timer | undefined;
  #closed = false;

  constructor(o: PathdOptions, incarnation: number) {
    this.#o = o;
    this.#ports.wire = o.wire.port;
    this.#incarnation = incarnation % 65_536;
    this.#answersTimer = o.clock.every(answerCheckMs, () => this.#checkAnswers());
  }

  /** Where other nodes reach it and where pipes send; undefined while it does not run. */
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
    if (this.#mayHaveUsedMore) this.#incarnation = (this.#incarnation + incarnationsUnheard) % 65_536;
    this.#mayHaveUsedMore = false;
    const { wire: wirePort, local: localPort } = this.#ports;
    const child = spawn(
      bin,
      [numberOf(nodeId), String(this.#incarnation), wire.ip, String(wirePort), localIp, String(localPort)],
      { stdio: 'pipe' },
    );
    this.#child = child;
    let isOver = false;
    const over = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      if (this.#child === child) this.#died(reason);
    };
    child.on('error', (error) => over(error.message));
    child.on('exit', (code, signal) => over(`ended with ${signal ?? code}`));
    child.stdin.on('error', () => undefined); // its end is heard as its exit
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (this.#child === child) this.#heard(line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => log.warn({ pathd: line }, 'pathd'));
  }

  /** Sends an order; resolves with undefined when pathd has taken it, or with what is wrong. */
  send(order: PathOrder | RemovalOrder): Promise<string | undefined> {
    if (this.#ready === undefined || this.#waiting.length >= waitingMax) return Promise.resolve('pathd is not there');
    return new Promise((resolve) => {
      this.#waiting.push({ order, resolve });
      this.#pump();
    });
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#pause?.cancel();
    this.#answersTimer.cancel();
    const child = this.#child;
    this.#child = undefined;
    this.#ready = undefined;
    this.#forget();
    child?.stdin.end();
    child?.kill();
  }

  #pump(): void {
    while (this.#asked.size < askedMax) {
      const question = this.#waiting.shift();
      if (question === undefined) return;
      this.#number += 1;
      this.#asked.set(this.#number, question);
      if (question.order.kind === 'flow') this.#mayHaveUsedMore = true;
      this.#child?.stdin.write(`${this.#number} ${commandOf(question.order)}\n`);
    }
  }

  #heard(line: string): void {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'ready') {
      this.#ready = { wirePort: Number(rest[0]), localPort: Number(rest[1]) };
      this.#ports = { wire: this.#ready.wirePort, local: this.#ready.localPort };
      this.#o.onReady();
    } else if (word === 'incarnation') this.#incarnation = Number(rest[0]);
    else if (word === 'ok' || word === 'error')
      this.#answered(Number(rest[0]), word === 'ok' ? undefined : rest.slice(1).join(' '));
    else {
      const event = eventOf(word, rest);
      if (event !== undefined) this.#o.onEvent(event);
    }
  }

  #answered(number: number, error: string | undefined): void {
    const question = this.#asked.get(number);
    this.#asked.delete(number);
    question?.resolve(error);
    this.#pump();
  }

  /** An answer that does not come would hold up all orders behind it: a new life gets all of them. */
  #checkAnswers(): void {
    const [number = 0] = this.#asked.keys();
    const isSame = number !== 0 && number === this.#unanswered.number;
    this.#unanswered = { number, checks: isSame ? this.#unanswered.checks + 1 : 0 };
    if (this.#unanswered.checks < answerChecksMax) return;
    this.#unanswered = { number: 0, checks: 0 };
    this.#o.log.warn('pathd does not answer, it is ended');
    this.#child?.kill('SIGKILL');
  }

  #forget(): void {
    for (const { resolve } of [...this.#asked.values(), ...this.#waiting]) resolve('pathd is not there');
    this.#asked.clear();
    this.#waiting = [];
  }

  #died(reason: string): void {
    const { clock, log, onGone } = this.#o;
    this.#child = undefined;
    this.#ready = undefined;
    this.#forget();
    if (this.#closed) return;
    this.#deaths = clock.nowMs() - this.#startedMs < settledMs ? this.#deaths + 1 : 1;
    const pauseMs = restartPausesMs[Math.min(this.#deaths, restartPausesMs.length) - 1] ?? 0;
    log.warn({ reason, pauseMs, deaths: this.#deaths }, 'pathd ended, it is started again');
    if (this.#deaths === deathsMax) onGone(reason);
    this.#pause = clock.after(pauseMs, () => this.start());
  }
}

/** The order as pathd reads it (docs/design/paths.md). */
export function commandOf(order: PathOrder | RemovalOrder): string {
  switch (order.kind) {
    case 'peer':
      return ['peer', order.name, order.ip, order.port, order.sendKey, ...order.receiveKeys].join(' ');
    case 'flow': {
      const theirs = order.theirFlow === 0 ? [] : [order.theirFlow];
      return ['flow', order.name, order.ip, order.port, ...theirs].join(' ');
    }
    case 'route':
      return `route ${order.name} ${order.primary} ${order.standby}`;
    default:
      return `${order.kind} ${order.name}`;
  }
}

/** A line that is no answer; undefined: not understood, of a newer pathd. */
export function eventOf(word: string, rest: readonly string[]): PathdEvent | undefined {
  const [peer = '', via = '', third = ''] = rest;
  const numbers = rest.slice(3).map(Number);
  if (!/^[0-9a-f]{8}(\.\d{1,2})?$/.test(peer) || numbers.some(Number.isNaN)) return undefined;
  if (word === 'flip' && numbers.length >= 1) return { kind: 'flip', peer, via, reason: third, ageMs: numbers[0] ?? 0 };
  if (word !== 'sample' || numbers.length < 6) return undefined;
  const [rttMs = -1, delayChangeMs = 0, jitterMs = 0, lossFast = 0, lossSlow = 0, sent = 0, silenceMs = 0] = numbers;
  const figures = { rttMs, delayChangeMs, jitterMs, lossFast, lossSlow, sent, silenceMs };
  return { kind: 'sample', peer, via, active: third === '1', ...figures };
}
