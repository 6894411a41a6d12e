// What is kept of the library in the database.
import type { Selectable } from 'kysely';
import { type ItemState, itemStates, type Visibility, visibilities } from '../events/item-body.ts';
import type { Tables } from '../store/tables.ts';

export { type ItemState, itemStates, type Visibility, visibilities };

/** `proof`: the client has to prove what it need not send; `open`: bytes come. */
export const uploadStates = ['proof', 'open', 'done', 'refused', 'expired'] as const;
export type UploadState = (typeof uploadStates)[number];

declare module '../store/tables.ts' {
  interface Tables {
    library_items: {
      tenant: string;
      id: string;
      /** Its row in the full-text index of SQLite: 48 random bits. */
      search_id: number;
      title: string;
      description: string;
      /** JSON: texts. */
      tags: string;
      /** Of `searchTextOf`. */
      search_text: string;
      /** `private`: its owner and administrators see it; `tenant`: all users of the tenant. */
      visibility: Visibility;
      /** A user's id; of what API keys made, as they said; '': of none. */
      owner: string;
      /** Of the file. */
      name: string;
      /** '': not known yet. */
      kind: string;
      state: ItemState;
      /** One of `uploadRefusals`; ''. */
      failure: string;
      detail: string;
      /** Id; '': none yet. */
      content: string;
      /** A `data:` URL of a chosen one; '': that which was made of the content, if any. */
      cover: string;
      /** JSON: {startMs, title}. */
      chapters: string;
      /** Rises with each change of what is shown. */
      version: number;
      /** Of its latest event. */
      sequence: number;
      created_ms: number;
      changed_ms: number;
      /** It is not shown from then on. */
      deleted_ms: number | null;
    };
    library_transcripts: { tenant: string; item: string; language: string; vtt: string };
    library_contents: {
      tenant: string;
      /** That of the upload which brought it. */
      id: string;
      /** Of one tenant and store, one content that is `stored` has it. */
      sha256: string;
      bytes: number;
      /** The node that stored it. */
      node: string;
      /** Of `LibraryFacts`: nodes with the same one have it too. */
      store: string;
      type: string;
      kind: string;
      /** JSON of `MediaFacts`, in our names; '{}' of what is no media. */
      media: string;
      has_cover: number;
      state: 'stored' | 'removing';
      created_ms: number;
    };
    library_blocks: { tenant: string; content: string; number: number; sha256: string };
    library_uploads: {
      tenant: string;
      id: string;
      item: string;
      owner: string;
      name: string;
      bytes: number;
      /** '': none. */
      fingerprint: string;
      /** As announced; '': none. */
      sha256: string;
      /** Hashes of all blocks one after another, 64 digits each; '': not announced. */
      blocks: string;
      node: string;
      store: string;
      state: UploadState;
      /** JSON: {nonce, ranges} of the question; '': none is asked. */
      proof: string;
      /** JSON: {from, bytes}. */
      parts: string;
      /** JSON: {from, bytes, content, contentFrom}. */
      copies: string;
      created_ms: number;
      /** Without its end it is forgotten then. */
      expires_ms: number;
    };
  }
}

export type ItemRow = Selectable<Tables['library_items']>;
export type ContentRow = Selectable<Tables['library_contents']>;
export type UploadRow = Selectable<Tables['library_uploads']>;
