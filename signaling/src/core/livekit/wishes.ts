// What a LiveKit client wishes of each track that it receives. It says so in pieces (subscribed or not, how large it is
// shown); our frame about a track has all of it.
import type { UpdateSubscription, UpdateTrackSettings } from '@livekit/protocol';
import { limits, type wire } from '@meridian/protocol';
import { layerFor, priorityOf } from './layers.ts';
import type { ShownRoom } from './shown-room.ts';

export interface Updates {
  readonly updates: readonly wire.UpdateSubscription.$Properties[];
  /** Not of all tracks that the client named: there is no such track of another, or they are too many. */
  readonly isPart: boolean;
}
interface Wish {
  readonly subscribed: boolean;
  readonly settings: wire.UpdateSubscription.$Properties;
}

const tracksMax = limits.subscriptionsPerParticipantMax;

export class Wishes {
  readonly #room: Pick<ShownRoom, 'track' | 'selfSid'>;
  readonly #automatic: boolean;
  readonly #wishes = new Map<string, Wish>();

  constructor(room: Pick<ShownRoom, 'track' | 'selfSid'>, automatic: boolean) {
    this.#room = room;
    this.#automatic = automatic;
  }

  subscribe({ trackSids, subscribe, participantTracks }: UpdateSubscription): Updates {
    const named = new Set([...trackSids, ...participantTracks.flatMap((one) => one.trackSids)]);
    return this.#each(named, (trackId) => {
      const { settings } = this.#wish(trackId);
      this.#keep(trackId, { subscribed: subscribe, settings });
      return subscribe ? { ...settings, trackId, subscribed: true } : { trackId, subscribed: false };
    });
  }

  /** Settings of a track that is not received are kept until it is. */
  set(settings: UpdateTrackSettings): Updates {
    return this.#each(new Set(settings.trackSids), (trackId, track) => {
      const { subscribed } = this.#wish(trackId);
      const { paused, spatialLayer, temporalLayer } = layerFor(track, settings);
      const next = {
        paused,
        priority: priorityOf(settings.priority),
        ...(spatialLayer === undefined ? {} : { spatialLayer }),
        ...(temporalLayer === undefined ? {} : { temporalLayer }),
      };
      this.#keep(trackId, { subscribed, settings: next });
      return subscribed ? { ...next, trackId, subscribed } : undefined;
    });
  }

  #each(
    named: ReadonlySet<string>,
    updateOf: (
      trackId: string,
      track: NonNullable<ReturnType<ShownRoom['track']>>['track'],
    ) => wire.UpdateSubscription.$Properties | undefined,
  ): Updates {
    const taken = [...named].slice(0, tracksMax).flatMap((sid) => this.#room.track(sid) ?? []);
    const ofOthers = taken.filter(({ publisherSid }) => publisherSid !== this.#room.selfSid);
    const updates = ofOthers.flatMap(({ track }) => updateOf(track.trackId, track) ?? []);
    return { updates, isPart: ofOthers.length < named.size };
  }

  #wish(trackId: string): Wish {
    return this.#wishes.get(trackId) ?? { subscribed: this.#automatic, settings: {} };
  }

  /** Those of tracks that are gone go when there are too many. */
  #keep(trackId: string, wish: Wish): void {
    this.#wishes.set(trackId, wish);
    if (this.#wishes.size <= tracksMax) return;
    for (const known of [...this.#wishes.keys()]) if (this.#room.track(known) === undefined) this.#wishes.delete(known);
    const [oldest] = this.#wishes.keys();
    if (this.#wishes.size > 2 * tracksMax && oldest !== undefined) this.#wishes.delete(oldest);
  }
}
