// Which of the filters have to be asked. Most requests ask for nothing special and most nodes are as they should be:
// then the filters that look at these alone are left out, and what is left compares a few numbers. Pure.
import type { Filter } from './rules.ts';
import type { NodeView, PlaceRequest } from './view.ts';

export interface Sieve {
  /** Those that may refuse somebody in this decision. */
  readonly all: readonly Filter[];
  /** Those of them that may refuse a node that is sound. */
  readonly ofSound: readonly Filter[];
}

interface Sieves {
  readonly plain: Sieve;
  readonly full: Sieve;
}

/** Of each field: whether a filter that looks at the request alone may refuse somebody by it; false: none reads it. */
const isSpecial = {
  roomKey: false,
  sessionId: false,
  location: false,
  avoidNodeIds: ({ avoidNodeIds }) => avoidNodeIds.length > 0,
  regionPin: ({ regionPin }) => regionPin !== '',
  protocolVersion: false,
  routerVersion: false,
  mode: false,
  move: ({ move }) => move !== undefined,
  opener: ({ opener }) => opener?.onHost === true,
} satisfies Record<keyof PlaceRequest, false | ((want: PlaceRequest) => boolean)>;
const specials = Object.values(isSpecial).filter((special) => special !== false);

/** By the list that they are made of, of which policies have three. */
const known = new WeakMap<readonly Filter[], Sieves>();

export function sieveOf(filters: readonly Filter[], want: PlaceRequest): Sieve {
  let sieves = known.get(filters);
  if (sieves === undefined) {
    sieves = { plain: without(filters, 'request'), full: without(filters, undefined) };
    known.set(filters, sieves);
  }
  return specials.some((special) => special(want)) ? sieves.full : sieves.plain;
}

/** The filters that are to be asked about this node. */
export function filtersFor({ all, ofSound }: Sieve, node: NodeView): readonly Filter[] {
  return node.isSound === true ? ofSound : all;
}

function without(filters: readonly Filter[], looksAt: Filter['looksAt']): Sieve {
  const all = looksAt === undefined ? filters : filters.filter((filter) => filter.looksAt !== looksAt);
  return { all, ofSound: all.filter((filter) => filter.looksAt !== 'node') };
}
