// A LiveKit client's preferences for received tracks, which come in pieces; our frame about a track contains them all.
import type { UpdateSubscription, UpdateTrackSettings } from '@livekit/protocol';
import { limits, type wire } from '@meridian/protocol';
import { layersFor, priorityOf } from './layers.ts';
import type { ShownRoom } from './shown-room.ts';

export interface PreferenceUpdates {
  readonly updates: readonly wire.UpdateSubscription.$Properties[];
  /** Some named tracks were left out: no other participant has them, or they are too many. */
  readonly isPartial: boolean;
}
interface Preference {
  readonly subscribed: boolean;
  readonly settings: wire.UpdateSubscription.$Properties;
}

const tracksMax = limits.subscriptionsPerParticipantMax;
/** Requests repeated at once after a resume; the session accepts as many beside the client's own. */
const repeatedMax = limits.clientRequestBurst / 2;

export class Preferences {
  readonly #room: Pick<ShownRoom, 'track' | 'selfSid'>;
  readonly #isAutomatic: boolean;
  readonly #preferences = new Map<string, Preference>();

  constructor(room: Pick<ShownRoom, 'track' | 'selfSid'>, automatic: boolean) {
    this.#room = room;
    this.#isAutomatic = automatic;
  }

  subscribe({ trackSids, subscribe, participantTracks }: UpdateSubscription): PreferenceUpdates {
    const named = new Set([...trackSids, ...participantTracks.flatMap((one) => one.trackSids)]);
    return this.#updatesFor(named, (trackId) => {
      const { settings } = this.#preference(trackId);
      this.#keep(trackId, { subscribed: subscribe, settings });
      return subscribe ? { ...settings, trackId, subscribed: true } : { trackId, subscribed: false };
    });
  }

  /** Stores settings; for a track that is not received they apply once it is. */
  set(settings: UpdateTrackSettings): PreferenceUpdates {
    return this.#updatesFor(new Set(settings.trackSids), (trackId, track) => {
      const { subscribed } = this.#preference(trackId);
      const { paused, spatialLayer, temporalLayer } = layersFor(track, settings);
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

  /** Pauses tracks that the client does not show now; their other settings stay. */
  pause(trackSids: readonly string[]): PreferenceUpdates {
    return this.#updatesFor(new Set(trackSids), (trackId) => {
      const { subscribed, settings } = this.#preference(trackId);
      const next = { ...settings, paused: true };
      this.#keep(trackId, { subscribed, settings: next });
      return subscribed ? { ...next, trackId, subscribed } : undefined;
    });
  }

  /**
   * Returns the updates that refuse unsubscribed tracks again in a resumed session, since media nodes remember received
   * tracks only. Beyond the bound, the client receives the tracks refused first until it refuses them again.
   */
  refused(): PreferenceUpdates {
    const refused = [...this.#preferences].flatMap(([trackId, { subscribed }]) => (subscribed ? [] : trackId));
    const last = this.#isAutomatic ? refused.slice(-repeatedMax) : [];
    return this.#updatesFor(new Set(last), (trackId) => ({ trackId, subscribed: false }));
  }

  #updatesFor(
    named: ReadonlySet<string>,
    updateOf: (
      trackId: string,
      track: NonNullable<ReturnType<ShownRoom['track']>>['track'],
    ) => wire.UpdateSubscription.$Properties | undefined,
  ): PreferenceUpdates {
    const taken = [...named].slice(0, tracksMax).flatMap((sid) => this.#room.track(sid) ?? []);
    const ofOthers = taken.filter(({ publisherSid }) => publisherSid !== this.#room.selfSid);
    const updates = ofOthers.flatMap(({ track }) => updateOf(track.trackId, track) ?? []);
    return { updates, isPartial: ofOthers.length < named.size };
  }

  #preference(trackId: string): Preference {
    return this.#preferences.get(trackId) ?? { subscribed: this.#isAutomatic, settings: {} };
  }

  /** When there are too many preferences, those of ended tracks are dropped. */
  #keep(trackId: string, preference: Preference): void {
    this.#preferences.set(trackId, preference);
    if (this.#preferences.size <= tracksMax) return;
    for (const known of [...this.#preferences.keys()])
      if (this.#room.track(known) === undefined) this.#preferences.delete(known);
    const [oldest] = this.#preferences.keys();
    if (this.#preferences.size > 2 * tracksMax && oldest !== undefined) this.#preferences.delete(oldest);
  }
}
