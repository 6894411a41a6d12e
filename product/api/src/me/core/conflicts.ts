export interface TimeSlot {
  readonly meeting: string;
  readonly startsMs: number;
  readonly endsMs: number;
}

/** Returns the occurrences that overlap one of another meeting. `sorted` must be by start. */
export function conflicting<T extends TimeSlot>(sorted: readonly T[]): ReadonlySet<T> {
  const found = new Set<T>();
  for (const [at, one] of sorted.entries())
    for (let next = at + 1; next < sorted.length; next++) {
      const later = sorted[next];
      if (later === undefined || later.startsMs >= one.endsMs) break;
      if (later.meeting !== one.meeting) found.add(one).add(later);
    }
  return found;
}
