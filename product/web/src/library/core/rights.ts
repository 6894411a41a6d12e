// What the user may do in the library; the api judges it again. Pure.
import type { Me } from '../../account/core/model.ts';
import type { Item } from './model.ts';

const ADMIN_ROLES: ReadonlySet<string> = new Set(['admin', 'operator', 'watcher']);

export const mayUpload = ({ scopes }: Pick<Me, 'scopes'>): boolean => scopes.includes('library:write');
export const mayChange = (me: Pick<Me, 'id' | 'role' | 'scopes'>, { owner }: Pick<Item, 'owner'>): boolean =>
  mayUpload(me) && (owner === me.id || ADMIN_ROLES.has(me.role));

/** Users have no names here: the api answers ids. */
export type OwnerWords = 'me' | 'colleague' | 'none' | { readonly said: string };
export function ownerOf(owner: string, me: Pick<Me, 'id'>): OwnerWords {
  if (owner === me.id) return 'me';
  if (owner === '') return 'none';
  return /^(usr|us|u)_/i.test(owner) ? 'colleague' : { said: owner };
}
