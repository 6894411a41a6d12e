import type { RestLanguage } from '@meridian/protocol';
import type { Transaction } from '../store/transaction.ts';
import type { PasswordMailKind } from './core/password-mail.ts';
import type { User } from './user.ts';

export interface PasswordMail {
  readonly kind: PasswordMailKind;
  readonly user: Pick<User, 'tenant' | 'id'>;
  /** Link that can be used once; for the kind `elsewhere`, the sign-in page. */
  readonly url: string;
  /** Expiry of the link; for the kind `elsewhere`, 0. */
  readonly expiresMs: number;
  readonly language: RestLanguage;
}

export interface PasswordMailer {
  /** Plans a mail, in the caller's transaction. */
  plan(db: Transaction, mail: PasswordMail): Promise<void>;
}
