// Measures the load of the node once a second: CPU of agent and worker, bit rates, event-loop lag, and which clients
// send anything. The worker's heartbeat brings the figures of the whole worker, so that plain endpoints alone are asked
// what they have received. A stock worker does not count the bytes of the whole worker: all transports are asked, and
// bit rates are sums. To bound the cost, at most `transportsPerSample` transports a second are asked, in rotation; the
// others keep their last figures.
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
import type { EngineUsage, Traffic } from './engine.ts';
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
  #last: { readonly counters: Counters; readonly usage: EngineUsage; readonly incarnation: string } | undefined;
  #workerCores = 0;
  #nodeBitrates: Bitrates | undefined;
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
      await this.#sampleTransports();
      const { usage } = this.#node.hasWorker ? this.#node.engine : {};
      if (usage !== undefined) this.#record(usage);
    } finally {
      this.#sampling = false;
    }
  }

  #record(usage: EngineUsage): void {
    const { user, system } = process.cpuUsage();
    const counters: Counters = { atMs: this.#clock.nowMs(), agentCpuMs: (user + system) / 1000 };
    const last = this.#last;
    const { incarnation } = this.#node;
    this.#last = { counters, usage, incarnation };
    const rssBytes = process.memoryUsage.rss() + usage.rssBytes;
    const loopLagMsP99 = this.#lag.p99Ms;
    if (last === undefined || last.incarnation !== incarnation) {
      this.#workerCores = 0;
      this.#nodeBitrates = undefined;
      this.#latest = { ...this.#latest, rssBytes, loopLagMsP99 };
      return;
    }
    this.#compareUsages(last.usage, usage);
    const elapsedMs = counters.atMs - last.counters.atMs;
    if (!(elapsedMs > 0)) return;
    const cpuCoresUsed = (counters.agentCpuMs - last.counters.agentCpuMs) / elapsedMs + this.#workerCores;
    this.#latest = { cpu: cpuShare(cpuCoresUsed, 1, this.#resources.cpuCores), rssBytes, loopLagMsP99 };
    const { consumers, producers } = this.#node.counts;
    const { txBps } = this.#bitrates();
    this.#cost = refineCost(this.#cost, { cpuCoresUsed, txBps, consumers, producers });
  }

  /** Keeps the worker's last figures while it has not answered again. */
  #compareUsages(before: EngineUsage, usage: EngineUsage): void {
    const elapsedMs = usage.atMs - before.atMs;
    if (!(elapsedMs > 0)) return;
    this.#workerCores = (usage.cpuMs - before.cpuMs) / elapsedMs;
    if (before.traffic === undefined || usage.traffic === undefined) return;
    const bpsOf = (from: number, to: number): number => Math.max(0, (8000 * (to - from)) / elapsedMs);
    this.#nodeBitrates = {
      txBps: bpsOf(before.traffic.sentBytes, usage.traffic.sentBytes),
      rxBps: bpsOf(before.traffic.receivedBytes, usage.traffic.receivedBytes),
    };
  }

  #bitrates(): Bitrates {
    if (this.#nodeBitrates !== undefined) return this.#nodeBitrates;
    let txBps = 0;
    let rxBps = 0;
    for (const rates of this.#rates.values()) {
      txBps += rates.txBps;
      rxBps += rates.rxBps;
    }
    return { txBps, rxBps };
  }

  async #sampleTransports(): Promise<void> {
    const receivedHandlers = new Map<TrafficSource, (receivedBytes: number) => void>();
    const isCounting = this.#node.engine.usage?.traffic !== undefined;
    const sources: TrafficSource[] = isCounting ? [] : await this.#node.pipes.pipes();
    for (const session of this.#node.rooms.sessions.values())
      for (const transport of session.transports) {
        if (transport.kind === 'webrtc') {
          if (!isCounting) sources.push(transport);
          continue;
        }
        sources.push(transport);
        receivedHandlers.set(transport, (bytes) => session.recordReceived(transport.id, bytes, this.#clock.nowMs()));
      }
    const sampled = this.#nextInTurn(sources);
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
    if (present.length <= transportsPerSample) return present;
    const from = this.#nextIndex % present.length;
    this.#nextIndex = from + transportsPerSample;
    return [...present.slice(from), ...present.slice(0, from)].slice(0, transportsPerSample);
  }
}

interface Counters {
  readonly atMs: number;
  readonly agentCpuMs: number;
}
