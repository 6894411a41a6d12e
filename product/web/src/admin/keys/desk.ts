// What is done on the page of API keys: which dialog is open, and the calls that its buttons make.
import { Store } from '../../room/store.ts';
import type { ApiKey, KeysApi, NewApiKey, WantedKey } from './api.ts';

export type KeyDialog =
  | { readonly kind: 'make' }
  /** The only place of the secret: it is gone when the dialog closes. */
  | { readonly kind: 'made'; readonly key: NewApiKey }
  | { readonly kind: 'revoke'; readonly key: ApiKey };

export class KeysDesk {
  readonly dialog = new Store<KeyDialog | undefined>(undefined);
  readonly #api: KeysApi;
  readonly #onChanged: () => void;

  /** `onChanged`: there are other keys than before. */
  constructor(api: KeysApi, onChanged: () => void) {
    this.#api = api;
    this.#onChanged = onChanged;
  }

  readonly open = (dialog: Exclude<KeyDialog, { kind: 'made' }>): void => this.dialog.set(dialog);

  /** Closes the dialog if it is of this kind: another may have taken its place. */
  readonly close = (kind: KeyDialog['kind']): void => {
    if (this.dialog.get()?.kind === kind) this.dialog.set(undefined);
  };

  async make(wanted: WantedKey): Promise<void> {
    const key = await this.#api.make(wanted);
    this.dialog.set({ kind: 'made', key });
    this.#onChanged();
  }

  /**
   * Of the key that the open dialog asks about; without that question nothing is revoked. `isLeaked`: its pushes and
   * pulls end too.
   */
  async revoke({ isLeaked }: { readonly isLeaked: boolean }): Promise<void> {
    const dialog = this.dialog.get();
    if (dialog?.kind !== 'revoke') return;
    await this.#api.revoke(dialog.key.id, isLeaked ? 'end' : 'keep');
    this.#onChanged();
  }
}
