// Chapters of a recording, by speaker and shared screen.
import type { RecordedChapter } from '@meridian/protocol';
import type { Manifest, Span } from '../journal/manifest.ts';

export interface Chapter extends Span {
  /** Identity that speaks longest; `''` if all are silent. */
  readonly identity: string;
  readonly name: string;
  /** Identity whose screen is shown longest; `''` without a screen. */
  readonly screenIdentity: string;
  readonly screenName: string;
}

/** Shorter chapters are merged into the previous one. */
export const CHAPTER_MS_MIN = 10_000;

interface Stretch {
  readonly identity: string;
  readonly screen: string;
  readonly ms: number;
  readonly endMs: number;
}

/**
 * Returns contiguous chapters of at least `CHAPTER_MS_MIN` each (a shorter recording has one). Empty without speech and
 * screens. Deterministic for a manifest.
 */
export function chaptersOf(manifest: Manifest): Chapter[] {
  const names = namesOf(manifest);
  const nameOf = (identity: string): string => names.get(identity) ?? identity;
  const merged: { key: string; ms: number; endMs: number; stretches: Stretch[] }[] = [];
  for (const stretch of stretchesOf(manifest)) {
    const last = merged.at(-1);
    const isShort = stretch.endMs - stretch.ms < CHAPTER_MS_MIN;
    if (last !== undefined && (isShort || last.endMs - last.ms < CHAPTER_MS_MIN || last.key === keyOf(stretch))) {
      last.stretches.push(stretch);
      last.endMs = stretch.endMs;
      last.key = keyOf(dominantOf(last.stretches));
    } else merged.push({ key: keyOf(stretch), ms: stretch.ms, endMs: stretch.endMs, stretches: [stretch] });
  }
  const chapters: Chapter[] = [];
  for (const { ms, endMs, stretches } of merged) {
    const { identity, screen } = dominantOf(stretches);
    const last = chapters.at(-1);
    const shown = { identity, name: nameOf(identity), screenIdentity: screen, screenName: nameOf(screen) };
    if (last?.identity === identity && last.screenIdentity === screen)
      chapters[chapters.length - 1] = Object.assign({ ms: last.ms, durationMs: endMs - last.ms }, shown);
    else chapters.push(Object.assign({ ms, durationMs: endMs - ms }, shown));
  }
  return chapters.some(({ identity, screenIdentity }) => identity !== '' || screenIdentity !== '') ? chapters : [];
}

/** Makes a shared screen a chapter of its own for as long as it is shown, beside the speakers' chapters. */
export function shownChapters(chapters: readonly Chapter[]): RecordedChapter[] {
  return chapters.flatMap((chapter, at) => {
    const { ms, durationMs, identity, name: title } = chapter;
    const screen = chapters[at - 1]?.screenIdentity === chapter.screenIdentity ? [] : screenChapter(chapters, at);
    return identity === '' ? screen : [...screen, { ms, durationMs, kind: 'speaker', identity, title }];
  });
}

function screenChapter(chapters: readonly Chapter[], at: number): RecordedChapter[] {
  const first = chapters[at];
  if (first === undefined || first.screenIdentity === '') return [];
  const { ms, screenIdentity: identity, screenName: title } = first;
  const endIndex = chapters.findIndex((later, index) => index > at && later.screenIdentity !== identity);
  const last = chapters[endIndex === -1 ? chapters.length - 1 : endIndex - 1] ?? first;
  return [{ ms, durationMs: last.ms + last.durationMs - ms, kind: 'screen', identity, title }];
}

/** Returns the last name of each participant, by identity; the identity without a name. */
export function namesOf({ tracks }: Manifest): Map<string, string> {
  const names = new Map<string, string>();
  for (const { identity, participantName } of [...tracks].sort((a, b) => a.ms - b.ms))
    names.set(identity, participantName === '' ? (names.get(identity) ?? identity) : participantName);
  return names;
}

/** Splits the time where speaker or screen changes. In silence the last speaker stays. */
function stretchesOf({ speakers, tracks, durationMs }: Manifest): Stretch[] {
  const screens = tracks.filter(({ kind, source }) => kind === 'video' && source === 'screen_share');
  const spoken = speakers.filter(({ identity }) => identity !== '');
  const times = [0, ...spoken.map(({ ms }) => ms), ...screens.flatMap(({ ms, durationMs: long }) => [ms, ms + long])];
  const inOrder = [...new Set(times)].filter((ms) => ms >= 0 && ms < durationMs).sort((a, b) => a - b);
  return inOrder.map((ms, at) => ({
    ms,
    endMs: inOrder[at + 1] ?? durationMs,
    // The time before the first speech belongs to its speaker.
    identity: (spoken.findLast((one) => one.ms <= ms) ?? spoken[0])?.identity ?? '',
    screen: screens.findLast((one) => one.ms <= ms && ms < one.ms + one.durationMs)?.identity ?? '',
  }));
}

const keyOf = ({ identity, screen }: Pick<Stretch, 'identity' | 'screen'>): string => `${identity} / ${screen}`;

function dominantOf(stretches: readonly Stretch[]): Pick<Stretch, 'identity' | 'screen'> {
  return { identity: longest(stretches, 'identity'), screen: longest(stretches, 'screen') };
}

function longest(stretches: readonly Stretch[], field: 'identity' | 'screen'): string {
  const sums = new Map<string, number>();
  for (const one of stretches) sums.set(one[field], (sums.get(one[field]) ?? 0) + one.endMs - one.ms);
  let [most, mostMs] = ['', 0];
  for (const [value, ms] of sums) if (ms > mostMs) [most, mostMs] = [value, ms];
  return most;
}
