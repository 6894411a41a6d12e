// The supervisor's output. It never throws: a closed reader (`| head`, a terminal) or a full disk behind a redirection
// ends the output, not the cloud.

interface Sink {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Bound of distinct warnings, which are printed once each; more are dropped. */
const causesMax = 100;

export class Output {
  readonly #out: Sink;
  readonly #complaints: Sink;
  readonly #broken = new Set<Sink>();
  readonly #printedCauses = new Set<string>();

  constructor(out: Sink = process.stdout, complaints: Sink = process.stderr) {
    this.#out = out;
    this.#complaints = complaints;
    for (const sink of [out, complaints]) sink.on('error', () => this.#broken.add(sink));
  }

  say(text: string): void {
    this.#write(this.#out, text);
  }

  complain(text: string): void {
    this.#write(this.#complaints, text);
  }

  /** Prints a warning about `error` in `what`, once per kind of error. Never throws. */
  complainOnce(what: string, error: unknown): void {
    const code = (error as NodeJS.ErrnoException | null)?.code ?? (error instanceof Error ? error.name : 'unknown');
    const cause = `${what}\n${code}`;
    if (this.#printedCauses.has(cause) || this.#printedCauses.size >= causesMax) return;
    this.#printedCauses.add(cause);
    this.complain(`${what}: ${error instanceof Error ? error.message : String(error)}; going on (said once)`);
  }

  #write(sink: Sink, text: string): void {
    if (this.#broken.has(sink)) return;
    try {
      sink.write(`${text}\n`);
    } catch (error) {
      // A stream that throws instead of emitting is broken too, and there is no other place to report it.
      this.#broken.add(sink);
      if (!(error instanceof Error)) throw error;
    }
  }
}
