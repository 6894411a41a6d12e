// Tokens to play a recording: JWTs (HS256) of an API key of the tenant, {recording, may, exp, via}. `via` names the
// link or user from which a token comes, by which it can be revoked.
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
 * Verifies a token. Rejects as `Tokens.signed` does, with TOKEN_INVALID for another kind, and with NOT_PERMITTED for an
 * API key that may not make links, as it lacks the scope `recordings:write`.
 */
export async function openFileToken(tokens: Pick<Tokens, 'signed'>, token: string): Promise<FileToken> {
  const { claims, tenant, scopes, origin } = await tokens.signed(token);
  const { recording, may } = claims;
  if (typeof recording !== 'string' || !isRecordingId(recording)) throw new MeridianError('TOKEN_INVALID');
  if (may !== 'play' && may !== 'download') throw new MeridianError('TOKEN_INVALID');
  if (!scopes.includes('recordings:write')) throw new MeridianError('NOT_PERMITTED');
  return { tenant, recordingId: recording, may, origin };
}
