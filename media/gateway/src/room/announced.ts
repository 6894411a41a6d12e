// A programme for players of FLV and RTMP: begins when it is clear which kinds of media come, with what announces them.
import { concatBytes, flvHeader, flvTag, flvTagType } from '@meridian/room-media/core';
import type { Clock } from '@meridian/runtime';
import { metadataBody, type StreamFormats, streamMetadata } from '../core/flv/metadata.ts';
import { encodeMetadata } from '../core/rtmp/media.ts';
import { type Kinds, PICTURE_WAIT_MAX_MS, ShownKinds } from '../core/shown-kinds.ts';
import type { Programme, ProgrammeItem } from './programme.ts';

/** Code with which viewers end whose player cannot take what comes now. They come back for another stream. */
export const KINDS_CHANGED = 'KINDS_CHANGED';

export type AnnouncedItem = Pick<ProgrammeItem, 'kind' | 'isFormat' | 'isKey'>;
type SourceItem = AnnouncedItem & { readonly content?: ProgrammeItem['content'] };
interface ItemViewer<T> {
  take(item: T): void;
  ended(code: string): void;
}
export interface AnnounceableSource<T extends SourceItem> extends Pick<Programme, 'expects'> {
  watch(viewer: ItemViewer<T>): () => void;
  begin(): readonly T[];
}

/** First item of a stream, and its repetition when other kinds come. */
export class Announcement {
  readonly kind = 'video';
  readonly isFormat = true;
  readonly isKey = false;
  readonly #formats: StreamFormats;
  #flv: Uint8Array | undefined;
  #rtmp: Uint8Array | undefined;

  constructor(formats: StreamFormats) {
    this.#formats = formats;
  }

  /** Beginning of an FLV file. */
  get flv(): Uint8Array {
    const { audio, video } = this.#formats;
    const header = flvHeader({ hasAudio: audio !== undefined, hasVideo: video !== undefined });
    const body = metadataBody(streamMetadata(this.#formats));
    this.#flv ??= concatBytes([header, flvTag(flvTagType.script, 0, body)]);
    return this.#flv;
  }
  /** `onMetaData` for a player. */
  get rtmp(): Uint8Array {
    this.#rtmp ??= this.#encoded(false);
    return this.#rtmp;
  }
  /** `onMetaData` for a server. */
  get pushed(): Uint8Array {
    return this.#encoded(true);
  }

  #encoded(toServer: boolean): Uint8Array {
    const metadata = streamMetadata(this.#formats);
    return encodeMetadata({ kind: 'metadata', streamId: 1, timestampMs: 0, metadata }, { toServer });
  }
}

export interface AnnouncedOptions {
  readonly clock: Clock;
  /**
   * When other kinds come: `end` ends the viewer with `KINDS_CHANGED`, for FLV, whose players take no later kind; `add`
   * announces them again and goes on, for RTMP. With `add` an empty room begins with silence after a while, because
   * servers end connections without media; with `end` it waits.
   */
  readonly onChange: 'end' | 'add';
}

/** Returns the announced stream of a programme, the same one for all its viewers. */
export function announcing<T extends SourceItem>(
  o: AnnouncedOptions,
): (source: AnnounceableSource<T>) => AnnouncedProgramme<T> {
  const streams = new WeakMap<AnnounceableSource<T>, AnnouncedProgramme<T>>();
  return (source) => {
    const stream = streams.get(source) ?? new AnnouncedProgramme(source, o);
    streams.set(source, stream);
    return stream;
  };
}

/** Stream for one watching viewer, which later ones may join by `begin`. */
export class AnnouncedProgramme<T extends SourceItem> {
  readonly #source: AnnounceableSource<T>;
  readonly #o: AnnouncedOptions;
  #watching: Watching<T> | undefined;

  constructor(source: AnnounceableSource<T>, o: AnnouncedOptions) {
    this.#source = source;
    this.#o = o;
  }

  /** Returns the first items of one more viewer: none while it is not clear what comes. */
  begin(): readonly (T | Announcement)[] {
    return this.#watching?.firstItems() ?? [];
  }

  /** Sends items to the viewer until the returned function is called. The present viewer must have left. */
  watch(viewer: ItemViewer<T | Announcement>): () => void {
    const watching = new Watching(this.#source, this.#o, viewer);
    this.#watching = watching;
    watching.start();
    return () => {
      watching.stop();
      if (this.#watching === watching) this.#watching = undefined;
    };
  }
}

class Watching<T extends SourceItem> {
  readonly #source: AnnounceableSource<T>;
  readonly #o: AnnouncedOptions;
  readonly #viewer: ItemViewer<T | Announcement>;
  readonly #shown = new ShownKinds();
  readonly #startMs: number;
  #audio: StreamFormats['audio'];
  #video: StreamFormats['video'];
  #hasKey = false;
  /** Undefined before the beginning. */
  #kinds: Kinds | undefined;
  #isStarting = true;
  #isOver = false;
  #unwatch: (() => void) | undefined;

  constructor(source: AnnounceableSource<T>, o: AnnouncedOptions, viewer: ItemViewer<T | Announcement>) {
    this.#source = source;
    this.#o = o;
    this.#viewer = viewer;
    this.#startMs = o.clock.nowMs();
  }

  start(): void {
    const unwatch = this.#source.watch({ take: (item) => this.#take(item), ended: (code) => this.#end(code) });
    this.#isStarting = false;
    this.#unwatch = unwatch;
    if (this.#isOver) unwatch();
    else this.#begin();
  }

  stop(): void {
    this.#isOver = true;
    this.#unwatch?.();
  }

  firstItems(): readonly (T | Announcement)[] {
    const kinds = this.#kinds;
    if (kinds === undefined) return [];
    return [this.#announcementOf(kinds), ...this.#source.begin().filter(({ kind }) => kinds[kind])];
  }

  #take(item: T): void {
    if (this.#isOver) return;
    const isNew = this.#note(item);
    if (this.#isStarting) return; // The source's first items are read again when it is clear what comes.
    if (this.#kinds === undefined) this.#begin(item);
    else if (this.#hasChanged()) this.#change(item);
    else if (this.#kinds[item.kind]) {
      if (isNew && this.#o.onChange === 'add') this.#viewer.take(this.#announcementOf(this.#kinds));
      this.#viewer.take(item);
    }
  }

  /** Returns whether the item is a new format. */
  #note({ kind, isKey, isFormat, content }: SourceItem): boolean {
    if (content !== undefined && 'audioFormat' in content) this.#audio = content.audioFormat;
    if (content !== undefined && 'videoFormat' in content) this.#video = content.videoFormat;
    // Kept pictures of a publisher that has left are not to come.
    this.#hasKey ||= kind === 'video' && isKey && this.#source.expects === 'picture';
    return isFormat;
  }

  get #present(): Kinds {
    return { audio: this.#audio !== undefined, video: this.#video !== undefined && this.#hasKey };
  }

  #begin(item?: T): void {
    const nowMs = this.#o.clock.nowMs();
    const { expects } = this.#source;
    this.#shown.note(expects, nowMs);
    if (expects !== 'picture') this.#hasKey = false; // The picture has left during the wait.
    const present = this.#present;
    const isOverdue = this.#o.onChange === 'add' && nowMs - this.#startMs >= PICTURE_WAIT_MAX_MS && present.audio;
    const kinds = this.#shown.begin(present, nowMs) ?? (isOverdue ? present : undefined);
    if (kinds === undefined) return;
    this.#kinds = kinds;
    const first = this.firstItems();
    for (const one of first) this.#viewer.take(one);
    if (item !== undefined && kinds[item.kind] && !first.includes(item)) this.#viewer.take(item);
  }

  #hasChanged(): boolean {
    const nowMs = this.#o.clock.nowMs();
    this.#shown.note(this.#source.expects, nowMs);
    const { audio, video } = this.#present;
    if ((audio && this.#kinds?.audio === false) || (video && this.#kinds?.video === false)) return true;
    return this.#o.onChange === 'end' && this.#kinds?.video === true && this.#shown.isPictureGone(nowMs);
  }

  #change(item: T): void {
    if (this.#o.onChange === 'end') {
      this.#end(KINDS_CHANGED);
      return;
    }
    this.#kinds = this.#present;
    this.#viewer.take(this.#announcementOf(this.#kinds));
    for (const format of this.#source.begin()) if (format.isFormat && format !== item) this.#viewer.take(format);
    this.#viewer.take(item);
  }

  #announcementOf({ audio, video }: Kinds): Announcement {
    return new Announcement({ audio: audio ? this.#audio : undefined, video: video ? this.#video : undefined });
  }

  #end(code: string): void {
    if (this.#isOver) return;
    this.stop();
    this.#viewer.ended(code);
  }
}
