// Place of deliveries in their receiver's queue.
import { type Notice, priorities, type Standing, standingSchema } from './contract.ts';

type Placed = Pick<Notice, 'delivery' | 'priority' | 'rankMs'> & { readonly orderedMs?: number };

/** Returns the virtual time of a delivery; notices of older apis have none, and rank by their order. */
export const rankOf = ({ rankMs, orderedMs = 0 }: Pick<Placed, 'rankMs' | 'orderedMs'>): number => rankMs ?? orderedMs;

/** Sorts as the queues of the channels do: by priority, rank, and id of the delivery. */
export const compareStandings = (a: Placed, b: Placed): number =>
  priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
  rankOf(a) - rankOf(b) ||
  (a.delivery < b.delivery ? -1 : Number(a.delivery > b.delivery));

const fields: readonly string[] = Object.keys(standingSchema.properties);

/** Returns the standing of a notice or change. */
export const standingIn = (of: Standing): Standing =>
  Object.fromEntries(Object.entries(of).filter(([name]) => fields.includes(name))) as Standing;

/** Returns the notice with another standing. */
export const withStanding = (notice: Notice, of: Standing): Notice =>
  Object.assign(
    Object.fromEntries(Object.entries(notice).filter(([name]) => !fields.includes(name))) as Notice,
    standingIn(of),
  );
