// Chooses the filters to run. Most requests have no special fields and most nodes are sound: the filters that look at
// these alone are skipped, and the rest compare a few numbers.
import type { Filter } from './rules.ts';
import type { NodeView, PlaceRequest } from './view.ts';

export interface Sieve {
  readonly allFilters: readonly Filter[];
  readonly forSoundNodes: readonly Filter[];
}

interface Sieves {
  /** Fields of the request that are the only input of some filter. */
  readonly fields: readonly (keyof PlaceRequest)[];
  /** Sieve for a request without values in these fields. */
  readonly plain: Sieve;
  readonly full: Sieve;
}

/** Sieves by filter list; a policy has three lists. */
const sievesByFilters = new WeakMap<readonly Filter[], Sieves>();

export function sieveOf(filters: readonly Filter[], want: PlaceRequest): Sieve {
  let sieves = sievesByFilters.get(filters);
  if (sieves === undefined) {
    sieves = sievesOf(filters);
    sievesByFilters.set(filters, sieves);
  }
  const { fields } = sieves;
  for (let index = 0; index < fields.length; index += 1) {
    if (hasValue(want[fields[index] as keyof PlaceRequest])) return sieves.full;
  }
  return sieves.plain;
}

export function filtersFor({ allFilters, forSoundNodes: ofSound }: Sieve, node: NodeView): readonly Filter[] {
  return node.isSound === true ? ofSound : allFilters;
}

function sievesOf(filters: readonly Filter[]): Sieves {
  return {
    fields: [...new Set(filters.flatMap(fieldsOf))],
    plain: sieve(filters.filter((filter) => fieldsOf(filter).length === 0)),
    full: sieve(filters),
  };
}

function fieldsOf({ looksAt }: Filter): readonly (keyof PlaceRequest)[] {
  return typeof looksAt === 'object' ? looksAt.request : [];
}

function sieve(allFilters: readonly Filter[]): Sieve {
  return { allFilters, forSoundNodes: allFilters.filter(({ looksAt }) => looksAt !== 'node') };
}

/** Whether the request has a value in this field, by the rule of `Filter.looksAt`. */
function hasValue(value: PlaceRequest[keyof PlaceRequest]): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}
