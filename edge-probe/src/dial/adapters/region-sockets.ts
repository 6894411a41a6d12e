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
    const candidates = await fetchCandidates([this.#entryUrl], { fromCity: undefined, signal });
    const ofRegion = candidates.filter(({ region }) => region === this.#region);
    this.#candidates = ofRegion.length > 0 ? ofRegion : candidates;
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
