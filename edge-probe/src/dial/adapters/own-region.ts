// Sockets to signaling nodes as a client of a region gets them: the entry of a node there names the candidates, and of
// these the region's own come first.
import { type Candidate, fetchCandidates, openCandidate, type SignalSocket, type SocketSource } from '@meridian/client';

export class OwnRegion implements SocketSource {
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
    // The next round asks anew, with another source.
  }

  close(): void {
    this.#candidates = [];
  }
}
