// Names of what library nodes keep, in their spool and in stores: keys of stores have lower-case letters alone.
import { isUploadId, roomKeyOf } from '@meridian/protocol';

/** A capital becomes `.` and its small letter, a dot becomes two. */
const lowered = (text: string): string => text.replaceAll(/[.A-Z]/g, (one) => `.${one.toLowerCase()}`);

/** The first part of a tenant's keys, as recorders have it: seal keys of tenants are chosen by it. */
export const tenantPart = (tenant: string): string => `t-${lowered(tenant)}`;

/** The prefix of the keys of a content. Throws a `RangeError` for names that are none. */
export function contentPrefix(tenant: string, contentId: string): string {
  if (roomKeyOf(tenant, 'room') === undefined || !isUploadId(contentId))
    throw new RangeError('neither tenant nor content may have such a name');
  return `${tenantPart(tenant)}/${contentId}/`;
}

/** What it is, beside its files: type, name, hashes. Written last: a content without it is none. */
export const FACTS_NAME = 'facts.json';
