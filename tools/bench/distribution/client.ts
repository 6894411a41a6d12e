// What the bench asks the api: uploads, orders, and how they go.
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Priority } from '@meridian/distribution';
import { SignJWT } from 'jose';
import { createClient } from '../../../api-client/src/index.ts';
import { upload, uploadApiOf } from '../../../uploader/src/index.ts';
import { fileSource } from '../../../uploader/src/node.ts';
import type { PlannedItem } from './plan.ts';

const TOKEN_S = 540;
const TOKEN_USED_MS = 240_000;
const PAGE_ROWS = 200;
const ANSWER_MS = 60_000;
const PIECE_BYTES = 1_048_576;

export interface Item {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}
export interface Order {
  readonly id: string;
  readonly item: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
}
export interface Delivery {
  readonly id: string;
  readonly order: string;
  readonly receiver: string;
  readonly region: string;
  readonly item: string;
  readonly bytes: number;
  readonly priority: Priority;
  readonly state: string;
  readonly failure?: { readonly code: string; readonly detail: string };
  readonly attempts: number;
  readonly tookMs: number;
  readonly neighbourBytes: number;
  readonly createdAt: string;
  readonly noticedAt?: string;
  readonly endedAt?: string;
}
export interface SeenReceiver {
  readonly id: string;
  readonly name: string;
  readonly online: boolean;
}
interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor?: string;
}

export class Client {
  readonly #url: string;
  readonly #key: { readonly key: string; readonly secret: string };
  #token: { readonly text: Promise<string>; readonly sinceMs: number } | undefined;

  constructor(url: string, key: { readonly key: string; readonly secret: string }) {
    this.#url = url;
    this.#key = key;
  }

  /** Rejects when the api refuses, or does not answer within a minute. */
  async ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const headers = { authorization: `Bearer ${await this.#bearer()}`, 'content-type': 'application/json' };
    const init = { method, headers, signal: AbortSignal.timeout(ANSWER_MS) };
    const answer = await fetch(
      `${this.#url}/api/v1${path}`,
      body === undefined ? init : Object.assign({ body: JSON.stringify(body) }, init),
    );
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: HTTP ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  }

  order(item: string, receivers: readonly string[], priority: Priority): Promise<Order> {
    return this.ask('POST', '/distribution/orders', { item, to: { receivers }, priority });
  }

  async all<T>(path: string): Promise<T[]> {
    const rows: T[] = [];
    const query = path.includes('?') ? '&' : '?';
    for (let cursor = ''; ; ) {
      const page: Page<T> = await this.ask('GET', `${path}${query}limit=${PAGE_ROWS}${cursor}`);
      rows.push(...page.data);
      if (page.nextCursor === undefined) return rows;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  }

  /** Makes the file, uploads it and removes it again. */
  async upload({ name, bytes }: PlannedItem, folder: string): Promise<Item> {
    const path = join(folder, name);
    const sha256 = await writeText(path, bytes);
    try {
      const { key, secret } = this.#key;
      const api = uploadApiOf(createClient({ url: this.#url, apiKey: key, apiSecret: secret }));
      const { item } = await upload({ source: await fileSource(path), api, about: { title: name } });
      return { id: item, name, bytes, sha256 };
    } finally {
      await rm(path, { force: true });
    }
  }

  #bearer(): Promise<string> {
    const nowMs = performance.now();
    if (this.#token === undefined || nowMs - this.#token.sinceMs > TOKEN_USED_MS)
      this.#token = { text: this.#signed(), sinceMs: nowMs };
    return this.#token.text;
  }

  #signed(): Promise<string> {
    const { key, secret } = this.#key;
    return new SignJWT({ scope: 'library:read library:write tenant:admin reports:read' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(key)
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_S}s`)
      .sign(Buffer.from(secret));
  }
}

/** A text of which no two pieces are the same, here or in other files. Answers its SHA-256. */
async function writeText(path: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.from(randomBytes(PIECE_BYTES / 2).toString('hex'));
  const pieces = function* (): Generator<Buffer> {
    for (let at = 0; at < bytes; at += PIECE_BYTES) {
      const part = Buffer.from(piece.subarray(0, Math.min(PIECE_BYTES, bytes - at)));
      part.write(String(at).padStart(16, '0').slice(0, part.length));
      hash.update(part);
      yield part;
    }
  };
  await pipeline(Readable.from(pieces(), { objectMode: false }), createWriteStream(path));
  return hash.digest('hex');
}
