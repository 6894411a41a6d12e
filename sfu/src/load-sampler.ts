// Measures the load of the node once a second: CPU of agent and worker, bit rates, event-loop lag, and which clients
// send anything. To bound the cost, it asks at most `transportsPerSample` transports a second; the others keep their
// last figures.
import type { wire } from '@meridian/protocol';
import { type Clock, type Logger, LoopDelay, type Timer } from '@meridian/runtime';
import { type CostEstimate, calibratedCost, capacityOf, cpuShare, type NodeMeans, refineCost } from './core/index.ts';
import type { Traffic } from './engine.ts';
import type { MediaNode } from './media/node.ts';

const periodMs = 1000;
const transportsPerSample = 32;

type Bitrates = Pick<Traffic, 'txBps' | 'rxBps'>;
interface Sampled {
  traffic(): Promise<Traffic>;
}

export class LoadSampler {
  readonly #node: MediaNode;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #means: NodeMeans;
  readonly #lag = new LoopDelay();
  #rates = new Map<Sampled, Bitrates>();
  #next = 0;
  #timer: Timer | undefined;
  #sampling = false;
  #cost: CostEstimate = calibratedCost;
  #last: { atMs: number; agentCpuMs: number; workerCpuMs: number; incarnation: string } | undefined;
  #now = { cpu: 0, loopLagMsP99: 0, rssBytes: 0 };

  constructor(o: { node: MediaNode; clock: Clock; log: Logger; means: NodeMeans }) {
    this.#node = o.node;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#means = o.means;
  }

  start(): void {
    this.#timer = this.#clock.every(periodMs, () => {
      this.sample().catch((error: unknown) => {
        if (this.#node.serves) this.#log.warn({ err: error }, 'load was not sampled');
      });
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#lag.close();
    this.#rates.clear();
  }

  get cost(): CostEstimate {
    return this.#cost;
  }

  capacity(): { sessions: number; consumers: number } {
    return capacityOf(this.#means, this.#cost, this.#node.counts);
  }

  load(): wire.Load.$Properties {
    return { ...this.#now, ...this.#node.counts, ...this.#bitrates() };
  }

  /** Takes one sample; skips while an earlier sample is still running. */
  async sample(): Promise<void> {
    if (this.#sampling || !this.#node.serves) return;
    this.#sampling = true;
    try {
      const [usage] = await Promise.all([this.#node.engine.usage(), this.#sampleRates()]);
      this.#take(usage);
    } finally {
      this.#sampling = false;
    }
  }

  #take(usage: { cpuMs: number; rssBytes: number }): void {
    const { user, system } = process.cpuUsage();
    const now = {
      atMs: this.#clock.nowMs(),
      agentCpuMs: (user + system) / 1000,
      workerCpuMs: usage.cpuMs,
      incarnation: this.#node.incarnation,
    };
    const last = this.#last;
    this.#last = now;
    const rssBytes = process.memoryUsage.rss() + usage.rssBytes;
    const loopLagMsP99 = this.#lag.takeP99Ms();
    if (last === undefined || last.incarnation !== now.incarnation) {
      this.#now = { ...this.#now, rssBytes, loopLagMsP99 };
      return;
    }
    const elapsedMs = now.atMs - last.atMs;
    const cpuMs = now.agentCpuMs - last.agentCpuMs + now.workerCpuMs - last.workerCpuMs;
    this.#now = { cpu: cpuShare(cpuMs, elapsedMs, this.#means.cpuCores), rssBytes, loopLagMsP99 };
    if (!(elapsedMs > 0)) return;
    const { consumers, producers } = this.#node.counts;
    const { txBps } = this.#bitrates();
    this.#cost = refineCost(this.#cost, { cpuCoresUsed: cpuMs / elapsedMs, txBps, consumers, producers });
  }

  #bitrates(): Bitrates {
    let txBps = 0;
    let rxBps = 0;
    for (const rates of this.#rates.values()) {
      txBps += rates.txBps;
      rxBps += rates.rxBps;
    }
    return { txBps, rxBps };
  }

  async #sampleRates(): Promise<void> {
    const ends = await this.#node.pipes.ends();
    const hearers = new Map<Sampled, (receivedBytes: number) => void>();
    for (const session of this.#node.rooms.sessions.values())
      for (const transport of session.transports)
        hearers.set(transport, (bytes) => session.hear(transport.id, bytes, this.#clock.nowMs()));
    const present: Sampled[] = [...ends, ...hearers.keys()];
    const asked = present.length <= transportsPerSample ? present : this.#turn(present);
    const answers = await Promise.allSettled(asked.map((one) => one.traffic()));
    const rates = new Map<Sampled, Bitrates>();
    for (const one of present) rates.set(one, this.#rates.get(one) ?? { txBps: 0, rxBps: 0 });
    asked.forEach((one, index) => {
      const answer = answers[index];
      if (answer?.status !== 'fulfilled') return; // a transport that has closed meanwhile keeps its last figure
      rates.set(one, answer.value);
      hearers.get(one)?.(answer.value.receivedBytes);
    });
    this.#rates = rates;
  }

  #turn(present: Sampled[]): Sampled[] {
    const from = this.#next % present.length;
    this.#next = from + transportsPerSample;
    return [...present.slice(from), ...present.slice(0, from)].slice(0, transportsPerSample);
  }
}
