import { MeridianError } from '@meridian/protocol';

export const invalid = (what: string): MeridianError => new MeridianError('REQUEST_INVALID', `description: ${what}`);
