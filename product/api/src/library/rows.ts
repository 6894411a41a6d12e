import { TRASH_KEPT_DAYS } from '@meridian/protocol';
import type { Generated, Selectable } from 'kysely';
import { type ItemState, itemStates, type Right, rights, type Visibility, visibilities } from '../events/item-body.ts';
import type { Tables } from '../store/tables.ts';

export { type ItemState, itemStates, type Right, rights, type Visibility, visibilities };

/** `proof`: the client must prove that it has known data; `open`: the client sends parts. */
export const uploadStates = ['proof', 'open', 'done', 'refused', 'expired'] as const;
/**
 * `held`: it brought the content of a later version of a recording's file, which the item gets with the whole version.
 * Its only copy names the content. Clients see it as `done`.
 */
export type UploadState = (typeof uploadStates)[number] | 'held';
/** States of uploads that refer to the contents of their copies. */
export const referringStates = ['proof', 'open', 'held'] as const satisfies UploadState[];

export const TRASH_KEPT_MS = TRASH_KEPT_DAYS * 86_400_000;

declare module '../store/tables.ts' {
  interface NarrowedTables {
    library_items: {
      /** `private`: visible to the owner and administrators; `tenant`: to all users of the tenant. */
      visibility: Visibility;
      state: ItemState;
      recording: Generated<string>;
      trashed_ms: number | null;
      trashed_by: Generated<string>;
      original: Generated<string>;
      trim: Generated<string>;
      trim_wanted: Generated<string>;
      trim_failure: Generated<string>;
    };
    library_contents: {
      state: 'stored' | 'removing';
    };
    library_uploads: {
      state: UploadState;
      recording: Generated<string>;
      output: Generated<string>;
    };
    library_item_readers: {
      kind: 'user' | 'group' | 'meeting';
      may: Right;
    };
  }
}

export type ItemRow = Selectable<Tables['library_items']>;
export type ReaderRow = Selectable<Tables['library_item_readers']>;
export type ContentRow = Selectable<Tables['library_contents']>;
export type UploadRow = Selectable<Tables['library_uploads']>;
