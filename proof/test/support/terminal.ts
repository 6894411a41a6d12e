// A terminal into which what a page says is pasted, block by block.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

export class Terminal {
  readonly #bash: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #output = '';

  /** bash in `cwd`; it ends at the first command that fails. */
  constructor(cwd: string) {
    // A group of its own: what it left running ends with it.
    this.#bash = spawn('bash', ['-e', '-o', 'pipefail'], { cwd, detached: true });
    // Not its streams: what it left running has them too.
    this.#ended = once(this.#bash, 'exit');
    this.#bash.stdin.on('error', () => undefined); // it has ended, which `paste` says
    for (const stream of [this.#bash.stdout, this.#bash.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with what it printed meanwhile, when the commands are done; rejects with that when one has failed. */
  async paste(commands: string): Promise<string> {
    const [from, done] = [this.#output.length, `done-${crypto.randomUUID()}`];
    this.#bash.stdin.write(`${commands}\necho ${done}\n`);
    await Promise.race([this.#ended, this.#printed(done)]);
    if (!this.#output.includes(done)) throw new Error(`one of these failed:\n${commands}\n${this.#output.slice(from)}`);
    return this.#output.slice(from).replace(`${done}\n`, '');
  }

  close(): void {
    try {
      if (this.#bash.pid !== undefined) process.kill(-this.#bash.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // no process is left
    }
  }

  async #printed(text: string): Promise<void> {
    while (!this.#output.includes(text)) await once(this.#bash.stdout, 'data');
  }
}
