// Measures the load of the node once a second: CPU of agent and worker, bit rates, event-loop lag, and which clients
// send anything. To bound the cost, it asks at most `transportsPerSample` transports a second, in rotation; the others
// keep their last figures.
import type { wire } from '@meridian/protocol';
import { type Clock, type Logger, LoopDelay, type Timer } from '@meridian/runtime';
import {
  type CostEstimate,
  calibratedCost,
  capacityOf,
  cpuShare,
  type NodeResources,
  refineCost,
} from './core/index.ts';
import type { Traffic } from './engine.ts';
import type { MediaNode } from './media/node.ts';

const periodMs = 1000;
const transportsPerSample = 32;

type Bitrates = Pick<Traffic, 'txBps' | 'rxBps'>;
interface TrafficSource {
  traffic(): Promise<Traffic>;
}

export class LoadSampler {
  readonly #node: MediaNode;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #resources: NodeResources;
  readonly #lag = new LoopDelay();
  #rates = new Map<TrafficSource, Bitrates>();
  #nextIndex = 0;
  #timer: Timer | undefined;
  #sampling = false;
  #cost: CostEstimate = calibratedCost;
  #lastCounters: { atMs: number; agentCpuMs: number; workerCpuMs: number; incarnation: string } | undefined;
  #latest = { cpu: 0, loopLagMsP99: 0, rssBytes: 0 };

  constructor(o: { node: MediaNode; clock: Clock; log: Logger; resources: NodeResources }) {
    this.#node = o.node;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#resources = o.resources;
  }

  start(): void {
    this.#timer = this.#clock.every(periodMs, () => {
      this.sample().catch((error: unknown) => {
        if (this.#node.hasWorker) this.#log.warn({ err: error }, 'load was not sampled');
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
    return capacityOf(this.#resources, this.#cost, this.#node.counts);
  }

  load(): wire.Load.$Properties {
    return { ...this.#latest, ...this.#node.counts, ...this.#bitrates() };
  }

  /** Takes one sample; skips while an earlier sample is still running. */
  async sample(): Promise<void> {
    if (this.#sampling || !this.#node.hasWorker) return;
    this.#sampling = true;
    try {
      const [usage] = await Promise.all([this.#node.engine.usage(), this.#sampleRates()]);
      this.#record(usage);
    } finally {
      this.#sampling = false;
    }
  }

  #record(usage: { cpuMs: number; rssBytes: number }): void {
    const { user, system } = process.cpuUsage();
    const counters = {
      atMs: this.#clock.nowMs(),
      agentCpuMs: (user + system) / 1000,
      workerCpuMs: usage.cpuMs,
      incarnation: this.#node.incarnation,
    };
    const lastCounters = this.#lastCounters;
    this.#lastCounters = counters;
    const rssBytes = process.memoryUsage.rss() + usage.rssBytes;
    const loopLagMsP99 = this.#lag.takeP99Ms();
    if (lastCounters === undefined || lastCounters.incarnation !== counters.incarnation) {
      this.#latest = { ...this.#latest, rssBytes, loopLagMsP99 };
      return;
    }
    const elapsedMs = counters.atMs - lastCounters.atMs;
    const cpuMs = counters.agentCpuMs - lastCounters.agentCpuMs + counters.workerCpuMs - lastCounters.workerCpuMs;
    this.#latest = { cpu: cpuShare(cpuMs, elapsedMs, this.#resources.cpuCores), rssBytes, loopLagMsP99 };
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
    const pipes = await this.#node.pipes.pipes();
    const receivedHandlers = new Map<TrafficSource, (receivedBytes: number) => void>();
    for (const session of this.#node.rooms.sessions.values())
      for (const transport of session.transports)
        receivedHandlers.set(transport, (bytes) => session.recordReceived(transport.id, bytes, this.#clock.nowMs()));
    const sources: TrafficSource[] = [...pipes, ...receivedHandlers.keys()];
    const sampled = sources.length <= transportsPerSample ? sources : this.#nextInTurn(sources);
    const answers = await Promise.allSettled(sampled.map((source) => source.traffic()));
    const rates = new Map<TrafficSource, Bitrates>();
    for (const source of sources) rates.set(source, this.#rates.get(source) ?? { txBps: 0, rxBps: 0 });
    sampled.forEach((source, index) => {
      const answer = answers[index];
      if (answer?.status !== 'fulfilled') return; // a transport that has closed meanwhile keeps its last figure
      rates.set(source, answer.value);
      receivedHandlers.get(source)?.(answer.value.receivedBytes);
    });
    this.#rates = rates;
  }

  #nextInTurn(present: TrafficSource[]): TrafficSource[] {
    const from = this.#nextIndex % present.length;
    this.#nextIndex = from + transportsPerSample;
    return [...present.slice(from), ...present.slice(0, from)].slice(0, transportsPerSample);
  }
}
