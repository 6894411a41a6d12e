import { MeridianClientError } from '@meridian/sdk-web';
import { GatewayError } from './gateway.ts';
import { ApiError } from './join-link.ts';
import { PageError } from './page-config.ts';

/** The stable code of whatever the SDK, the page's server or a gateway failed with; INTERNAL for what is none. */
export function codeOf(error: unknown): string {
  const isOurs = error instanceof MeridianClientError || error instanceof PageError || error instanceof GatewayError;
  if (error instanceof ApiError) return error.code;
  return isOurs ? error.code : 'INTERNAL';
}
