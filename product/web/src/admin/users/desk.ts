// What is done on the page of users: which dialog is open, and the calls that its buttons make.
import type { Language } from '../../core/query.ts';
import { Store } from '../../room/store.ts';
import type { PasswordLink } from '../contract.ts';
import type { NewUser, User, UserChange, UsersApi } from './api.ts';

/** `made`: the link is shown, this once. */
export type UserDialog =
  | { readonly kind: 'invite' }
  | { readonly kind: 'many' }
  | { readonly kind: 'edit' | 'link' | 'deactivate' | 'activate' | 'delete'; readonly user: User }
  | { readonly kind: 'made'; readonly user: User; readonly isNew: boolean; readonly link: MadeLink };

export interface MadeLink extends PasswordLink {
  /** That it is sent by mail too. */
  readonly wasAsked: boolean;
}

export class UsersDesk {
  readonly dialog = new Store<UserDialog | undefined>(undefined);
  readonly #api: UsersApi;
  readonly #onChanged: () => void;
  /** Of an invitation whose link could not be made: it is not made twice. */
  #invited: User | undefined;

  /** `onChanged`: there are other users than before. */
  constructor(api: UsersApi, onChanged: () => void) {
    this.#api = api;
    this.#onChanged = onChanged;
  }

  readonly open = (dialog: UserDialog): void => {
    this.#invited = undefined;
    this.dialog.set(dialog);
  };

  /** Closes the dialog if it is of this kind: another may have taken its place. */
  readonly close = (kind: UserDialog['kind']): void => {
    if (this.dialog.get()?.kind === kind) this.dialog.set(undefined);
  };

  /**
   * Makes the user and its link, which is then shown, and sent by mail in this language. Again after a failure: what is
   * missing of it.
   */
  async invite(wanted: NewUser, mailIn?: Language): Promise<void> {
    const known = this.#invited;
    const user = known?.email === wanted.email.toLowerCase() ? known : await this.#api.create(wanted);
    this.#invited = user;
    if (user !== known) this.#onChanged();
    await this.#showLink(user, mailIn, true);
  }

  readonly link = (user: User, mailIn?: Language): Promise<void> => this.#showLink(user, mailIn, false);

  async change(user: User, change: UserChange): Promise<void> {
    await this.#api.change(user, change);
    this.#onChanged();
  }

  async remove({ id }: User): Promise<void> {
    await this.#api.remove(id);
    this.#onChanged();
  }

  async #showLink(user: User, mailIn: Language | undefined, isNew: boolean): Promise<void> {
    const { url, expiresAt, mailed = false } = await this.#api.passwordLink(user.id, mailIn);
    this.dialog.set({ kind: 'made', user, isNew, link: { url, expiresAt, mailed, wasAsked: mailIn !== undefined } });
  }
}
