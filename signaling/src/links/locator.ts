// Fetches the order of signaling nodes for a client from the centre: one request per address and city at a time, with a
// short-lived cache. Without an answer the order is empty, and core/entry.ts makes its own.

export interface LocatorOptions {
  nowMs(): number;
  locate(clientIp: string, fromCity: string): Promise<readonly string[]>;
  /** Returns the fleet, a new object with every plan: older answers may lack a signaling node, or name a dead one. */
  fleet(): object;
  cachedMs: number;
  /** Most cached answers; beyond it the oldest is dropped. */
  cachedMax: number;
  inFlightMax: number;
}

export class Locator {
  readonly #o: LocatorOptions;
  readonly #cached = new Map<string, { order: readonly string[]; untilMs: number; fleet: object }>();
  readonly #inFlight = new Map<string, Promise<readonly string[]>>();

  constructor(o: LocatorOptions) {
    this.#o = o;
  }

  get cachedCount(): number {
    return this.#cached.size;
  }
  get inFlightCount(): number {
    return this.#inFlight.size;
  }

  /** Returns signaling ids, nearest first; empty without an answer or under load. Throws the errors of `locate`. */
  async order(clientIp: string, fromCity: string): Promise<readonly string[]> {
    const key = `${clientIp}|${fromCity}`;
    const known = this.#cached.get(key);
    if (known !== undefined && this.#o.nowMs() < known.untilMs && known.fleet === this.#o.fleet()) return known.order;
    const pending = this.#inFlight.get(key);
    if (pending !== undefined) return pending;
    if (this.#inFlight.size >= this.#o.inFlightMax) return [];
    const request = this.#ask(key, clientIp, fromCity);
    this.#inFlight.set(key, request);
    return request;
  }

  async #ask(key: string, clientIp: string, fromCity: string): Promise<readonly string[]> {
    const fleet = this.#o.fleet();
    try {
      const order = await this.#o.locate(clientIp, fromCity);
      // An empty answer is not cached, so that the next client asks again.
      if (order.length > 0) this.#keep(key, order, fleet);
      return order;
    } finally {
      this.#inFlight.delete(key);
    }
  }

  #keep(key: string, order: readonly string[], fleet: object): void {
    this.#cached.delete(key);
    this.#cached.set(key, { order, untilMs: this.#o.nowMs() + this.#o.cachedMs, fleet });
    const [oldest] = this.#cached.size > this.#o.cachedMax ? this.#cached.keys() : [];
    if (oldest !== undefined) this.#cached.delete(oldest);
  }
}
