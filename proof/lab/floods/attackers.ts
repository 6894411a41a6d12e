// Starts and ends the process of a flood.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { treeCpuMs } from '../../support/processor.ts';
import { owned } from '../../test/support/owned.ts';
import type { Counts, Flood } from './attacks.ts';

const GOODBYE_MS = 3000;

export class Attacker {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #disown = owned('an attacker', () => void this.#child.kill('SIGKILL'));
  readonly #begun = Promise.withResolvers<void>();
  #counts: Partial<Counts> = {};

  constructor(flood: Flood) {
    // Detached: a session of its own, which the kernel weighs by itself (weigh).
    const args = [join(import.meta.dirname, 'attacker.ts'), JSON.stringify(flood)];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    this.#begun.promise.catch(() => undefined); // `begun` gives it on
    this.#child.once('exit', (code) => this.#begun.reject(new Error(`the attacker ended with ${code}`)));
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line === 'begun') this.#begun.resolve();
      else this.#counts = JSON.parse(line) as Counts;
    });
  }

  /** Resolves when it begins. Rejects when it ended. */
  begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** So far. */
  get cpuMs(): number {
    return treeCpuMs(this.#child.pid ?? 0);
  }

  /** Ends it; answers what it did. */
  async end(): Promise<Partial<Counts>> {
    this.#disown();
    const closed = once(this.#child, 'close');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GOODBYE_MS);
    this.#child.stdin.end();
    await closed;
    clearTimeout(timer);
    return this.#counts;
  }
}
