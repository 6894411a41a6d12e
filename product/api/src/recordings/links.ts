// Links that play or download the files of a recording, until they expire, or are revoked: by
// their id, or by one of their sources.
import { createSecretKey } from 'node:crypto';
import { MeridianError, newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { KeyWithSecret } from '../access/keys.ts';
import type { RecordingRow } from '../events/recording-body.ts';
import { Problem } from '../http/problems.ts';
import type { Recorders } from './recorders.ts';

export interface LinkOptions {
  readonly recorders: Pick<Recorders, 'recorderOf'>;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly publicUrl: string;
}

export interface NewLink {
  readonly expiresInS: number;
  readonly may: string;
  readonly name: string | undefined;
  /** Signing key of the tenant. */
  readonly key: KeyWithSecret;
  /** Ids whose revocation also ends the link. */
  readonly sources: readonly string[];
}

export interface RecordingLink {
  /** Source of the link's token (`via`), by which the link is revoked. */
  readonly id: string;
  readonly url: string;
  readonly base: string;
  readonly fileUrl: string | undefined;
  readonly expiresMs: number;
}

/** Makes a link. Rejects with CONFLICT (no files), REQUEST_INVALID (unknown file) or NODE_UNREACHABLE (no recorder). */
export async function linkTo(o: LinkOptions, row: RecordingRow, newLink: NewLink): Promise<RecordingLink> {
  if (row.state !== 'finished') throw new Problem('CONFLICT', 'its files are not ready');
  const { name, key, sources } = newLink;
  const files = JSON.parse(row.files) as { readonly name: string }[];
  if (name !== undefined && !files.some((file) => file.name === name))
    throw new Problem('REQUEST_INVALID', undefined, {
      fields: [{ pointer: '/name', detail: 'is not a file of the recording' }],
    });
  const recorder = o.recorders.recorderOf(row, key.regions);
  if (recorder === undefined) throw new MeridianError('NODE_UNREACHABLE', 'no recorder with a public URL is available');
  const id = newId('RL_', (count) => o.rng.bytes(count), 20);
  const nowS = Math.floor(o.clock.wallMs() / 1000);
  const expiresS = nowS + newLink.expiresInS;
  const token = await new SignJWT({ recording: row.id, may: newLink.may, via: id, sources })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(key.id)
    .setIssuedAt(nowS)
    .setExpirationTime(expiresS)
    .sign(createSecretKey(Buffer.from(key.secret)));
  const base = `${recorder.publicUrl}/recordings/${token}/`;
  return {
    id,
    url: `${o.publicUrl}/recording#base=${encodeURIComponent(base)}`,
    base,
    fileUrl: name === undefined ? undefined : fileUrlOf(base, name),
    expiresMs: expiresS * 1000,
  };
}

/** Keeps the slashes of a name, since a playlist refers to files by relative paths. */
export const fileUrlOf = (base: string, name: string): string =>
  base + name.split('/').map(encodeURIComponent).join('/');
