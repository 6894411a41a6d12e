// The REST interface of the cloud under test, which is killed meanwhile: calls are repeated until it answers.
import { createClient } from '@meridian/api-client';
import { SignJWT } from 'jose';
import { type Upload, upload, uploadApiOf } from '../../../files/uploader/src/index.ts';
import { fileSource } from '../../../files/uploader/src/node.ts';
import type { TestCloud } from '../../test/support/cloud.ts';

const CALL_MS = 10_000;
const RETRY_MS = 500;
const ATTEMPTS = 60;
/** From this status on, the server may answer the same call otherwise. */
const SERVER_ERROR = 500;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class Rest {
  readonly #cloud: TestCloud;
  readonly #ending = new AbortController();

  constructor(cloud: TestCloud) {
    this.#cloud = cloud;
  }

  close(): void {
    this.#ending.abort();
  }

  /** Returns the answer, whatever its status is below 500. `key` makes a repeated POST one. */
  async call(method: string, path: string, body?: object, key?: string): Promise<Answer> {
    return this.#repeated(`${method} ${path}`, async () => {
      const headers = new Headers({ authorization: `Bearer ${await this.#token()}` });
      if (body !== undefined) headers.set('content-type', 'application/json');
      if (key !== undefined) headers.set('idempotency-key', key);
      const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(CALL_MS)]);
      const init =
        body === undefined ? { method, headers, signal } : { method, headers, signal, body: JSON.stringify(body) };
      const response = await fetch(`${this.#cloud.pageUrl}/api/v1${path}`, init);
      const text = await response.text();
      if (response.status >= SERVER_ERROR || response.status === 429)
        throw new Error(`HTTP ${response.status} ${text}`);
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined };
    });
  }

  /** Returns the body of a success; rejects for another answer. */
  async ask<T>(method: string, path: string, body?: object, key?: string): Promise<T> {
    const answer = await this.call(method, path, body, key);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  async upload(path: string): Promise<Upload> {
    const { key, secret } = this.#cloud.secrets().devKey;
    const api = createClient({ url: this.#cloud.pageUrl, apiKey: key, apiSecret: secret, timeoutMs: CALL_MS });
    const { signal } = this.#ending;
    return this.#repeated(`upload of ${path}`, async () => {
      const source = await fileSource(path);
      return upload({ source, api: uploadApiOf(api), about: {}, signal });
    });
  }

  async #repeated<T>(what: string, run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run();
      } catch (cause) {
        if (attempt >= ATTEMPTS || this.#ending.signal.aborted) throw new Error(what, { cause });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #token(): Promise<string> {
    const { key, secret } = this.#cloud.secrets().devKey;
    return new SignJWT({ scope: 'library:read library:write tenant:admin' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(key)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(Buffer.from(secret));
  }
}
