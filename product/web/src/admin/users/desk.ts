// State of the users page: the open dialog, and the calls of its buttons.
import type { Language } from '../../core/query.ts';
import { Store } from '../../room/store.ts';
import type { PasswordLink } from '../contract.ts';
import type { NewUser, User, UserChange, UsersApi } from './api.ts';

/** `made`: shows the link, only once. */
export type UserDialog =
  | { readonly kind: 'invite' }
  | { readonly kind: 'many' }
  | { readonly kind: 'edit' | 'link' | 'deactivate' | 'activate' | 'endLinks' | 'delete'; readonly user: User }
  | { readonly kind: 'made'; readonly user: User; readonly isNew: boolean; readonly link: MadeLink };

export interface MadeLink extends PasswordLink {
  readonly wasAsked: boolean;
}

export class UsersDesk {
  readonly dialog = new Store<UserDialog | undefined>(undefined);
  /** User whose links to files were ended last, until another dialog opens. */
  readonly linksEndedOf = new Store<User | undefined>(undefined);
  readonly #api: UsersApi;
  readonly #onChanged: () => void;
  /** User of an invitation whose link failed: a retry does not create the user again. */
  #invited: User | undefined;

  constructor(api: UsersApi, onChanged: () => void) {
    this.#api = api;
    this.#onChanged = onChanged;
  }

  readonly open = (dialog: UserDialog): void => {
    this.#invited = undefined;
    this.linksEndedOf.set(undefined);
    this.dialog.set(dialog);
  };

  /** Closes the dialog only if it is of this kind, since another dialog may have replaced it. */
  readonly close = (kind: UserDialog['kind']): void => {
    if (this.dialog.get()?.kind === kind) this.dialog.set(undefined);
  };

  /**
   * Creates the user and a link, shows the link, and mails it in this language. A retry after a failure does only the
   * missing step.
   */
  async invite(newUser: NewUser, mailIn?: Language): Promise<void> {
    const invitedUser = this.#invited;
    const user = invitedUser?.email === newUser.email.toLowerCase() ? invitedUser : await this.#api.create(newUser);
    this.#invited = user;
    if (user !== invitedUser) this.#onChanged();
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

  async endLinks(user: User): Promise<void> {
    await this.#api.endFileLinks(user.id);
    this.linksEndedOf.set(user);
  }

  async #showLink(user: User, mailIn: Language | undefined, isNew: boolean): Promise<void> {
    const { url, expiresAt, mailed = false } = await this.#api.passwordLink(user.id, mailIn);
    this.dialog.set({ kind: 'made', user, isNew, link: { url, expiresAt, mailed, wasAsked: mailIn !== undefined } });
  }
}
