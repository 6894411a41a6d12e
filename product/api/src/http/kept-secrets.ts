// A stored secret belongs to the target for which it was given. It is sealed together with that target, so a row that
// was changed in another way still sends it there; and a change of the target must give the secret again.
import { Problem } from './problems.ts';

export interface KeptSecrets {
  /** Texts that differ when another server or account would receive the secrets. */
  readonly before: string;
  readonly after: string;
  /** Pointers of stored secrets that the change does not give again. */
  readonly kept: readonly string[];
}

/**
 * Throws REQUEST_INVALID, with a pointer per secret, if stored secrets would go to another target. Signing keys that
 * the api makes itself (webhooks) are no such secrets: they are never sent, and callers cannot give them.
 */
export function checkKeptSecrets({ before, after, kept }: KeptSecrets): void {
  if (before === after || kept.length === 0) return;
  const detail = 'must be given again with another target: a stored secret goes only where it was meant for';
  throw new Problem('REQUEST_INVALID', undefined, { fields: kept.map((pointer) => ({ pointer, detail })) });
}
