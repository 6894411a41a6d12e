// What of a recording is shown and heard at a time. Pure.
import type { FinishedChapter, FinishedOutput, FinishedRecording } from '@meridian/protocol';

/** `composed`: the one picture that was made while it was recorded; `people`: each participant's. */
export type View = 'composed' | 'people';

/** Pictures beside the large one; more people are heard, and shown when they speak. */
export const STRIP_MAX = 5;
/** Loaded so long before they begin. */
export const AHEAD_MS = 5000;

export interface Shown {
  readonly large: FinishedOutput | undefined;
  readonly strip: readonly FinishedOutput[];
  /** All that is heard, with those whose picture is shown. */
  readonly active: readonly FinishedOutput[];
}

const isActive = ({ offsetMs, durationMs }: FinishedOutput, ms: number): boolean =>
  offsetMs <= ms && ms < offsetMs + durationMs;

/** The views that it has; the first is the usual one. */
export function viewsOf({ outputs }: Pick<FinishedRecording, 'outputs'>): View[] {
  const has = (isComposed: boolean): boolean => outputs.some(({ group }) => (group === 'composed') === isComposed);
  return [...(has(true) ? (['composed'] as const) : []), ...(has(false) ? (['people'] as const) : [])];
}

/** The outputs of a view: a composed picture has the sound of all. */
export const outputsOf = ({ outputs }: Pick<FinishedRecording, 'outputs'>, view: View): FinishedOutput[] =>
  outputs.filter(({ group }) => (group === 'composed') === (view === 'composed'));

/** Those that play at a time or begin soon after. */
export const neededAt = (outputs: readonly FinishedOutput[], ms: number): FinishedOutput[] =>
  outputs.filter(
    ({ offsetMs, durationMs }) => offsetMs - AHEAD_MS <= ms && ms < offsetMs + durationMs && durationMs > 0,
  );

/**
 * What is shown: large the chosen one (`chosen`: the name of an output), else a shared screen, else who speaks or
 * spoke last, else the first; the others beside it, in their order.
 */
export function shownAt(
  recording: Pick<FinishedRecording, 'outputs' | 'chapters'>,
  ms: number,
  o: { readonly view: View; readonly chosen?: string | undefined },
): Shown {
  const active = outputsOf(recording, o.view).filter((output) => isActive(output, ms));
  const pictures = active.filter(({ hasPicture }) => hasPicture);
  const large =
    pictures.find(({ name }) => name === o.chosen) ??
    pictures.find(({ group }) => group === 'screen') ??
    cameraOf(pictures, speakersUntil(recording.chapters, ms)) ??
    pictures[0];
  const others = pictures.filter((output) => output !== large);
  return { large, strip: others.slice(0, STRIP_MAX), active };
}

/** The one who speaks last first. */
function speakersUntil(chapters: readonly FinishedChapter[], ms: number): string[] {
  return chapters
    .filter(({ kind, ms: from }) => kind === 'speaker' && from <= ms)
    .map(({ identity }) => identity)
    .reverse();
}

function cameraOf(pictures: readonly FinishedOutput[], identities: readonly string[]): FinishedOutput | undefined {
  for (const identity of identities) {
    const camera = pictures.find((output) => output.identity === identity && output.group !== 'screen');
    if (camera !== undefined) return camera;
  }
  return undefined;
}

/** The number of the chapter at a time, from 0: the one that began last; -1: none has. */
export const chapterAt = (chapters: readonly FinishedChapter[], ms: number): number =>
  chapters.findLastIndex(({ ms: from }) => from <= ms);

/** Where playing goes on at a time: behind a hole that it is in. */
export function withoutHole(holes: FinishedRecording['holes'], ms: number): number {
  const hole = holes.find((one) => one.ms <= ms && ms < one.ms + one.durationMs);
  return hole === undefined ? ms : hole.ms + hole.durationMs;
}

/** Identities with chapters, in the order in which they first have one. */
export const peopleOf = (chapters: readonly FinishedChapter[]): string[] => [
  ...new Set(chapters.filter(({ identity }) => identity !== '').map(({ identity }) => identity)),
];

/** How wide a span of the recording is in the bar, and where it begins: in hundredths. */
export function spanOf(o: { readonly ms: number; readonly durationMs: number }, totalMs: number) {
  const clamp = (ms: number): number => Math.min(100, Math.max(0, (ms / Math.max(1, totalMs)) * 100));
  return { from: clamp(o.ms), width: clamp(o.ms + o.durationMs) - clamp(o.ms) };
}

/** `12.3 MB` in the language's digits. */
export function bytesText(bytes: number, locale: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  const digits = value < 10 && step > 0 ? 1 : 0;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${units[step]}`;
}
