// Decides which outputs of a recording are shown and heard at a time.
import type { FinishedChapter, FinishedOutput, FinishedRecording } from '@meridian/protocol';

/** `composed`: the single picture composed during recording; `people`: a picture per participant. */
export type View = 'composed' | 'people';

/** Maximum of small pictures; further people are heard, and shown when they speak. */
export const STRIP_MAX = 5;
/** Outputs load this long before they begin. */
export const AHEAD_MS = 5000;

export interface ShownOutputs {
  readonly large: FinishedOutput | undefined;
  readonly strip: readonly FinishedOutput[];
  /** Audible outputs, including those whose picture is shown. */
  readonly active: readonly FinishedOutput[];
}

const isActive = ({ offsetMs, durationMs }: FinishedOutput, ms: number): boolean =>
  offsetMs <= ms && ms < offsetMs + durationMs;

export function viewsOf({ outputs }: Pick<FinishedRecording, 'outputs'>): View[] {
  const has = (isComposed: boolean): boolean => outputs.some(({ group }) => (group === 'composed') === isComposed);
  return [...(has(true) ? (['composed'] as const) : []), ...(has(false) ? (['people'] as const) : [])];
}

/** Returns the outputs of a view: a composed picture contains everyone's sound. */
export const outputsOf = ({ outputs }: Pick<FinishedRecording, 'outputs'>, view: View): FinishedOutput[] =>
  outputs.filter(({ group }) => (group === 'composed') === (view === 'composed'));

/** Returns the outputs that play at a time or begin soon after. */
export const neededAt = (outputs: readonly FinishedOutput[], ms: number): FinishedOutput[] =>
  outputs.filter(
    ({ offsetMs, durationMs }) => offsetMs - AHEAD_MS <= ms && ms < offsetMs + durationMs && durationMs > 0,
  );

/**
 * Chooses the pictures: large is `chosen` (name of an output), else a shared screen, else the current or last speaker,
 * else the first; the others follow in order.
 */
export function shownAt(
  recording: Pick<FinishedRecording, 'outputs' | 'chapters'>,
  ms: number,
  o: { readonly view: View; readonly chosen?: string | undefined },
): ShownOutputs {
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

/** Returns the speakers so far, the latest first. */
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

/** Returns the index of the last chapter that has begun; -1 if none. */
export const chapterAt = (chapters: readonly FinishedChapter[], ms: number): number =>
  chapters.findLastIndex(({ ms: from }) => from <= ms);

/** Skips a hole: returns its end for a time inside it. */
export function afterHole(holes: FinishedRecording['holes'], ms: number): number {
  const hole = holes.find((one) => one.ms <= ms && ms < one.ms + one.durationMs);
  return hole === undefined ? ms : hole.ms + hole.durationMs;
}

/** Returns the identities with chapters, in order of their first. */
export const peopleOf = (chapters: readonly FinishedChapter[]): string[] => [
  ...new Set(chapters.filter(({ identity }) => identity !== '').map(({ identity }) => identity)),
];

/** Returns start and width of a span in the bar, in per cent. */
export function spanOf(o: { readonly ms: number; readonly durationMs: number }, totalMs: number) {
  const clamp = (ms: number): number => Math.min(100, Math.max(0, (ms / Math.max(1, totalMs)) * 100));
  return { from: clamp(o.ms), width: clamp(o.ms + o.durationMs) - clamp(o.ms) };
}

/** Formats `12.3 MB` in the language's digits. */
export function bytesText(bytes: number, locale: string): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  const digits = value < 10 && step > 0 ? 1 : 0;
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${units[step]}`;
}
