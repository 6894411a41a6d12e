// Lists meetings of some persons, fast however many they have. A person's row for a single meeting has the meeting's
// time; a person has few series, all of which are read.
import type { Database } from '../store/store.ts';

export interface OfPersons {
  readonly tenant: string;
  readonly persons: readonly string[];
  /** First and last start of single meetings. */
  readonly startsMs: readonly [first: number, last: number];
  /** First and last end of single meetings. */
  readonly endsMs: readonly [first: number, last: number];
  readonly order: 'asc' | 'desc';
  /** Last row of the previous page: of the single meetings that start with it, only those from this id on are found. */
  readonly seen: { readonly startsMs: number; readonly meeting: string } | undefined;
  /** Number of meetings, in `order`; undefined for all. */
  readonly first?: number | undefined;
}

export function meetingsOfPersons(db: Database, o: OfPersons) {
  const meetingsOfThem = db
    .selectFrom('meeting_persons as p')
    .select('p.meeting')
    .where('p.tenant', '=', o.tenant)
    .where('p.person', 'in', o.persons);
  let singleMeetings = meetingsOfThem
    .where('p.starts_ms', '>=', o.startsMs[0])
    .where('p.starts_ms', '<=', o.startsMs[1])
    .where('p.ends_ms', '>=', o.endsMs[0])
    .where('p.ends_ms', '<=', o.endsMs[1]);
  const { seen } = o;
  if (seen !== undefined)
    singleMeetings = singleMeetings.where((eb) =>
      eb.or([eb('p.starts_ms', '!=', seen.startsMs), eb('p.meeting', o.order === 'asc' ? '>=' : '<=', seen.meeting)]),
    );
  // A meeting may be found once for each of the persons, so the limit is higher.
  if (o.first !== undefined)
    singleMeetings = singleMeetings
      .orderBy('p.starts_ms', o.order)
      .orderBy('p.meeting', o.order)
      .limit(o.first * o.persons.length);
  return db
    .selectFrom(singleMeetings.as('once'))
    .select('once.meeting')
    .union(meetingsOfThem.where('p.starts_ms', 'is', null));
}
