// Client of a Kubernetes API server, over plain HTTPS. A client library would bring every kind of object and its
// watches; seven requests are needed here (docs/adr/0028-kubernetes.md).
import { readFile } from 'node:fs/promises';
import { ConfigError, jsonRequest, parseJson } from '@meridian/runtime';
import { type Static, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import type { KubernetesConfig } from '../../scaling/config.ts';

/** Objects of an answer; pods have about 8 kB each. */
const PAGE = 250;
const PAGES_MAX = 8;

export class KubernetesError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'KubernetesError';
    this.status = status;
  }
}

export interface KubernetesRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

const page = <Item extends TSchema>(item: Item) =>
  Type.Object({
    metadata: Type.Object({ continue: Type.Optional(Type.String()) }),
    items: Type.Array(item, { maxItems: PAGE }),
  });

export type KubernetesClientConfig = KubernetesConfig & { readonly apiUrl: string };

/**
 * Returns undefined without configuration. The API server of this process's own cluster is the default; throws
 * ConfigError when there is none.
 */
export function kubernetesClient(
  config: KubernetesConfig | undefined,
  inClusterUrl: string | undefined,
): KubernetesClient | undefined {
  if (config === undefined) return undefined;
  const apiUrl = config.apiUrl ?? inClusterUrl;
  if (apiUrl === undefined) {
    const allowed = 'a URL: this process does not run in Kubernetes, which would name one';
    throw new ConfigError([{ key: 'kubernetes.apiUrl', value: undefined, allowed }]);
  }
  return new KubernetesClient(Object.assign({}, config, { apiUrl }));
}

export class KubernetesClient {
  readonly config: KubernetesClientConfig;

  constructor(config: KubernetesClientConfig) {
    this.config = config;
  }

  /** Throws KubernetesError for a malformed answer and any status but 200 and 201; other errors if unreachable. */
  async request<Answer extends TSchema>(schema: Answer, o: KubernetesRequest): Promise<Static<Answer>> {
    const { apiUrl, caFile, tokenFile } = this.config;
    // Read each time: the kubelet replaces it well before it expires.
    const token = (await readFile(tokenFile, 'utf8')).trim();
    const headers = { authorization: `Bearer ${token}` };
    const { method, path, body, contentType = 'application/json' } = o;
    const { status, text } = await jsonRequest({ url: `${apiUrl}${path}`, method, headers, body, contentType, caFile });
    const what = `Kubernetes: ${method} ${path.split('?', 1)[0]}`;
    const answer = parseJson(text);
    if (status !== 200 && status !== 201)
      throw new KubernetesError(status, `${what}: HTTP ${status} ${reason(answer)}`);
    if (!Check(schema, answer)) throw new KubernetesError(status, `${what}: an answer of another form`);
    return answer;
  }

  /** Lists all objects at `path` with the labels of the media nodes. Rejects beyond PAGES_MAX pages. */
  async list<Item extends TSchema>(item: Item, path: string): Promise<Static<Item>[]> {
    const schema = page(item);
    const items: Static<Item>[] = [];
    const query = new URLSearchParams({ labelSelector: this.config.selector, limit: String(PAGE) });
    for (let at = 0; at < PAGES_MAX; at += 1) {
      const answer = (await this.request(schema, { method: 'GET', path: `${path}?${query}` })) as {
        metadata: { continue?: string };
        items: Static<Item>[];
      };
      items.push(...answer.items);
      const { continue: next = '' } = answer.metadata;
      if (next === '') return items;
      query.set('continue', next);
    }
    throw new Error(`Kubernetes: more than ${PAGES_MAX * PAGE} objects at ${path}`);
  }
}

function reason(answer: unknown): string {
  const { message } = (answer ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message.slice(0, 200) : '';
}
