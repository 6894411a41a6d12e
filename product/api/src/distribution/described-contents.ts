import { createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import type { NoticePort } from '@meridian/distribution/streams';
import { blocksOf } from '@meridian/protocol';
import type { Clock } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { KeyWithSecret } from '../access/keys.ts';
import type { LibraryNodes } from '../library/library-nodes.ts';
import type { ContentRow } from '../library/rows.ts';
import type { Database } from '../store/store.ts';
import { type NoticedContent, type NoticedToken, ORIGINS_MAX, TOKEN_MS } from './core/notices.ts';
import type { OrderRow } from './rows.ts';

export interface DescribedOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly port: Pick<NoticePort, 'describe'>;
  readonly nodes: Pick<LibraryNodes, 'having'>;
  readonly sealSecret: string;
}

interface CachedContent {
  readonly content: NoticedContent;
  readonly atMs: number;
}

/** An entry takes some hundred bytes. */
const CONTENTS_MAX = 2000;
/** Age at which a description is sent again: channels keep it for eight days, and a notice is valid for seven. */
const RESEND_MS = 86_400_000;

export class DescribedContents {
  readonly #o: DescribedOptions;
  readonly #passKey: Uint8Array;
  /** Contents by id, the least recently used first. */
  readonly #cached = new Map<string, CachedContent>();

  constructor(o: DescribedOptions) {
    this.#o = o;
    this.#passKey = new Uint8Array(hkdfSync('sha256', o.sealSecret, '', 'meridian distribution passes', 32));
  }

  /**
   * Gives library nodes the description of a content, with `isForced` even if they have it. Returns `gone` if the
   * content is no longer stored; undefined if it cannot be described now.
   */
  async descriptionOf(
    row: ContentRow,
    { regions }: KeyWithSecret,
    isForced: boolean,
  ): Promise<NoticedContent | 'gone' | undefined> {
    const { clock, nodes } = this.#o;
    const origins = nodes.having(row, regions).flatMap(({ publicUrl }) => (publicUrl === '' ? [] : [publicUrl]));
    if (origins.length === 0) return undefined;
    const key = `${row.tenant} ${row.id} ${origins.slice(0, ORIGINS_MAX).join(' ')}`;
    const cached = this.#cached.get(key);
    this.#cached.delete(key);
    const isFresh = cached !== undefined && clock.nowMs() - cached.atMs < RESEND_MS && !isForced;
    const one = isFresh ? cached : await this.#describe(row, origins.slice(0, ORIGINS_MAX));
    if (one === undefined || one === 'gone') return one;
    this.#cached.set(key, one);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > CONTENTS_MAX && oldest !== undefined) this.#cached.delete(oldest);
    return one.content;
  }

  /** Makes a download token, which is revoked by the order's id. */
  async token({ id, item, content, name }: OrderRow, { id: keyId, secret }: KeyWithSecret): Promise<NoticedToken> {
    const nowS = Math.floor(this.#o.clock.wallMs() / 1000);
    const expiresS = nowS + TOKEN_MS / 1000;
    const token = await new SignJWT({ content, item, may: 'download', name, via: id })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(keyId)
      .setIssuedAt(nowS)
      .setExpirationTime(expiresS)
      .sign(createSecretKey(Buffer.from(secret)));
    return { name, token, tokenEndsMs: expiresS * 1000 };
  }

  async #describe(row: ContentRow, origins: readonly string[]): Promise<CachedContent | 'gone' | undefined> {
    const { db, clock, port } = this.#o;
    const { tenant, id, bytes, sha256, type } = row;
    const hashes = await db
      .selectFrom('library_blocks')
      .select('sha256')
      .where((eb) => eb.and({ tenant, content: id }))
      .orderBy('number')
      .execute();
    if (hashes.length !== blocksOf(bytes)) return 'gone';
    const blocks = Buffer.from(hashes.map((block) => block.sha256).join(''), 'hex');
    const pass = createHmac('sha256', this.#passKey).update(id).digest('base64url');
    const isAccepted = await port.describe({
      tenant,
      content: id,
      name: '',
      type,
      bytes,
      sha256,
      blocks: blocks.toString('base64'),
      pass,
      origins: [...origins],
    });
    if (!isAccepted) return undefined;
    const blocksSha256 = createHash('sha256').update(blocks).digest('hex');
    return { content: { type, bytes, sha256, blocksSha256, pass, origins }, atMs: clock.nowMs() };
  }
}
