// Replaces a dead worker by another under a new incarnation, until workers die too often.
import { MeridianError } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { Engine, EngineFactory } from '../engine.ts';

/** Deaths within `workerDeathsWindowMs` after which the node still starts another worker; after more, it gives up. */
const workerDeathsMax = 5;
const workerDeathsWindowMs = 60_000;

export interface WorkerPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly engines: EngineFactory;
  /** Called when the worker is gone with everything that it carried, before the next worker starts. */
  onDied(reason: string): void;
  onRestarted(): void;
  onFailed(reason: string): void;
}

export class WorkerLife {
  readonly #ports: WorkerPorts;
  #engine: Engine | undefined;
  #incarnation = '';
  #deathsMs: number[] = [];
  #closed = false;

  constructor(ports: WorkerPorts) {
    this.#ports = ports;
  }

  /** Throws WORKER_DIED while there is no engine, SHUTTING_DOWN after the close. */
  get engine(): Engine {
    if (this.#engine === undefined) throw new MeridianError(this.#closed ? 'SHUTTING_DOWN' : 'WORKER_DIED');
    return this.#engine;
  }
  get hasWorker(): boolean {
    return this.#engine !== undefined;
  }
  get incarnation(): string {
    return this.#incarnation;
  }

  async start(): Promise<void> {
    const incarnation = `${this.#ports.nodeId}-${Buffer.from(this.#ports.rng.bytes(9)).toString('base64url')}`;
    const engine = await this.#ports.engines({ onDied: (reason) => this.#onDied(incarnation, reason) });
    if (this.#closed) {
      engine.close('closed while starting');
      return;
    }
    this.#incarnation = incarnation;
    this.#engine = engine;
  }

  close(cause: string): void {
    this.#closed = true;
    this.#engine?.close(cause);
    this.#engine = undefined;
  }

  #onDied(incarnation: string, reason: string): void {
    if (this.#closed || incarnation !== this.#incarnation) return;
    this.#ports.log.error({ reason, incarnation }, 'the media worker died');
    this.#engine = undefined;
    this.#ports.onDied(reason);
    void this.#restart();
  }

  async #restart(): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    this.#deathsMs = [...this.#deathsMs.filter((atMs) => nowMs - atMs < workerDeathsWindowMs), nowMs];
    if (this.#deathsMs.length > workerDeathsMax) {
      this.#ports.onFailed(`the media worker died ${this.#deathsMs.length} times within a minute`);
      return;
    }
    try {
      await this.start();
    } catch (error) {
      this.#ports.onFailed(error instanceof Error ? error.message : String(error));
      return;
    }
    if (!this.#closed) this.#ports.onRestarted();
  }
}
