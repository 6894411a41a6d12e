// Scenes of a stint that is composed later, as journal lines: a line has only the participants that have changed.
import type { SceneChanged, SceneParticipant } from './lines.ts';

/** Bound of a line's participants, below `LINE_LENGTH_MAX`. A single participant has at most 5,000 characters. */
const LINE_CHARS_MAX = 10_000;
/** Bound of a stint's scenes: two changes a second for a day. The last scene stays then. */
export const SCENES_CHARS_MAX = 33_554_432;

/** Same as `ComposedParticipant` of room-media. */
type ShownParticipant = { readonly [F in keyof Required<SceneParticipant>]: SceneParticipant[F] };

interface WrittenScene {
  readonly participants: readonly ShownParticipant[];
  readonly layout: SceneChanged['layout'];
}

export class SceneWriter {
  readonly #charsMax: number;
  /** Participants of the last scene as JSON, in order. */
  #shown = new Map<string, string>();
  #layout: SceneChanged['layout'];
  #chars = 0;

  constructor(charsMax = SCENES_CHARS_MAX) {
    this.#charsMax = charsMax;
  }

  /** True when changes are no longer written. */
  get isFull(): boolean {
    return this.#chars >= this.#charsMax;
  }

  /**
   * Returns the lines of a change. `ms` and the times of participants are of the stint. A participant whose order
   * differs is removed and added again, so that `SceneReader` has the same order.
   */
  change({ participants, layout }: WrittenScene, ms: number): SceneChanged[] {
    if (this.isFull) return [];
    const wanted = new Map(participants.map((one) => [one.identity, one]));
    const identities = [...wanted.keys()];
    const kept = [...this.#shown.keys()].filter((identity) => wanted.has(identity));
    const inOrder = kept.findIndex((identity, at) => identity !== identities[at]);
    const moved = new Set(inOrder < 0 ? [] : kept.slice(inOrder));
    const gone = [...this.#shown.keys()].filter((identity) => !wanted.has(identity) || moved.has(identity));
    const next = new Map(participants.map((one) => [one.identity, JSON.stringify(one)]));
    const shown = participants.filter(
      ({ identity }) => moved.has(identity) || next.get(identity) !== this.#shown.get(identity),
    );
    const lines = [
      ...chunksOf(gone).map((part): SceneChanged => ({ type: 'scene', ms, gone: part, shown: [] })),
      ...chunksOf(shown.map(writtenOf)).map((part): SceneChanged => ({ type: 'scene', ms, gone: [], shown: part })),
    ];
    const isNewLayout = layout !== undefined && layout !== this.#layout;
    if (isNewLayout) lines.push({ type: 'scene', ms, gone: [], shown: [], layout });
    this.#layout = layout ?? this.#layout;
    this.#shown = next;
    this.#chars += lines.reduce((sum, line) => sum + JSON.stringify(line).length, 0);
    return lines;
  }
}

/** Scene of a stint after the lines so far. */
export class SceneReader {
  readonly #shown = new Map<string, ShownParticipant>();
  layout: SceneChanged['layout'];

  get participants(): readonly ShownParticipant[] {
    return [...this.#shown.values()];
  }

  take({ gone, shown, layout }: SceneChanged): void {
    for (const identity of gone) this.#shown.delete(identity);
    for (const { identity, name, isMuted, speakingSinceMs, camera, screen, sounds } of shown)
      this.#shown.set(identity, { identity, name, isMuted, speakingSinceMs, camera, screen, sounds });
    this.layout = layout ?? this.layout;
  }
}

const writtenOf = ({ speakingSinceMs, ...rest }: ShownParticipant): SceneParticipant =>
  Object.assign(rest, speakingSinceMs === undefined ? {} : { speakingSinceMs });

function chunksOf<T>(all: readonly T[]): T[][] {
  const chunks: T[][] = [];
  let chars = LINE_CHARS_MAX;
  for (const one of all) {
    const length = JSON.stringify(one).length;
    if (chars + length > LINE_CHARS_MAX) {
      chunks.push([]);
      chars = 0;
    }
    chunks.at(-1)?.push(one);
    chars += length;
  }
  return chunks;
}
