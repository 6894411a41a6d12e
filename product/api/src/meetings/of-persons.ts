// Which meetings of some persons can be in a list: few, however many meetings there are and however many are theirs. A
// meeting that takes place once has its time beside each of its persons; series are few for one person, and all of them
// are looked at.
import type { Database } from '../store/store.ts';

export interface OfPersons {
  readonly tenant: string;
  /** As `personsOf` has them. */
  readonly persons: readonly string[];
  /** Those that take place once begin then or later, of several at once with this one, before `toMs`. */
  readonly from: { readonly startsMs: number; readonly meeting: string };
  readonly toMs: number;
  /** And end after this. */
  readonly endsAfterMs: number;
  /** Only so many that take place once, the first ones; undefined: all. */
  readonly first?: number | undefined;
}

/** Ids of meetings, as a query. */
export function meetingsOfPersons(db: Database, o: OfPersons) {
  const theirs = db
    .selectFrom('meeting_persons as p')
    .select('p.meeting')
    .where('p.tenant', '=', o.tenant)
    .where('p.person', 'in', o.persons);
  let once = theirs
    .where('p.starts_ms', '>=', o.from.startsMs)
    .where((eb) => eb.or([eb('p.starts_ms', '>', o.from.startsMs), eb('p.meeting', '>=', o.from.meeting)]))
    .where('p.starts_ms', '<', o.toMs)
    .where('p.ends_ms', '>', o.endsAfterMs);
  // A meeting is found once for each of the persons.
  if (o.first !== undefined)
    once = once
      .orderBy('p.starts_ms')
      .orderBy('p.meeting')
      .limit(o.first * o.persons.length);
  return db
    .selectFrom(once.as('once'))
    .select('once.meeting')
    .union(theirs.where('p.starts_ms', 'is', null));
}
