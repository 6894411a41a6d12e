// Rights of the user in the library; the API checks them again.
import type { Me } from '../../account/core/model.ts';
import type { Right } from './model.ts';

export const mayUpload = ({ scopes }: Pick<Me, 'scopes'>): boolean => scopes.includes('library:write');

const rights = ['play', 'download', 'change'] as const satisfies readonly Right[];

/** Returns whether a right includes another; undefined: no right. */
export const includes = (may: Right | undefined, needed: Right): boolean =>
  may !== undefined && rights.indexOf(may) >= rights.indexOf(needed);

/** Lists recordings of the whole organisation. */
export const maySeeAllRecordings = ({ scopes }: Pick<Me, 'scopes'>): boolean => scopes.includes('recordings:read');

/** The API returns only user ids, so owners have no names here. */
export type OwnerLabel = 'me' | 'colleague' | 'none' | { readonly said: string };
export function ownerOf(owner: string, me: Pick<Me, 'id'>): OwnerLabel {
  if (owner === me.id) return 'me';
  if (owner === '') return 'none';
  return /^(usr|us|u)_/i.test(owner) ? 'colleague' : { said: owner };
}
