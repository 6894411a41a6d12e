import { MeridianError } from '@meridian/protocol';

/** Returns the error for a client's malformed or unsuitable description. */
export const invalid = (what: string): MeridianError => new MeridianError('REQUEST_INVALID', `description: ${what}`);
