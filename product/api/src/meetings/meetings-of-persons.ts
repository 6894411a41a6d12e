// Lists meetings of some persons, fast however many they have. A person's row for a single meeting has the meeting's
// time; a person has few series, all of which are read.
import type { Database } from '../store/store.ts';

export interface OfPersons {
  readonly tenant: string;
  readonly persons: readonly string[];
  /**
   * Start of the list: single meetings that start at this time or later, before `toMs`; at exactly this time, from this
   * meeting id on.
   */
  readonly from: { readonly startsMs: number; readonly meeting: string };
  readonly toMs: number;
  readonly endsAfterMs: number;
  /** Number of meetings, the earliest first; undefined for all. */
  readonly first?: number | undefined;
}

export function meetingsOfPersons(db: Database, o: OfPersons) {
  const meetingsOfThem = db
    .selectFrom('meeting_persons as p')
    .select('p.meeting')
    .where('p.tenant', '=', o.tenant)
    .where('p.person', 'in', o.persons);
  let singleMeetings = meetingsOfThem
    .where('p.starts_ms', '>=', o.from.startsMs)
    .where((eb) => eb.or([eb('p.starts_ms', '>', o.from.startsMs), eb('p.meeting', '>=', o.from.meeting)]))
    .where('p.starts_ms', '<', o.toMs)
    .where('p.ends_ms', '>', o.endsAfterMs);
  // A meeting may be found once for each of the persons, so the limit is higher.
  if (o.first !== undefined)
    singleMeetings = singleMeetings
      .orderBy('p.starts_ms')
      .orderBy('p.meeting')
      .limit(o.first * o.persons.length);
  return db
    .selectFrom(singleMeetings.as('once'))
    .select('once.meeting')
    .union(meetingsOfThem.where('p.starts_ms', 'is', null));
}
