// Names that people see, as clients and the api send them.
import { characterCount, cleanDisplayName, displayNameRule, isDisplayName, MeridianError } from '@meridian/protocol';

/** Returns a name as it may be displayed; undefined for none. Throws REQUEST_INVALID, naming `what`, for a long one. */
export function cleanedName(name: string | null | undefined, what: string): string | undefined {
  if (name == null) return undefined;
  const clean = cleanDisplayName(name);
  if (isDisplayName(clean)) return clean;
  throw new MeridianError('REQUEST_INVALID', `${what}: ${displayNameRule}; it has ${characterCount(clean)}`);
}
