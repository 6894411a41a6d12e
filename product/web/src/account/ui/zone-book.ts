import { useEffect, useMemo, useState } from 'react';
import { allZones, countriesOfZones, factsOf, withCountry, type Zone, type ZoneFacts } from '../core/zones.ts';
import { useSay } from '../text.ts';

/** Between two pictures of the screen, with time left for it. */
const SLICE_MS = 12;
/** What is found meanwhile is shown so often. */
const SHOW_MS = 250;

/**
 * What the browser says of all zones in one language. To ask takes it a second or two: it is asked bit by bit, once the
 * list is wanted.
 */
export class ZoneBook {
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

  /** What is known so far. */
  readonly known = (zone: Zone): ZoneFacts | undefined => this.#facts.get(zone.id);

  /** Of one zone at once. */
  facts(zone: Zone): ZoneFacts {
    const facts = this.#facts.get(zone.id) ?? factsOf(zone, { locale: this.#locale, nowMs: this.#nowMs });
    this.#facts.set(zone.id, facts);
    return facts;
  }

  /** The next bit. */
  step(): void {
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

/** In the language in use; read on while it `isWanted`, which shows what comes. */
export function useZoneBook(isWanted: boolean): ZoneBook {
  const { locale } = useSay();
  const book = useMemo(() => new ZoneBook(locale, Date.now()), [locale]);
  const [, setShownMs] = useState(0);
  useEffect(() => {
    if (!isWanted || book.isComplete) return undefined;
    let shownMs = performance.now();
    let timer: ReturnType<typeof setTimeout>;
    const read = (): void => {
      const untilMs = performance.now() + SLICE_MS;
      while (!book.isComplete && performance.now() < untilMs) book.step();
      if (book.isComplete || performance.now() > shownMs + SHOW_MS) {
        shownMs = performance.now();
        setShownMs(shownMs);
      }
      if (!book.isComplete) timer = setTimeout(read);
    };
    timer = setTimeout(read);
    return () => clearTimeout(timer);
  }, [book, isWanted]);
  return book;
}
