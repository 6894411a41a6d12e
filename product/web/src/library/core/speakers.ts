// Moments of each speaker, from the chapters of a recording.

export interface SpokenChapter {
  readonly startMs: number;
  readonly title: string;
  readonly kind?: 'speaker' | 'screen' | undefined;
}

export interface Moment {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Speaker {
  readonly name: string;
  /** In order; moments that follow each other at once are one. */
  readonly moments: readonly Moment[];
  readonly totalMs: number;
}

/** Returns the speakers, the longest first. A person speaks until the next one begins. */
export function speakersOf(chapters: readonly SpokenChapter[], durationMs: number): readonly Speaker[] {
  const spoken = chapters.filter(({ kind }) => kind === 'speaker');
  const found = new Map<string, Moment[]>();
  for (const [at, { startMs, title }] of spoken.entries()) {
    const endMs = Math.max(startMs, spoken[at + 1]?.startMs ?? durationMs);
    const moments = found.get(title) ?? [];
    const last = moments.at(-1);
    if (last?.endMs === startMs) moments[moments.length - 1] = { startMs: last.startMs, endMs };
    else moments.push({ startMs, endMs });
    found.set(title, moments);
  }
  const speakers = [...found].map(([name, moments]) => ({ name, moments, totalMs: totalOf(moments) }));
  return speakers.sort((a, b) => b.totalMs - a.totalMs);
}

const totalOf = (moments: readonly Moment[]): number =>
  moments.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
