import { mkdir, open as openFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Authority, type Clock, type KeyValue, type Logger, PkiError } from '@meridian/runtime';

export interface AuthorityOptions {
  readonly stateDir: string;
  readonly secret: string;
  /** Another that may have sealed what is kept. */
  readonly secretBefore?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Shared with the other centres through this store; absent: the folder alone. */
  readonly shared?: KeyValue;
}

/**
 * The cluster's certificate authority: read from `stateDir/authority.sealed`, or made and written there at the first
 * start; with `shared` the one of all centres. What `secretBefore` sealed is sealed anew with `secret`, in both places.
 * Throws PKI_SEAL_INVALID when it was sealed with neither, or when folder and store hold different ones: making another
 * would lock every node out. `sealed`: the text as it is kept now.
 */
export async function openAuthority(o: AuthorityOptions): Promise<Opened> {
  await mkdir(o.stateDir, { recursive: true, mode: 0o700 });
  const file = join(o.stateDir, 'authority.sealed');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const kept = text === undefined ? undefined : await open(text.trim(), file, o);
  const used = o.shared === undefined ? (kept ?? (await make(o))) : await agree(o, o.shared, kept);
  if (used.sealed !== text?.trim()) {
    await writeDurably(file, `${used.sealed}\n`);
    o.log.info({ file, fingerprint: used.authority.fingerprint }, 'the certificate authority was written to its file');
  }
  return used;
}

/** Of folder and store, whichever has one; where both do, they must be the same. */
async function agree(o: AuthorityOptions, kv: KeyValue, kept: Opened | undefined): Promise<Opened> {
  const found = await kv.get(AUTHORITY_KEY);
  const own = kept ?? (found === undefined ? await make(o) : undefined);
  if (own !== undefined && (await keepShared(kv, own.sealed))) return own;
  // Another centre was first: all centres use its authority.
  const sealed = (await kv.get(AUTHORITY_KEY)) ?? own?.sealed ?? '';
  if (own?.sealed === sealed) return own;
  const shared = await open(sealed, 'the store', o);
  if (kept !== undefined && shared.authority.fingerprint !== kept.authority.fingerprint) {
    const way = 'delete the one that no node has a certificate of';
    throw new PkiError('PKI_SEAL_INVALID', `state folder and store hold different certificate authorities; ${way}`);
  }
  // Another centre that seals it anew at the same time does so with the same secret.
  if (shared.sealed !== sealed) await kv.compareAndSet(AUTHORITY_KEY, sealed, shared.sealed);
  return shared;
}

/** Puts the authority back into a store that has lost its memory. True: it had. */
export function keepShared(kv: KeyValue, sealed: string): Promise<boolean> {
  return kv.setIfAbsent(AUTHORITY_KEY, sealed);
}

/** Sealed by the cluster secret, so the store learns nothing. */
const AUTHORITY_KEY = 'authority';

interface Opened {
  /** By the present secret. */
  readonly sealed: string;
  readonly authority: Authority;
}

async function make(o: AuthorityOptions): Promise<Opened> {
  const authority = await Authority.create({ clock: o.clock });
  return { authority, sealed: await authority.seal(o.secret) };
}

async function open(sealed: string, where: string, o: AuthorityOptions): Promise<Opened> {
  const { clock, secret, secretBefore } = o;
  try {
    return { sealed, authority: await Authority.open(sealed, secret, { clock }) };
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    const before = secretBefore === undefined ? undefined : await openBefore(sealed, secretBefore, clock);
    if (before !== undefined) {
      o.log.warn({ where }, 'the certificate authority was sealed with the secret before; it is sealed anew');
      return { sealed: await before.seal(secret), authority: before };
    }
    const way = 'bring it back with its secret, or delete it: then every node has to enrol anew';
    throw new PkiError(error.code, `${where}: ${error.message}; ${way}`, { cause: error });
  }
}

/** Undefined when this secret did not seal it either; the first error says what is wrong. */
function openBefore(sealed: string, secret: string, clock: Clock): Promise<Authority | undefined> {
  return Authority.open(sealed, secret, { clock }).catch((error: unknown) => {
    if (error instanceof PkiError) return undefined;
    throw error;
  });
}

/** A crash leaves the old file or the new one, never half, and never loses one that was used. */
async function writeDurably(file: string, content: string): Promise<void> {
  const draft = `${file}.new`;
  const handle = await openFile(draft, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
