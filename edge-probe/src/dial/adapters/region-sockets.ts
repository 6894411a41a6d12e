// Opens sockets to signaling nodes like a client of a region: fetches the candidate nodes from an entry address of the
// region, and uses the candidates of the region if there are any.
import { type Candidate, fetchCandidates, openCandidate, type SignalSocket, type SocketSource } from '@meridian/client';

export class RegionSockets implements SocketSource {
  readonly #entryUrl: string;
  readonly #region: string;
  #candidates: readonly Candidate[] = [];

  constructor(entryUrl: string, region: string) {
    this.#entryUrl = entryUrl;
    this.#region = region;
  }

  async fetch(signal: AbortSignal): Promise<void> {
    const known = await fetchCandidates([this.#entryUrl], { fromCity: undefined, signal });
    const own = known.filter(({ region }) => region === this.#region);
    this.#candidates = own.length > 0 ? own : known;
  }

  refresh(signal: AbortSignal): Promise<void> {
    return this.fetch(signal);
  }

  open(signal: AbortSignal): Promise<{ readonly socket: SignalSocket }> {
    return openCandidate(this.#candidates, signal);
  }

  failed(): void {
    // The next round has a new source, which fetches again.
  }

  close(): void {
    this.#candidates = [];
  }
}
