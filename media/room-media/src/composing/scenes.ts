// Scenes of a room: participants and layout that its composed picture shows, the same for live composing and for
// recordings that are composed later.
import type { Roster } from '@meridian/client';
import type { LayoutKind, LayoutParticipant, Size, Tile } from '../core/layouts/layout.ts';
import { type ComposedParticipant, composedParticipants, speakingSince } from './core/composed-participants.ts';

export interface Scene {
  readonly participants: readonly ComposedParticipant[];
  /** Undefined while the room does not say it. */
  readonly layout: LayoutKind | undefined;
}

export interface ScenesOptions {
  /** Only participant that is seen and heard; `''` for all. */
  readonly identity: string;
  /** Participant that is left out; `''` for none. */
  readonly without: string;
  /** Returns the layout after a change of the room; undefined, or without the function, the layout stays. */
  layoutOf?(info: Roster['info']): LayoutKind | undefined;
}

export type SceneRoster = Pick<Roster, 'others' | 'speakers' | 'info'>;

export class Scenes {
  readonly #o: ScenesOptions;
  #speakingSinceMs: ReadonlyMap<string, number> = new Map();
  #last = '';

  constructor(o: ScenesOptions) {
    this.#o = o;
  }

  participants(roster: Pick<Roster, 'others'>): ComposedParticipant[] {
    const { identity, without } = this.#o;
    const shown = composedParticipants(roster.others(), { identity, speakingSinceMs: this.#speakingSinceMs });
    return without === '' ? shown : shown.filter((one) => one.identity !== without);
  }

  /** Returns the scene after a change of the roster; undefined if it is the last one. */
  update(roster: SceneRoster, nowMs: number): Scene | undefined {
    this.#speakingSinceMs = speakingSince(this.#speakingSinceMs, roster.speakers, nowMs);
    const scene = { participants: this.participants(roster), layout: this.#o.layoutOf?.(roster.info) };
    const text = JSON.stringify([scene.participants, scene.layout]);
    if (text === this.#last) return undefined;
    this.#last = text;
    return scene;
  }
}

/** Size of most cameras, used until the room says a track's size. */
const assumedPicture: Size = { width: 640, height: 360 };

/** Returns what layouts need of participants. */
export const layoutParticipants = (participants: readonly ComposedParticipant[]): LayoutParticipant[] =>
  participants.map(({ identity, name, isMuted, speakingSinceMs, camera, screen }) => ({
    identity,
    name,
    isMuted,
    speakingSinceMs,
    picture: camera === undefined ? undefined : assumedPicture,
    screen: screen === undefined ? undefined : assumedPicture,
  }));

/** Returns the track that a tile shows; undefined without one. */
export function trackOfTile(
  { source, identity }: Pick<Tile, 'source' | 'identity'>,
  participants: readonly ComposedParticipant[],
): string | undefined {
  const participant = participants.find((one) => one.identity === identity);
  return source === 'screen' ? participant?.screen : participant?.camera;
}
