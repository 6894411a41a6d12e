// Room tracks for one kind of an encoder's media: the original, and a rendition while a client needs it.

import type { ErrorCode } from '@meridian/protocol';
import { type Codec, capabilityOf } from '@meridian/room-media';
import type { Clock } from '@meridian/runtime';
import { Conversion, type Converter } from './conversions.ts';
import type { PointStreams, Stream } from './point-streams.ts';

export interface PointTrackOptions<From, Made> {
  readonly streams: PointStreams;
  readonly clock: Clock;
  readonly to: Codec;
  /**
   * True publishes a rendition's track as soon as it is needed, so a waiting client gets its first key frame. False
   * waits for the first unit: a transcoder's first output is a burst that would delay players of sound.
   */
  readonly hasKeyFrames: boolean;
  /** Throws MeridianError if transcoding is impossible. */
  begin(onMade: (unit: Made) => void, onFailed: () => void): Converter<From>;
  send(stream: Stream, unit: Made): void;
  refuse(trackId: string, mimeType: string, code: ErrorCode): void;
}

export class PointTrack<From, Made> {
  readonly #o: PointTrackOptions<From, Made>;
  readonly #conversion: Conversion<From, Made>;
  #original: Stream | undefined;
  #rendition: Stream | undefined;

  constructor(o: PointTrackOptions<From, Made>) {
    this.#o = o;
    this.#conversion = new Conversion({
      clock: o.clock,
      begin: (...callbacks) => o.begin(...callbacks),
      onMade: (unit) => this.#send(unit),
      refused: (code) => {
        this.#endRendition();
        o.refuse(this.#original?.trackId ?? '', this.renditionMimeType ?? '', code);
      },
    });
  }

  get original(): Stream | undefined {
    return this.#original;
  }
  get renditionMimeType(): string | undefined {
    const codec = this.#original?.codec;
    return codec === undefined || codec === this.#o.to ? undefined : capabilityOf(this.#o.to).mimeType;
  }
  get isRenditionWanted(): boolean {
    return this.#conversion.isWanted;
  }

  begin(codec: Codec, o: Partial<Pick<Stream, 'size' | 'parameters'>> = {}): Stream {
    this.end();
    this.#original = this.#o.streams.begin(codec, o);
    return this.#original;
  }

  end(): void {
    this.setWanted(false);
    this.#o.streams.end(this.#original);
    this.#original = undefined;
  }

  /** Begins the rendition for a client that needs it, or ends it when no client does. */
  setWanted(isWanted: boolean): void {
    this.#conversion.setWanted(isWanted);
    if (!this.#conversion.isWanted) this.#endRendition();
    else if (this.#o.hasKeyFrames) this.#beginRendition();
  }

  convert(unit: From): void {
    this.#conversion.write(unit);
  }

  /** Restarts transcoding for another encoder or format; the rendition stays the same track. */
  restart(): void {
    this.#conversion.restart();
  }

  /** Forgets the rendition in a new session: clients that need a rendition of the new track ask again. */
  renewed(): void {
    this.#rendition = undefined;
    this.#conversion.setWanted(false);
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
