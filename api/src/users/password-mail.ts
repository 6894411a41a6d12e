// What a mail to a user says of its password: as those that plan one see the folder that sends it.
import type { RestLanguage } from '@meridian/protocol';
import type { Transaction } from '../store/transaction.ts';
import type { PasswordMailKind } from './core/password-mail.ts';
import type { User } from './user.ts';

export interface PasswordMail {
  readonly kind: PasswordMailKind;
  readonly user: Pick<User, 'tenant' | 'id'>;
  /** A one-time link; of `elsewhere` the page where one signs in. */
  readonly url: string;
  /** Until when the link works; of `elsewhere` 0. */
  readonly expiresMs: number;
  readonly language: RestLanguage;
}

export interface PasswordMailer {
  /** Plans a mail in the caller's transaction. */
  plan(db: Transaction, mail: PasswordMail): Promise<void>;
}
