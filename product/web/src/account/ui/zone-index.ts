import { useEffect, useMemo, useState } from 'react';
import { allZones, countriesOfZones, factsOf, withCountry, type Zone, type ZoneFacts } from '../core/zones.ts';
import { useSay } from '../text.ts';

/** Time spent per frame on reading zone data, which leaves time to render. */
const SLICE_MS = 12;
const SHOW_MS = 250;

/**
 * The browser's data about all zones in a language. Reading takes a second or two, so it runs in slices once the list
 * is needed.
 */
export class ZoneIndex {
  readonly #locale: string;
  readonly #nowMs: number;
  readonly #steps: Generator<void>;
  readonly #facts = new Map<string, ZoneFacts>();
  #isComplete = false;

  constructor(locale: string, nowMs: number) {
    this.#locale = locale;
    this.#nowMs = nowMs;
    this.#steps = this.#read();
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  readonly factsOfZone = (zone: Zone): ZoneFacts | undefined => this.#facts.get(zone.id);

  facts(zone: Zone): ZoneFacts {
    const facts = this.#facts.get(zone.id) ?? factsOf(zone, { locale: this.#locale, nowMs: this.#nowMs });
    this.#facts.set(zone.id, facts);
    return facts;
  }

  readSlice(): void {
    this.#isComplete = this.#steps.next().done === true;
  }

  *#read(): Generator<void> {
    for (const zone of allZones()) {
      this.facts(zone);
      yield;
    }
    const countries = yield* countriesOfZones(this.#locale);
    for (const [id, facts] of this.#facts) this.#facts.set(id, withCountry(facts, countries.get(id) ?? []));
  }
}

/** Returns the index in the current language. While `isWanted`, it reads on and renders partial results. */
export function useZoneIndex(isWanted: boolean): ZoneIndex {
  const { locale } = useSay();
  const zoneIndex = useMemo(() => new ZoneIndex(locale, Date.now()), [locale]);
  const [, setShownMs] = useState(0);
  useEffect(() => {
    if (!isWanted || zoneIndex.isComplete) return undefined;
    let shownMs = performance.now();
    let timer: ReturnType<typeof setTimeout>;
    const read = (): void => {
      const untilMs = performance.now() + SLICE_MS;
      while (!zoneIndex.isComplete && performance.now() < untilMs) zoneIndex.readSlice();
      if (zoneIndex.isComplete || performance.now() > shownMs + SHOW_MS) {
        shownMs = performance.now();
        setShownMs(shownMs);
      }
      if (!zoneIndex.isComplete) timer = setTimeout(read);
    };
    timer = setTimeout(read);
    return () => clearTimeout(timer);
  }, [zoneIndex, isWanted]);
  return zoneIndex;
}
