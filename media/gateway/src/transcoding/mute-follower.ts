// Brings a rendition's mute at the service to that of its original, by one request at a time, until the service has it.

export class MuteFollower {
  readonly #request: (muted: boolean) => Promise<boolean>;
  #wanted = false;
  /** Mute that the service has; undefined: a request has failed, so the service may have either. */
  #acknowledged: boolean | undefined = false;
  #isAsking = false;

  /** The request handles its failure, and resolves with whether the service has done it. */
  constructor(request: (muted: boolean) => Promise<boolean>) {
    this.#request = request;
  }

  /** Notes the mute with which the rendition is announced. */
  announced(muted: boolean): void {
    this.#wanted = muted;
    this.#acknowledged = muted;
  }

  follow(muted: boolean): void {
    this.#wanted = muted;
    this.retry();
  }

  /** Sends what the service lacks; called now and then, since a request may have failed. */
  retry(): void {
    if (this.#isAsking || this.#wanted === this.#acknowledged) return;
    void this.#send(this.#wanted);
  }

  async #send(muted: boolean): Promise<void> {
    this.#isAsking = true;
    this.#acknowledged = undefined;
    const isDone = await this.#request(muted);
    this.#isAsking = false;
    if (!isDone) return;
    this.#acknowledged = muted;
    this.retry();
  }
}
