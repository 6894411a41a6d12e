import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

export class Terminal {
  readonly #bash: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;
  #output = '';

  /** Starts bash in `cwd`, which ends at the first command that fails. */
  constructor(cwd: string) {
    // Background processes end with the shell's own process group.
    this.#bash = spawn('bash', ['-e', '-o', 'pipefail'], { cwd, detached: true });
    // Background processes may keep the streams open, so only the exit counts.
    this.#ended = once(this.#bash, 'exit');
    this.#bash.stdin.on('error', () => undefined); // bash has ended, which `paste` reports
    for (const stream of [this.#bash.stdout, this.#bash.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
  }

  get output(): string {
    return this.#output;
  }

  /** Resolves with the output of the commands when they are done; rejects with the output when one has failed. */
  async paste(commands: string): Promise<string> {
    const [from, doneMark] = [this.#output.length, `done-${crypto.randomUUID()}`];
    this.#bash.stdin.write(`${commands}\necho ${doneMark}\n`);
    await Promise.race([this.#ended, this.#printed(doneMark)]);
    if (!this.#output.includes(doneMark))
      throw new Error(`one of these failed:\n${commands}\n${this.#output.slice(from)}`);
    return this.#output.slice(from).replace(`${doneMark}\n`, '');
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
