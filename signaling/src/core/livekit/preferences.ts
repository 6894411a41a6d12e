// What a LiveKit client prefers of each track that it receives. It says so in pieces (subscribed or not, how large it
// is shown); our frame about a track has all of it.
import type { UpdateSubscription, UpdateTrackSettings } from '@livekit/protocol';
import { limits, type wire } from '@meridian/protocol';
import { layerFor, priorityOf } from './layers.ts';
import type { ShownRoom } from './shown-room.ts';

export interface Updates {
  readonly updates: readonly wire.UpdateSubscription.$Properties[];
  /** Not of all tracks that the client named: there is no such track of another, or they are too many. */
  readonly isPart: boolean;
}
interface Preference {
  readonly subscribed: boolean;
  readonly settings: wire.UpdateSubscription.$Properties;
}

const tracksMax = limits.subscriptionsPerParticipantMax;
/** Requests that the session takes at once, beside those of the client itself. */
const againMax = limits.clientRequestBurst / 2;

export class Preferences {
  readonly #room: Pick<ShownRoom, 'track' | 'selfSid'>;
  readonly #automatic: boolean;
  readonly #preferences = new Map<string, Preference>();

  constructor(room: Pick<ShownRoom, 'track' | 'selfSid'>, automatic: boolean) {
    this.#room = room;
    this.#automatic = automatic;
  }

  subscribe({ trackSids, subscribe, participantTracks }: UpdateSubscription): Updates {
    const named = new Set([...trackSids, ...participantTracks.flatMap((one) => one.trackSids)]);
    return this.#each(named, (trackId) => {
      const { settings } = this.#preference(trackId);
      this.#keep(trackId, { subscribed: subscribe, settings });
      return subscribe ? { ...settings, trackId, subscribed: true } : { trackId, subscribed: false };
    });
  }

  /** Settings of a track that is not received are kept until it is. */
  set(settings: UpdateTrackSettings): Updates {
    return this.#each(new Set(settings.trackSids), (trackId, track) => {
      const { subscribed } = this.#preference(trackId);
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

  /** Tracks that the client does not show now; the rest of their settings stays. */
  pause(trackSids: readonly string[]): Updates {
    return this.#each(new Set(trackSids), (trackId) => {
      const { subscribed, settings } = this.#preference(trackId);
      const next = { ...settings, paused: true };
      this.#keep(trackId, { subscribed, settings: next });
      return subscribed ? { ...next, trackId, subscribed } : undefined;
    });
  }

  /**
   * Tracks that the client does not want, for a session that is taken up again: media nodes keep what is received, and
   * nothing of what is not. Of more than `againMax`, the client receives the first ones until it says so again.
   */
  refused(): Updates {
    const refused = [...this.#preferences].flatMap(([trackId, { subscribed }]) => (subscribed ? [] : trackId));
    const last = this.#automatic ? refused.slice(-againMax) : [];
    return this.#each(new Set(last), (trackId) => ({ trackId, subscribed: false }));
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

  #preference(trackId: string): Preference {
    return this.#preferences.get(trackId) ?? { subscribed: this.#automatic, settings: {} };
  }

  /** Those of tracks that are gone go when there are too many. */
  #keep(trackId: string, preference: Preference): void {
    this.#preferences.set(trackId, preference);
    if (this.#preferences.size <= tracksMax) return;
    for (const known of [...this.#preferences.keys()])
      if (this.#room.track(known) === undefined) this.#preferences.delete(known);
    const [oldest] = this.#preferences.keys();
    if (this.#preferences.size > 2 * tracksMax && oldest !== undefined) this.#preferences.delete(oldest);
  }
}
