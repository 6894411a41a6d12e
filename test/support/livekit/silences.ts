// How long each client of a call does not hear each other one, by the counters of sound.
import type { Agent } from './agent.ts';

/** A reading of a busy machine takes longer than that. */
const READ_MS = 50;

interface Heard {
  sound: number;
  sinceMs: number;
  longestMs: number;
}

export class Silences {
  readonly #agents: ReadonlyMap<string, Agent>;
  readonly #heard = new Map<string, Heard>();
  readonly #running: Promise<unknown>;
  #isOver = false;

  /** From now on; each identity hears each other one already. */
  constructor(agents: ReadonlyMap<string, Agent>) {
    this.#agents = agents;
    this.#running = Promise.all([...agents].map(([identity, agent]) => this.#follow(identity, agent)));
  }

  /** The longest silences so far, or until now, in ms by `RECEIVER < SENDER`; they begin anew. */
  take(): Readonly<Record<string, number>> {
    const nowMs = performance.now();
    const all = [...this.#heard].map(([pair, heard]): [string, number] => {
      const longestMs = Math.round(Math.max(heard.longestMs, nowMs - heard.sinceMs));
      heard.longestMs = 0;
      return [pair, longestMs];
    });
    return Object.fromEntries(all);
  }

  /** Rejects with what a reading failed of. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #follow(receiver: string, agent: Agent): Promise<void> {
    while (!this.#isOver) {
      const sounds = await agent.received();
      const nowMs = performance.now();
      for (const { identity, source, sound } of sounds)
        if (source === 'microphone' && this.#agents.has(identity))
          this.#note(`${receiver} < ${identity}`, sound, nowMs);
      await new Promise((resolve) => setTimeout(resolve, READ_MS));
    }
  }

  /** A track that begins anew counts from 0: its first sound ends the silence too. */
  #note(pair: string, sound: number, nowMs: number): void {
    const heard = this.#heard.get(pair) ?? { sound, sinceMs: nowMs, longestMs: 0 };
    this.#heard.set(pair, heard);
    if (sound > heard.sound) {
      heard.longestMs = Math.max(heard.longestMs, nowMs - heard.sinceMs);
      heard.sinceMs = nowMs;
    }
    heard.sound = sound;
  }
}
