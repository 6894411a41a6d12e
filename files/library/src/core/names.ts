import { isUploadId, roomKeyOf } from '@meridian/protocol';

/** Escapes a capital as `.` and its small letter, and a dot as two dots. */
const escapedLowerCase = (text: string): string => text.replaceAll(/[.A-Z]/g, (one) => `.${one.toLowerCase()}`);

/** Returns the first part of a tenant's keys, as for recordings; seal keys of tenants are chosen by it. */
export const tenantPart = (tenant: string): string => `t-${escapedLowerCase(tenant)}`;

/** Returns the key prefix of a content. Throws a `RangeError` for an invalid tenant or content id. */
export function contentPrefix(tenant: string, contentId: string): string {
  if (roomKeyOf(tenant, 'room') === undefined || !isUploadId(contentId))
    throw new RangeError('neither tenant nor content may have such a name');
  return `${tenantPart(tenant)}/${contentId}/`;
}

/** Object with the type, name and hashes of a content. Written last: a content without it does not exist. */
export const FACTS_NAME = 'facts.json';
