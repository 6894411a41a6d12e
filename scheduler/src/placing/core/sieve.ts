// Which of the filters have to be asked. Most requests ask for nothing special and most nodes are as they should be:
// then the filters that look at these alone are left out, and what is left compares a few numbers. Pure.
import type { Filter } from './rules.ts';
import type { NodeView, PlaceRequest } from './view.ts';

export interface Sieve {
  /** Those that may refuse a node in this decision. */
  readonly all: readonly Filter[];
  /** Those of them that may refuse a node that is sound. */
  readonly ofSound: readonly Filter[];
}

interface Sieves {
  /** Fields that some filter looks at, and at nothing else of the request. */
  readonly fields: readonly (keyof PlaceRequest)[];
  /** For a request that says nothing in these. */
  readonly plain: Sieve;
  readonly full: Sieve;
}

/** By the list that they are made of, of which policies have three. */
const known = new WeakMap<readonly Filter[], Sieves>();

export function sieveOf(filters: readonly Filter[], want: PlaceRequest): Sieve {
  let sieves = known.get(filters);
  if (sieves === undefined) {
    sieves = sievesOf(filters);
    known.set(filters, sieves);
  }
  return sieves.fields.some((field) => isSaid(want[field])) ? sieves.full : sieves.plain;
}

/** The filters that are to be asked about this node. */
export function filtersFor({ all, ofSound }: Sieve, node: NodeView): readonly Filter[] {
  return node.isSound === true ? ofSound : all;
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

function sieve(all: readonly Filter[]): Sieve {
  return { all, ofSound: all.filter(({ looksAt }) => looksAt !== 'node') };
}

/** As `Filter.looksAt` says. */
function isSaid(value: PlaceRequest[keyof PlaceRequest]): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}
