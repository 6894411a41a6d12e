// What the supervisor prints. Nothing here ever throws: a reader that goes away (`| head`, a closed terminal) or a full
// disk behind a redirection ends the printing, not the cloud.

interface Sink {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Different warnings that are said once each; further ones are dropped. */
const causesMax = 100;

export class Output {
  readonly #out: Sink;
  readonly #complaints: Sink;
  readonly #broken = new Set<Sink>();
  readonly #said = new Set<string>();

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

  /** Complains of `error` while doing `what`, once per kind of error; returns always. */
  complainOnce(what: string, error: unknown): void {
    const code = (error as NodeJS.ErrnoException | null)?.code ?? (error instanceof Error ? error.name : 'unknown');
    const cause = `${what}\n${code}`;
    if (this.#said.has(cause) || this.#said.size >= causesMax) return;
    this.#said.add(cause);
    this.complain(`${what}: ${error instanceof Error ? error.message : String(error)}; going on (said once)`);
  }

  #write(sink: Sink, text: string): void {
    if (this.#broken.has(sink)) return;
    try {
      sink.write(`${text}\n`);
    } catch (error) {
      // A stream that throws instead of emitting is as broken; there is no other place to say so.
      this.#broken.add(sink);
      if (!(error instanceof Error)) throw error;
    }
  }
}
