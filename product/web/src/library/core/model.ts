// Request and response types from the API's OpenAPI file. Types only: api.ts makes the calls.
import type { components } from '@meridian/api-client';

type Schemas = components['schemas'];

/** Renditions of a video or sound, beside its original file. */
export interface Renditions {
  readonly state: 'waiting' | 'working' | 'ready' | 'failed';
  /** Finished share, from 0 to 1. */
  readonly done: number;
  readonly names: readonly string[];
  readonly failure?: string;
}
export type Item = Schemas['LibraryItem'] & { readonly renditions?: Renditions };
export type ItemChange = Schemas['LibraryItemChange'];
export type ItemPage = Schemas['LibraryItemPage'];
export type ItemState = Item['state'];
export type ItemKind = NonNullable<Item['kind']>;
export type Visibility = Item['visibility'];
export type Chapter = Item['chapters'][number];
/** Fields of an item that a player uses. */
export type PlayedItem = Pick<Item, 'title' | 'kind' | 'chapters' | 'media'>;
export type OpenItemLinkPage = Schemas['OpenItemLinkPage'];
export type ItemLink = Schemas['ItemLink'];
/**
 * URLs that a player loads. `playUrl`: endpoint of a library node that lists bases to load from; `positionMs`: where
 * the person stopped.
 */
export type PlayLink = Pick<ItemLink, 'url' | 'coverUrl' | 'playlistUrl' | 'thumbnailsUrl' | 'playUrl' | 'positionMs'>;
export type OpenUpload = Schemas['LibraryUpload'];
export type Usage = Schemas['LibraryUsage'];
export type Right = NonNullable<Item['may']>;
export type ListedRecording = Schemas['ListedRecording'];
export type RecordingOutput = ListedRecording['outputs'][number];
export type ItemReader = Schemas['ItemReader'];
export type ReaderKind = 'user' | 'group';
/** Colleague or group to whom an item may be given. */
export interface Candidate {
  readonly kind: ReaderKind;
  readonly id: string;
  readonly name: string;
  /** Address of a user; '' for a group. */
  readonly email: string;
}
/** Part of an item's original that is kept. */
export interface Trim {
  readonly fromMs: number;
  readonly toMs: number;
}
/** A picture as a `data:` URL, or a time of the video. */
export type NewCover = { readonly image: string } | { readonly atMs: number };
