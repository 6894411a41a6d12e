// S3 in memory, over real HTTP, with the calls that the store uses; a test chooses the calls that it refuses.
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type S3Call =
  | 'put'
  | 'get'
  | 'head'
  | 'remove'
  | 'list'
  | 'begin'
  | 'uploads'
  | 'part'
  | 'parts'
  | 'complete'
  | 'abort';
export interface Refusal {
  readonly status: number;
  /** `''` for HEAD, whose answers have no code. */
  readonly code: string;
}

const CHECKSUM = 'x-amz-checksum-sha256';

interface Held {
  readonly bytes: Buffer;
  readonly headers: Record<string, string>;
}
interface Asked {
  readonly call: S3Call;
  readonly name: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}
interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | string;
}

export class ScriptedS3 {
  refuses: (call: S3Call) => Refusal | undefined = () => undefined;
  /** False for a store that keeps no checksums of objects. */
  keepsChecksums = true;
  readonly calls: S3Call[] = [];
  readonly uploads = new Map<
    string,
    { readonly name: string; readonly parts: Map<number, Buffer>; readonly own: Record<string, string> }
  >();
  readonly #objects = new Map<string, Held>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<ScriptedS3> {
    const s3 = new ScriptedS3();
    await new Promise<void>((resolve) => s3.#server.listen(0, '127.0.0.1', resolve));
    return s3;
  }
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams: query } = new URL(request.url ?? '', this.endpoint);
    const name = decodeURIComponent(pathname).split('/').slice(2).join('/');
    const call = callOf(request.method ?? '', name, query);
    this.calls.push(call);
    const asked = { call, name, query, headers: request.headers, body: Buffer.concat(chunks) };
    const refusal = this.refuses(call);
    const { status, headers, body = '' } = refusal === undefined ? this.#answer(asked) : errorOf(refusal);
    response.writeHead(status, headers);
    response.end(call === 'head' ? undefined : body);
  }

  #answer(asked: Asked): Answer {
    const { call, name, query } = asked;
    if (call === 'put') return this.#make(asked, asked.body, metadataOf(asked, base64Of(asked.body)));
    if (call === 'head' || call === 'get') return this.#read(asked);
    if (call === 'list') return this.#list(query);
    if (call === 'uploads') return this.#listUploads(query);
    if (call === 'begin') return this.#begin(asked);
    if (call !== 'remove') return this.#upload(asked);
    this.#objects.delete(name);
    return { status: 204 };
  }

  #make({ name, headers }: Asked, bytes: Buffer, own: Record<string, string>): Answer {
    if (headers['if-none-match'] === '*' && this.#objects.has(name))
      return errorOf({ status: 412, code: 'PreconditionFailed' });
    if (!this.keepsChecksums) Reflect.deleteProperty(own, CHECKSUM);
    this.#objects.set(name, { bytes, headers: own });
    return { status: 200, headers: { etag: '"e"' }, body: '<Result><ETag>e</ETag></Result>' };
  }

  #read({ name, headers }: Asked): Answer {
    const held = this.#objects.get(name);
    if (held === undefined) return errorOf({ status: 404, code: 'NoSuchKey' });
    const { bytes } = held;
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (from === undefined)
      return { status: 200, headers: { ...held.headers, 'content-length': String(bytes.length) }, body: bytes };
    if (Number(from) >= bytes.length) return errorOf({ status: 416, code: 'InvalidRange' });
    const range = { 'content-range': `bytes ${from}-${to}/${bytes.length}` };
    return { status: 206, headers: { ...held.headers, ...range }, body: bytes.subarray(Number(from), Number(to) + 1) };
  }

  /** Replaces the bytes of an object, but not its metadata and checksum. */
  corrupt(name: string): void {
    const held = this.#objects.get(name);
    if (held === undefined) throw new Error(`there is no object ${name}`);
    this.#objects.set(name, { headers: held.headers, bytes: Buffer.alloc(held.bytes.length) });
  }

  #list(query: URLSearchParams): Answer {
    const [prefix, after] = [query.get('prefix') ?? '', query.get('start-after') ?? ''];
    const names = [...this.#objects.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
    const page = names.slice(0, Number(query.get('max-keys')));
    const rows = page.map((name) => {
      const size = this.#objects.get(name)?.bytes.length;
      return `<Contents><Key>${name}</Key><Size>${size}</Size></Contents>`;
    });
    const isCut = `<IsTruncated>${page.length < names.length}</IsTruncated>`;
    return { status: 200, body: `<ListBucketResult>${isCut}${rows.join('')}</ListBucketResult>` };
  }

  #begin(asked: Asked): Answer {
    const id = randomUUID();
    this.uploads.set(id, { name: asked.name, parts: new Map(), own: metadataOf(asked) });
    return { status: 200, body: `<Result><UploadId>${id}</UploadId></Result>` };
  }

  #listUploads(query: URLSearchParams): Answer {
    const own = [...this.uploads].filter(([, { name }]) => name.startsWith(query.get('prefix') ?? ''));
    const rows = own.map(([id, { name }]) => `<Upload><Key>${name}</Key><UploadId>${id}</UploadId></Upload>`);
    return { status: 200, body: `<Result>${rows.join('')}</Result>` };
  }

  #upload(asked: Asked): Answer {
    const { call, query, body } = asked;
    const id = query.get('uploadId') ?? '';
    const { parts, own } = this.uploads.get(id) ?? {};
    if (parts === undefined) return errorOf({ status: 404, code: 'NoSuchUpload' });
    if (call === 'part') {
      parts.set(Number(query.get('partNumber')), body);
      return { status: 200, headers: { etag: '"e"' } };
    }
    if (call === 'parts') {
      const rows = [...parts].map(
        ([number, { length }]) =>
          `<Part><PartNumber>${number}</PartNumber><ETag>e</ETag><Size>${length}</Size>` +
          `<ChecksumSHA256>${base64Of(parts.get(number))}</ChecksumSHA256></Part>`,
      );
      return { status: 200, body: `<Result>${rows.join('')}</Result>` };
    }
    if (call === 'abort') {
      this.uploads.delete(id);
      return { status: 204 };
    }
    const all = [...parts.values()];
    const whole = createHash('sha256').update(Buffer.concat(all.map((part) => Buffer.from(base64Of(part), 'base64'))));
    const composite = { [CHECKSUM]: `${whole.digest('base64')}-${all.length}` };
    const answer = this.#make(asked, Buffer.concat(all), Object.assign(composite, own));
    if (answer.status === 200) this.uploads.delete(id);
    return answer;
  }
}

function callOf(method: string, name: string, query: URLSearchParams): S3Call {
  const isUpload = query.has('uploadId');
  if (method === 'HEAD') return 'head';
  if (method === 'PUT') return isUpload ? 'part' : 'put';
  if (method === 'DELETE') return isUpload ? 'abort' : 'remove';
  if (method === 'POST') return isUpload ? 'complete' : 'begin';
  if (isUpload) return 'parts';
  if (name !== '') return 'get';
  return query.has('uploads') ? 'uploads' : 'list';
}

const base64Of = (bytes: Buffer | undefined): string =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('base64');

const errorOf = ({ status, code }: Refusal): Answer => ({
  status,
  body: code === '' ? '' : `<Error><Code>${code}</Code><Message>as the test says</Message></Error>`,
});

function metadataOf({ headers }: Asked, checksum?: string): Record<string, string> {
  const names = Object.keys(headers).filter((name) => name.startsWith('x-amz-meta-'));
  const metadata = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  return checksum === undefined ? metadata : Object.assign({ [CHECKSUM]: checksum }, metadata);
}
