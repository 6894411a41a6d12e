// Brings a rendition's mute at the service to that of its original, by one request at a time, until the service has it.

export class MuteFollower {
  readonly #request: (muted: boolean) => Promise<void>;
  #wanted = false;
  /** As announced, and as acknowledged since; undefined: a request has failed, so the service may have either. */
  #acknowledged: boolean | undefined = false;
  #isAsking = false;

  /** The request handles its failure, and resolves with whether the service has done it. */
  constructor(request: (muted: boolean) => Promise<boolean>) {
    this.#request = async (muted) => {
      this.#acknowledged = undefined;
      if (await request(muted)) this.#acknowledged = muted;
    };
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
    this.#isAsking = true;
    void this.#request(this.#wanted).then(() => {
      this.#isAsking = false;
      if (this.#acknowledged !== undefined) this.retry();
    });
  }
}
