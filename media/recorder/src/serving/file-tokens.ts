// Tokens to play a recording: JWTs (HS256) by an API key of the tenant, {recording, may, exp, via}. `via` is the origin
// of the token, such as a link, with which the token is revoked.
import type { TokenOrigin, Tokens } from '@meridian/node-shell';
import { isRecordingId, MeridianError } from '@meridian/protocol';

/** `download` also allows keeping files. */
export type FilePermission = 'play' | 'download';

export interface FileToken {
  readonly tenant: string;
  readonly recordingId: string;
  readonly may: FilePermission;
  /** Origin by which it can be revoked. */
  readonly origin: TokenOrigin;
}

/**
 * Verifies a token. Rejects as `Tokens.signed` does, with TOKEN_INVALID for another kind of token, and NOT_PERMITTED
 * for an API key without `recordings:write`, the scope that allows making links to recordings.
 */
export async function openFileToken(tokens: Pick<Tokens, 'signed'>, token: string): Promise<FileToken> {
  const { claims, tenant, scopes, origin } = await tokens.signed(token);
  const { recording, may } = claims;
  if (typeof recording !== 'string' || !isRecordingId(recording)) throw new MeridianError('TOKEN_INVALID');
  if (may !== 'play' && may !== 'download') throw new MeridianError('TOKEN_INVALID');
  if (!scopes.includes('recordings:write')) throw new MeridianError('NOT_PERMITTED');
  return { tenant, recordingId: recording, may, origin };
}
