import { asClientError, type ClientErrorCode, type MeridianClientError } from '@meridian/client';

const deviceCodes: Record<string, ClientErrorCode> = {
  NotAllowedError: 'DEVICE_DENIED',
  SecurityError: 'DEVICE_DENIED',
  NotFoundError: 'DEVICE_NOT_FOUND',
  OverconstrainedError: 'DEVICE_NOT_FOUND',
  NotReadableError: 'DEVICE_IN_USE',
  AbortError: 'DEVICE_FAILED',
};

/** Converts a rejection of getUserMedia or getDisplayMedia to one of DEVICE_*. */
export function deviceError(error: unknown): MeridianClientError {
  const name = (error as { name?: unknown } | null)?.name;
  return asClientError(error, (typeof name === 'string' ? deviceCodes[name] : undefined) ?? 'DEVICE_FAILED');
}
