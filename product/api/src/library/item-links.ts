// A link opens the file for its holder, until it expires, or is revoked: by its id, or by one of its sources.
import { createSecretKey } from 'node:crypto';
import { COVER_NAME, MeridianError, newId, ORIGINAL_NAME } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { KeyWithSecret } from '../access/keys.ts';
import { Problem } from '../http/problems.ts';
import type { ItemContents } from './items.ts';
import { planOf, type RenditionProgress } from './rendition-rows.ts';
import type { ContentRow, ItemRow } from './rows.ts';

export interface ItemLinkOptions {
  readonly contents: Pick<ItemContents, 'baseOf'>;
  /** Origin of the page that plays by a link. */
  readonly publicUrl: string;
}

export interface LinkedItem {
  readonly item: ItemRow;
  readonly content: ContentRow | undefined;
  readonly renditions: RenditionProgress | undefined;
}

export interface LinkRequest {
  /** The token's `via`, by which the link is revoked. */
  readonly id: string;
  readonly issuedS: number;
  readonly expiresS: number;
  readonly may: string;
  /** Identity to which playbacks belong; '' for none. */
  readonly viewer: string;
  /** Signing key of the tenant. */
  readonly key: KeyWithSecret;
  /** Grants that the link comes from. */
  readonly sources: readonly string[];
}

export interface ItemLink {
  readonly id: string;
  /** URL of the page that plays the file. */
  readonly pageUrl: string;
  readonly url: string;
  /** Where players ask for nodes and report playbacks. */
  readonly playUrl: string;
  /** Undefined: the content has no cover, or the item has a chosen picture. */
  readonly coverUrl: string | undefined;
  /** Undefined: there are no renditions (yet). `thumbnailsUrl` is undefined for audio too. */
  readonly playlistUrl: string | undefined;
  readonly thumbnailsUrl: string | undefined;
  readonly expiresMs: number;
}

const RENDITIONS = 'renditions';
const MASTER_NAME = 'master.m3u8';
const THUMBNAILS_NAME = 'thumbnails.vtt';

/** Returns what a link that is valid from now on is signed with. */
export function newLink(o: { readonly clock: Clock; readonly rng: Rng }, expiresInS: number) {
  const issuedS = Math.floor(o.clock.wallMs() / 1000);
  return { id: newId('LL_', (count) => o.rng.bytes(count), 20), issuedS, expiresS: issuedS + expiresInS };
}

/** Signs a link to the item's present content. Rejects with CONFLICT or NODE_UNREACHABLE. */
export async function linkToItem(
  o: ItemLinkOptions,
  { item, content, renditions }: LinkedItem,
  { id, issuedS, expiresS, may, viewer, key, sources }: LinkRequest,
): Promise<ItemLink> {
  if (item.state !== 'ready' || content?.state !== 'stored') throw new Problem('CONFLICT', 'its file is not ready');
  const base = o.contents.baseOf(content, key.regions);
  if (base === undefined) throw new MeridianError('NODE_UNREACHABLE', 'no library node has the file now');
  const claims = { content: content.id, item: item.id, may, name: item.name, via: id, sources };
  const token = await new SignJWT(viewer === '' ? claims : Object.assign(claims, { viewer }))
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(key.id)
    .setIssuedAt(issuedS)
    .setExpirationTime(expiresS)
    .sign(createSecretKey(Buffer.from(key.secret)));
  const files = `${base}/library/contents/${token}`;
  const hasCover = content.has_cover === 1 && item.cover === '';
  const isReady = renditions?.state === 'ready';
  const hasThumbnails = isReady && (planOf(renditions)?.ladder.length ?? 0) > 0;
  return {
    id,
    pageUrl: `${o.publicUrl}/watch#${token}`,
    url: `${files}/${ORIGINAL_NAME}`,
    playUrl: `${base}/library/plays/${token}`,
    coverUrl: hasCover ? `${files}/${COVER_NAME}` : undefined,
    playlistUrl: isReady ? `${files}/${RENDITIONS}/${MASTER_NAME}` : undefined,
    thumbnailsUrl: hasThumbnails ? `${files}/${RENDITIONS}/${THUMBNAILS_NAME}` : undefined,
    expiresMs: expiresS * 1000,
  };
}
