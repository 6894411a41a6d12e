import { MeridianError } from '@meridian/protocol';

/** The error for a description of a client that is malformed or not of the form that is needed. */
export const invalid = (what: string): MeridianError => new MeridianError('REQUEST_INVALID', `description: ${what}`);
