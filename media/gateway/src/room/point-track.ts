// What an encoder sends of one kind as the room has it: the original, and a rendition of it while a client needs that.

import type { ErrorCode } from '@meridian/protocol';
import { type Codec, capabilityOf } from '@meridian/room-media';
import type { Clock } from '@meridian/runtime';
import { Conversion, type Converter } from './conversions.ts';
import type { PointStreams, Stream } from './point-streams.ts';

export interface PointTrackOptions<From, Made> {
  readonly streams: PointStreams;
  readonly clock: Clock;
  /** The codec of renditions. */
  readonly to: Codec;
  /**
   * The track of a rendition is there as soon as it is needed: a waiting client gets its first key frame. Otherwise it
   * begins with its first unit: what a transcoder makes at its start comes in a burst, which players of sound would be
   * late by.
   */
  readonly hasKeyFrames: boolean;
  /** Throws MeridianError when it cannot be made. */
  begin(onMade: (unit: Made) => void, onFailed: () => void): Converter<From>;
  /** Sends a unit of the rendition. */
  send(stream: Stream, unit: Made): void;
  refuse(trackId: string, mimeType: string, code: ErrorCode): void;
}

export class PointTrack<From, Made> {
  readonly #o: PointTrackOptions<From, Made>;
  readonly #made: Conversion<From, Made>;
  #original: Stream | undefined;
  #rendition: Stream | undefined;

  constructor(o: PointTrackOptions<From, Made>) {
    this.#o = o;
    this.#made = new Conversion({
      clock: o.clock,
      begin: (...callbacks) => o.begin(...callbacks),
      made: (unit) => this.#send(unit),
      refused: (code) => {
        this.#endRendition();
        o.refuse(this.#original?.trackId ?? '', this.makes ?? '', code);
      },
    });
  }

  /** What the encoder sends now. */
  get original(): Stream | undefined {
    return this.#original;
  }
  /** The type of its rendition; undefined: there is none of this original. */
  get makes(): string | undefined {
    const codec = this.#original?.codec;
    return codec === undefined || codec === this.#o.to ? undefined : capabilityOf(this.#o.to).mimeType;
  }
  get isRenditionWanted(): boolean {
    return this.#made.isWanted;
  }

  /** Another original from now on. */
  begin(codec: Codec, o: Partial<Pick<Stream, 'size' | 'parameters'>> = {}): Stream {
    this.end();
    this.#original = this.#o.streams.begin(codec, o);
    return this.#original;
  }

  end(): void {
    this.want(false);
    this.#o.streams.end(this.#original);
    this.#original = undefined;
  }

  /** A client needs the rendition, or none does any more. */
  want(isWanted: boolean): void {
    this.#made.want(isWanted);
    if (!this.#made.isWanted) this.#endRendition();
    else if (this.#o.hasKeyFrames) this.#beginRendition();
  }

  /** A unit of the original, for the rendition. */
  convert(unit: From): void {
    this.#made.write(unit);
  }

  /** What follows is of another encoder or format; the rendition goes on as the same track. */
  restart(): void {
    this.#made.restart();
  }

  /**
   * A new session: a client that needs a rendition of the new track says so anew. The streams hear of it by themselves.
   */
  renewed(): void {
    this.#rendition = undefined;
    this.#made.want(false);
  }

  #send(unit: Made): void {
    this.#beginRendition();
    if (this.#rendition !== undefined) this.#o.send(this.#rendition, unit);
  }

  #beginRendition(): void {
    const original = this.#original;
    if (original !== undefined)
      this.#rendition ??= this.#o.streams.begin(this.#o.to, { size: original.size, original });
  }

  #endRendition(): void {
    this.#o.streams.end(this.#rendition);
    this.#rendition = undefined;
  }
}
