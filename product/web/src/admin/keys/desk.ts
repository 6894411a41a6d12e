// State of the API keys page: the open dialog, and the calls of its buttons.
import { Store } from '../../room/store.ts';
import type { ApiKey, KeysApi, NewApiKey, WantedKey } from './api.ts';

export type KeyDialog =
  | { readonly kind: 'make' }
  /** Holds the secret, which is gone when the dialog closes. */
  | { readonly kind: 'made'; readonly key: NewApiKey }
  | { readonly kind: 'revoke'; readonly key: ApiKey };

export class KeysDesk {
  readonly dialog = new Store<KeyDialog | undefined>(undefined);
  readonly #api: KeysApi;
  readonly #onChanged: () => void;

  constructor(api: KeysApi, onChanged: () => void) {
    this.#api = api;
    this.#onChanged = onChanged;
  }

  readonly open = (dialog: Exclude<KeyDialog, { kind: 'made' }>): void => this.dialog.set(dialog);

  /** Closes the dialog only if it is of this kind, since another dialog may have replaced it. */
  readonly close = (kind: KeyDialog['kind']): void => {
    if (this.dialog.get()?.kind === kind) this.dialog.set(undefined);
  };

  async make(wanted: WantedKey): Promise<void> {
    const key = await this.#api.make(wanted);
    this.dialog.set({ kind: 'made', key });
    this.#onChanged();
  }

  /**
   * Revokes the key of the open dialog; does nothing without that dialog. `isLeaked`: also ends its pushes, pulls and
   * join links.
   */
  async revoke({ isLeaked }: { readonly isLeaked: boolean }): Promise<void> {
    const dialog = this.dialog.get();
    if (dialog?.kind !== 'revoke') return;
    await this.#api.revoke(dialog.key.id, isLeaked ? 'end' : 'keep');
    this.#onChanged();
  }
}
