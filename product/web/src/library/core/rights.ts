// Rights of the user in the library; the API checks them again.
import type { Me } from '../../account/core/model.ts';
import type { Item } from './model.ts';

const ADMIN_ROLES: ReadonlySet<string> = new Set(['admin', 'operator', 'watcher']);

export const mayUpload = ({ scopes }: Pick<Me, 'scopes'>): boolean => scopes.includes('library:write');

type Shown = Pick<Item, 'owner' | 'visibility' | 'recording'>;
export const mayChange = (me: Pick<Me, 'id' | 'role' | 'scopes'>, item: Shown): boolean =>
  mayUpload(me) && (item.owner === me.id || ADMIN_ROLES.has(me.role) || isOfOwnMeeting(item));

/** Besides its owner and administrators, only hosts and cohosts of the meeting see a private recording. */
const isOfOwnMeeting = ({ visibility, recording }: Shown): boolean =>
  visibility === 'private' && recording !== undefined;

/** The API returns only user ids, so owners have no names here. */
export type OwnerLabel = 'me' | 'colleague' | 'none' | { readonly said: string };
export function ownerOf(owner: string, me: Pick<Me, 'id'>): OwnerLabel {
  if (owner === me.id) return 'me';
  if (owner === '') return 'none';
  return /^(usr|us|u)_/i.test(owner) ? 'colleague' : { said: owner };
}
