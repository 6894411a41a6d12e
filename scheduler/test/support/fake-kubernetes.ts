// The part of a Kubernetes API server and of its StatefulSet controller that the centre uses, for the gate: it passes
// the same suite as the real one (scale-contract.ts over kubernetes-rig.ts).
import { createServer as createHttp, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

interface Meta {
  name: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind: string; name: string }[];
}
interface Stored {
  metadata: Meta;
  // biome-ignore lint/suspicious/noExplicitAny: objects as callers send them
  [field: string]: any;
}
interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const failed = (status: number, message: string): Answer => ({
  status,
  body: { kind: 'Status', message, code: status },
});
const ok = (body: unknown): Answer => ({ status: 200, body });

/** Returns the revision of a StatefulSet's template; the templates of the tests differ in their annotations. */
const revisionOf = ({ metadata: { name }, spec }: Stored): string =>
  `${name}-${Buffer.from(JSON.stringify(spec.template.metadata.annotations ?? {})).toString('hex')}`;

export class FakeKubernetes {
  token: string;
  readonly #server;
  readonly #scheme: string;
  readonly #objects = new Map<string, Stored>();
  readonly #podTokens = new Map<
    string,
    { audiences: string[]; account: string; pod: Stored | undefined; podPath: string }
  >();
  #version = 0;

  constructor(token: string, tls?: { key: string; cert: string }) {
    this.token = token;
    const listener: RequestListener = (request, response) => {
      this.#answer(request).then(
        ({ status, body }) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
        () => response.destroy(),
      );
    };
    this.#server = tls === undefined ? createHttp(listener) : createHttps(tls, listener);
    this.#scheme = tls === undefined ? 'http' : 'https';
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const givenToken = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const isPod = this.#podTokens.get(givenToken)?.pod !== undefined;
    if (givenToken !== this.token && (isPod || !this.#podTokens.has(givenToken))) return failed(401, 'Unauthorized');
    const url = new URL(request.url ?? '', 'http://x');
    const body = text === '' ? undefined : JSON.parse(text);
    return this.#route(request.method ?? '', url, body);
  }

  #route(method: string, url: URL, body: Stored): Answer {
    const path = url.pathname;
    if (path.endsWith('/tokenreviews')) return ok(this.#review(body));
    const account = /^(.*)\/serviceaccounts\/([^/]+)\/token$/.exec(path);
    if (account !== null) return this.#podToken(account[1] ?? '', account[2] ?? '', body);
    const isCollection = /\/(namespaces|statefulsets|pods|serviceaccounts|(cluster)?role(binding)?s)\/?$/.test(path);
    if (isCollection && method === 'GET') return this.#list(path.replace(/\/$/, ''), url.searchParams);
    if (isCollection) return this.#create(path, body);
    const [, own = path, sub] = /^(.*\/(?:statefulsets|pods)\/[^/]+)\/(scale|status)$/.exec(path) ?? [];
    const found = this.#objects.get(own);
    if (path.includes('/configmaps/') && method === 'PATCH') {
      this.#objects.set(own, this.#stamped(body));
      return ok(body);
    }
    if (found === undefined) return failed(404, `${own} not found`);
    if (method === 'GET') return ok(this.#readOnce(found));
    if (method === 'DELETE') return this.#remove(own, found, body, url.searchParams);
    const version = body.metadata?.resourceVersion;
    if (version !== undefined && version !== found.metadata.resourceVersion)
      return failed(409, 'the object has been modified');
    if (sub === 'status') Object.assign(found['status'], body['status']);
    else if (body['spec'] !== undefined) this.#respecify(found, body['spec']);
    if (body.metadata?.annotations !== undefined)
      found.metadata.annotations = Object.assign({}, found.metadata.annotations, body.metadata.annotations);
    this.#stamped(found);
    this.#control();
    return ok(sub === 'scale' ? { kind: 'Scale', spec: body['spec'] } : found);
  }

  /** Removes a pod when its kubelet asks for it by a deletion without grace. */
  #remove(path: string, found: Stored, body: Stored | undefined, query: URLSearchParams) {
    const { uid = found.metadata.uid } = body?.['preconditions'] ?? {};
    if (uid !== found.metadata.uid) return failed(409, 'the UID in the precondition does not match');
    const isKept = path.includes('/pods/') && query.get('gracePeriodSeconds') !== '0';
    if (isKept) found.metadata.deletionTimestamp ??= new Date().toISOString();
    else this.#objects.delete(path);
    this.#control();
    return ok(found);
  }

  /** Changes a StatefulSet; its controller reports the template's revision at the next read. */
  #respecify(set: Stored, { replicas, template }: { replicas?: number; template?: { metadata: Meta } }): void {
    if (replicas !== undefined) set['spec'].replicas = replicas;
    if (template !== undefined) Object.assign(set['spec'].template.metadata, template.metadata);
    set.metadata.generation = (set.metadata.generation ?? 1) + 1;
  }

  #stamped(object: Stored): Stored {
    this.#version += 1;
    object.metadata.resourceVersion = String(this.#version);
    object.metadata.uid ??= `uid-${this.#version}`;
    return object;
  }

  #create(collection: string, body: Stored): Answer {
    const path = `${collection}/${body.metadata.name}`;
    if (this.#objects.has(path)) return failed(409, 'it exists');
    body['status'] ??= {};
    if (collection.endsWith('/statefulsets')) body.metadata.generation = 1;
    this.#objects.set(path, this.#stamped(body));
    if (path.startsWith('/api/v1/namespaces/') && !path.slice(19).includes('/'))
      this.#create(`${path}/serviceaccounts`, { metadata: { name: 'default' } });
    this.#control();
    return { status: 201, body };
  }

  #list(collection: string, query: URLSearchParams): Answer {
    const wantedLabels = (query.get('labelSelector') ?? '').split(',').filter((text) => text !== '');
    const matches = [...this.#objects].flatMap(([path, object]) => {
      const isIn = path.startsWith(`${collection}/`) && !path.slice(collection.length + 1).includes('/');
      const has = (text: string): boolean => {
        const [key = '', value] = text.split('=');
        return object.metadata.labels?.[key] === value;
      };
      return isIn && wantedLabels.every(has) ? [object] : [];
    });
    const from = Number(query.get('continue') ?? 0);
    const end = from + Number(query.get('limit') ?? matches.length);
    const more = end < matches.length ? { continue: String(end) } : {};
    return ok({ metadata: more, items: matches.slice(from, end).map((object) => this.#readOnce(object)) });
  }

  /** Reads a StatefulSet; its controller then writes the status, so a write based on this read conflicts. */
  #readOnce(object: Stored): Stored {
    const read = structuredClone(object);
    const { generation } = object.metadata;
    if (object['spec']?.replicas !== undefined && object['status'].observedGeneration !== generation) {
      Object.assign(object['status'], { observedGeneration: generation, updateRevision: revisionOf(object) });
      this.#stamped(object);
    }
    return read;
  }

  /** The StatefulSet controller: creates missing pods, and ends surplus pods from the highest ordinal. */
  #control(): void {
    for (const [path, set] of [...this.#objects]) {
      if (!path.includes('/statefulsets/')) continue;
      const pods = path.replace('/apis/apps/v1/', '/api/v1/').replace(/\/statefulsets\/.*$/, '/pods');
      const { replicas, template, ordinals } = set['spec'];
      const first: number = ordinals?.start ?? 0;
      const { name } = set.metadata;
      for (let at = first; at < first + Math.min(replicas, 300); at += 1) {
        if (this.#objects.has(`${pods}/${name}-${at}`)) continue;
        const ownerReferences = [{ kind: 'StatefulSet', name }];
        const labels = Object.assign({ 'controller-revision-hash': revisionOf(set) }, template.metadata.labels);
        const metadata: Meta = { name: `${name}-${at}`, labels, ownerReferences };
        this.#objects.set(
          `${pods}/${name}-${at}`,
          this.#stamped({ metadata, account: template.spec.serviceAccountName, status: { phase: 'Pending' } }),
        );
      }
      for (const [podPath, pod] of this.#objects) {
        const isOwn = podPath.startsWith(`${pods}/`) && pod.metadata.ownerReferences?.[0]?.name === name;
        const ordinal = Number(/\d+$/.exec(podPath)?.[0]);
        if (isOwn && ordinal >= first + replicas) pod.metadata.deletionTimestamp ??= new Date().toISOString();
      }
    }
  }

  #podToken(namespacePath: string, account: string, body: Stored): Answer {
    const { audiences, boundObjectRef } = body['spec'];
    const podPath = `${namespacePath}/pods/${boundObjectRef?.name}`;
    const pod = boundObjectRef === undefined ? undefined : this.#objects.get(podPath);
    if (!this.#objects.has(`${namespacePath}/serviceaccounts/${account}`)) return failed(404, `${account} not found`);
    if (pod !== undefined && pod['account'] !== account) return failed(400, 'cannot bind: another account');
    const namespace = namespacePath.split('/').at(-1);
    const name = `system:serviceaccount:${namespace}:${account}`;
    const exp = Math.floor(Date.now() / 1000) + 3600;
    const claims = { aud: audiences, exp, jti: `${podPath}#${this.#podTokens.size}`, sub: name };
    const token = `eyJh.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
    this.#podTokens.set(token, { audiences, account: name, pod, podPath });
    return { status: 201, body: { status: { token } } };
  }

  #review(body: Stored): unknown {
    const { token, audiences } = body['spec'];
    const known = this.#podTokens.get(token);
    const common = known?.audiences.filter((audience) => audiences.includes(audience)) ?? [];
    const isThere = known !== undefined && this.#objects.get(known.podPath) === known.pod;
    if (known === undefined || common.length === 0 || !isThere)
      return { status: { error: 'invalid bearer token', user: {} } };
    const extra = known.pod && {
      'authentication.kubernetes.io/pod-name': [known.pod.metadata.name],
      'authentication.kubernetes.io/pod-uid': [known.pod.metadata.uid],
    };
    return { status: { authenticated: true, audiences: common, user: { username: known.account, extra } } };
  }
}
