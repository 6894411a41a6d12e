// The last decisions with all it takes to make them again. Bounded: the oldest goes first.
import { limits } from '@meridian/protocol';
import type { Decision } from './place.ts';
import type { ClusterView, PlaceWish } from './view.ts';

export interface Location {
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number; // the true place is taken to be within it
  readonly source: string; // city | maxmind | dbip-city | geo-whois-asn-country | geoip-lite | none
  readonly label: string;
  readonly countryCode: string; // '' = unknown
}

export interface DecisionRecord {
  readonly decisionId: string;
  readonly madeAtWallMs: number;
  readonly seed: number; // of the draws, 32 bits
  readonly view: ClusterView; // all that was looked at
  readonly want: PlaceWish;
  readonly decision: Decision;
  readonly location: Location;
  readonly locationReason: string;
  readonly signalingId: string;
  readonly waited: string; // what was waited for before, in words; '' = nothing
}

export class DecisionLog {
  readonly #records = new Map<string, DecisionRecord>();
  readonly #kept: number;

  constructor(o: { kept?: number } = {}) {
    this.#kept = o.kept ?? limits.decisionsKeptMax;
  }

  get size(): number {
    return this.#records.size;
  }

  add(record: DecisionRecord): void {
    this.#records.set(record.decisionId, record);
    if (this.#records.size <= this.#kept) return;
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }

  get(decisionId: string): DecisionRecord | undefined {
    return this.#records.get(decisionId);
  }
}
