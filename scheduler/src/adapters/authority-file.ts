import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Authority, type Clock, type Logger, PkiError } from '@meridian/runtime';

/**
 * The cluster's certificate authority: read from `stateDir/authority.sealed`, or made and written there at the first start. Throws
 * PKI_SEAL_INVALID when the cluster secret is not the one it was sealed with: making another would lock every node out.
 */
export async function openAuthority(o: {
  stateDir: string;
  secret: string;
  clock: Clock;
  log: Logger;
}): Promise<Authority> {
  await mkdir(o.stateDir, { recursive: true, mode: 0o700 });
  const file = join(o.stateDir, 'authority.sealed');
  const sealed = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (sealed !== undefined) {
    return Authority.open(sealed.trim(), o.secret, { clock: o.clock }).catch((error: unknown) => {
      if (!(error instanceof PkiError)) throw error;
      const way = 'bring it back with its secret, or delete it: then every node has to enrol anew';
      throw new PkiError(error.code, `${file}: ${error.message}; ${way}`, { cause: error });
    });
  }
  const authority = await Authority.create({ clock: o.clock });
  await writeDurably(file, `${await authority.seal(o.secret)}\n`);
  o.log.info({ file, fingerprint: authority.fingerprint }, 'made a new certificate authority');
  return authority;
}

/** A crash leaves the old file or the new one, never half, and never loses one that was used. */
async function writeDurably(file: string, content: string): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
