import { MeridianApiError } from '@meridian/api-client';
import { MeridianClientError } from '@meridian/sdk-web';
import { apiCode } from './api.ts';
import { GatewayError } from './gateway.ts';
import { PageError } from './page-config.ts';

/** Returns the stable code of an error of the SDK, the page's server or a gateway; INTERNAL for other errors. */
export function codeOf(error: unknown): string {
  const isOurs = error instanceof MeridianClientError || error instanceof PageError || error instanceof GatewayError;
  if (error instanceof MeridianApiError) return apiCode(error);
  return isOurs ? error.code : 'INTERNAL';
}
