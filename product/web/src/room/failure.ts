import { MeridianApiError } from '@meridian/api-client';
import { MeridianClientError } from '@meridian/sdk-web';
import { apiCode } from './api.ts';
import { GatewayError } from './gateway.ts';
import { PageError } from './page-config.ts';

/** Facts that the page knows of an error. */
export interface Fault {
  readonly code: string;
  readonly because?: string;
  /** Time before which the service wants no retry; 0 when it names none. */
  readonly retryAfterMs: number;
  /** Id of an API request; '' for other errors. */
  readonly requestId: string;
}

/** Returns the stable code of an error of the SDK, the page's server or a gateway; INTERNAL for other errors. */
export const codeOf = (error: unknown): string => faultOf(error).code;

export function faultOf(error: unknown): Fault {
  if (error instanceof MeridianApiError) {
    const { retryAfterMs, requestId } = error;
    return { code: apiCode(error), retryAfterMs, requestId };
  }
  if (error instanceof MeridianClientError) {
    const { code, cause, retryAfterMs } = error;
    const isGivenUp = code === 'RECONNECT_FAILED' && cause instanceof MeridianClientError;
    return {
      code: code === 'INTERNAL' ? newerCode(error.message) : code,
      ...(isGivenUp && { because: cause.code }),
      retryAfterMs,
      requestId: '',
    };
  }
  const isOurs = error instanceof PageError || error instanceof GatewayError;
  return { code: isOurs ? error.code : 'INTERNAL', retryAfterMs: 0, requestId: '' };
}

/** Returns the code of a service that is newer than the page: the SDK keeps it in the message of INTERNAL. */
const newerCode = (message: string): string => /^([A-Z][A-Z0-9_]{2,63}): /.exec(message)?.[1] ?? 'INTERNAL';
