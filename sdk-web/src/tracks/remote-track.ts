// A track of another participant, as long as it is subscribed. It keeps its identity when another media node takes over
// or the session is made anew.

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

  /** The browser's own report about the receiver. Rejects with CONNECTION_CLOSED when the track is gone. */
  async getStats(): Promise<RTCStatsReport> {
    if (this.#consumer.closed)
      throw new MeridianClientError('CONNECTION_CLOSED', 'the track is not subscribed any more');
    return await this.#consumer.getStats();
  }

  /** The numbers of that report that matter to a person. */
  async receiverStats(): Promise<ReceiverStats> {
    return receiverStatsOf(this.kind, entriesOfReport(await this.getStats()));
  }

  /**
   * How loud it is in the elements it is attached to, now and later; 0 … 1. Sound only; a browser that leaves this to
   * the keys of the device (iOS) does not obey. Throws ARGUMENT_INVALID.
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

  /** @internal The consumer that feeds the track. */
  get consumer(): types.Consumer {
    return this.#consumer;
  }

  /**
   * @internal From now on `consumer` feeds the track. `warm`: it plays already, as the one before still does; resolves
   *   when that one may go.
   */
  async feedFrom(consumer: types.Consumer, warm: boolean): Promise<void> {
    this.#consumer = consumer;
    await this.replaceMediaStreamTrack(consumer.track, warm);
  }
}
