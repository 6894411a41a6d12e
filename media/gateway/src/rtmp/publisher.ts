// Feeds the messages of an RTMP encoder to a publish point.

import { lackText } from '@meridian/room-media/core';
import type { Logger } from '@meridian/runtime';
import type { RtmpServerEvent } from '../core/rtmp/server.ts';
import type { Publication } from '../live/publications.ts';
import { FlvInput } from '../room/flv-input.ts';
import type { Encoder, PublishPoint } from '../room/publish-point.ts';
import type { RtmpPeer, RtmpRole } from './listener.ts';

export interface RtmpPublisherOptions {
  readonly point: PublishPoint;
  readonly publication: Publication;
  readonly peer: RtmpPeer;
  readonly log: Logger;
}

export class RtmpPublisher implements RtmpRole, Encoder {
  readonly #point: PublishPoint;
  readonly #publication: Publication;
  readonly #peer: RtmpPeer;
  readonly #log: Logger;
  readonly #input: FlvInput;
  #isOver = false;
  #isWarned = false;

  constructor(o: RtmpPublisherOptions) {
    this.#point = o.point;
    this.#publication = o.publication;
    this.#peer = o.peer;
    this.#log = o.log;
    this.#input = new FlvInput(o.point, this, o.publication, o.peer.drops);
    o.point.attach(this);
  }

  take(event: RtmpServerEvent): void {
    if (this.#isOver || (event.kind !== 'audio' && event.kind !== 'video')) return;
    const unitsBefore = this.#input.units;
    const refusal = this.#input.write(event.kind, event.timestampMs, event.body);
    if (this.#input.units > unitsBefore) this.#peer.mediaTaken();
    if (refusal === undefined) {
      this.#warn();
      return;
    }
    this.#log.info({ address: this.#peer.address, code: refusal.code }, 'an RTMP publication is refused');
    this.ended(refusal.code, refusal.description);
  }

  ended(code?: string, description?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#publication.end();
    this.#point.release(this);
    if (code !== undefined) this.#peer.close(`${code}: ${description ?? ''}`);
  }

  /** Warns once that some media does not reach all clients. */
  #warn(): void {
    const [lack] = this.#publication.lacking;
    if (lack === undefined || this.#isWarned) return;
    this.#isWarned = true;
    this.#peer.warn(lackText(lack));
  }

  replaced(): void {
    this.#isOver = true;
    this.#publication.end();
    this.#peer.close('REPLACED: another encoder publishes with this key');
  }
}
