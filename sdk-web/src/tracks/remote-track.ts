// A subscribed track of another participant. It stays the same object when another media node takes over or the session
// is made again.

import { MeridianClientError } from '@meridian/client';
import type { types } from 'mediasoup-client';
import { receiverStatsOf } from '../core/receiver-stats.ts';
import { entriesOfReport } from '../media/report.ts';
import type { ReceiverStats, TrackSource } from '../types.ts';
import { Track } from './track.ts';

export class RemoteTrack extends Track {
  readonly trackId: string;
  #consumer: types.Consumer;
  #volume: number | undefined;

  /** @internal */
  constructor(o: { trackId: string; source: TrackSource; consumer: types.Consumer }) {
    super({ mediaStreamTrack: o.consumer.track, source: o.source });
    this.trackId = o.trackId;
    this.#consumer = o.consumer;
  }

  /** Returns the browser's report about the receiver. Rejects with CONNECTION_CLOSED when the track is gone. */
  async getStats(): Promise<RTCStatsReport> {
    if (this.#consumer.closed) throw new MeridianClientError('CONNECTION_CLOSED', 'the track is no longer subscribed');
    return await this.#consumer.getStats();
  }

  /** Returns the most useful numbers of the report of `getStats`. */
  async receiverStats(): Promise<ReceiverStats> {
    return receiverStatsOf(this.kind, entriesOfReport(await this.getStats()));
  }

  /**
   * Sets the volume of an audio track, 0 … 1, in all present and later elements. Browsers on iOS ignore it, where the
   * device's keys set the volume. Throws ARGUMENT_INVALID.
   */
  setVolume(volume: number): void {
    if (!(volume >= 0 && volume <= 1)) throw new MeridianClientError('ARGUMENT_INVALID', 'volume: 0 to 1');
    if (this.kind !== 'audio') return;
    this.#volume = volume;
    for (const element of this.attachedElements) element.volume = volume;
  }

  override attach(element?: HTMLMediaElement): HTMLMediaElement {
    const attached = super.attach(element);
    if (this.#volume !== undefined) attached.volume = this.#volume;
    return attached;
  }

  /** @internal Consumer that feeds the track. */
  get consumer(): types.Consumer {
    return this.#consumer;
  }

  /**
   * @internal Feeds the track from `consumer`. `warm`: both the new and the previous consumer play; resolves when the
   *   previous one may be closed.
   */
  async feedFrom(consumer: types.Consumer, warm: boolean): Promise<void> {
    this.#consumer = consumer;
    await this.replaceMediaStreamTrack(consumer.track, warm);
  }
}
