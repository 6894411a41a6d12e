// Sources from answers of library nodes, for the time when none answers.
import type { Source } from '../contract.ts';
import { sourceAt } from './source-at.ts';

const CONTENTS_MAX = 1024;
const NEIGHBOURS_MAX = 64;
/** Bound of a library node's answer. */
const SOURCES_MAX = 16;
/** Places of SOURCES_MAX that are reserved for library nodes. */
const LIBRARIES_MAX = 8;

/** Evicts the least recently named sources. */
export class KnownSources {
  readonly #byContent = new Map<string, readonly Source[]>();
  readonly #neighbours = new Map<string, Source>();

  add(content: string, sources: readonly Source[]): void {
    setNewest(this.#byContent, content, sources, CONTENTS_MAX);
    for (const source of sources)
      if (source.kind === 'neighbour') setNewest(this.#neighbours, source.base, source, NEIGHBOURS_MAX);
  }

  /** Returns the last answer for the content, then neighbours, latest first, then `hubs`. */
  sourcesFor(content: string, hubs: readonly string[]): readonly Source[] {
    const neighbours = [...this.#neighbours.values()].reverse();
    const libraries = hubs.slice(0, LIBRARIES_MAX).map(sourceAt);
    // Neighbours must not crowd out library nodes.
    const first = [...(this.#byContent.get(content) ?? []), ...neighbours].slice(0, SOURCES_MAX - libraries.length);
    const byBase = new Map([...first, ...libraries].map((source) => [source.base, source]));
    return [...byBase.values()];
  }
}

function setNewest<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > max) map.delete(map.keys().next().value ?? key);
}
