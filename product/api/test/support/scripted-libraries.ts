// Library nodes of one process: requests pass through the wire's messages, and a script answers. They keep bytes in
// memory.
import { createHash } from 'node:crypto';
import {
  BLOCK_BYTES,
  type ControlLink,
  call,
  type ErrorCode,
  isUploadId,
  MeridianError,
  type NodeKind,
  nodeKind,
  type Rpc,
  roomKeyOf,
  rpc,
  serve,
  wire,
} from '@meridian/protocol';
import type { Library } from '../../src/library/library.ts';
import type { NodeLinks } from '../../src/nodes/node-links.ts';
import { callNode, type Handler, linkedOf, ScriptedNode } from './scripted-node.ts';

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** Hashes each block of a file, as clients do. */
export const blocksIn = (bytes: Uint8Array): string[] =>
  Array.from({ length: Math.ceil(bytes.length / BLOCK_BYTES) }, (_, at) =>
    sha256Of(bytes.subarray(at * BLOCK_BYTES, (at + 1) * BLOCK_BYTES)),
  );

function nameOf(tenant: string, id: string): string {
  if (roomKeyOf(tenant, 'room') === undefined || !isUploadId(id)) throw new MeridianError('REQUEST_INVALID');
  return `${tenant}/${id}`;
}
const missing = (): Error => Object.assign(new Error('no such object'), { code: 'OBJECT_MISSING' });
const isSame = (...plans: readonly [wire.OpenUpload, wire.OpenUpload]): boolean => {
  const [one, other] = plans.map((plan) => wire.OpenUpload.encode({ ...plan, expiresWallMs: 0 }).finish());
  return Buffer.compare(one ?? new Uint8Array(), other ?? new Uint8Array()) === 0;
};

export class ScriptedLibrary extends ScriptedNode {
  publicUrl: string;
  storeId: string;
  freeBytes = 1e12;
  refusal: ErrorCode | undefined;
  onOpen: () => Promise<void> = async () => undefined;
  /** Bytes of contents, by `tenant/id`. */
  readonly contents = new Map<string, Uint8Array>();
  /** Open uploads, by `tenant/id`. */
  readonly uploads = new Map<string, wire.OpenUpload>();
  /** Requests in order: `open …`, `drop …`, `digest …`, `erase …`, `cover …`. */
  readonly requestLog: string[] = [];
  readonly digests: wire.DigestContents[] = [];
  readonly #ofApi = new Map<number, Handler>();

  constructor(nodeId: string, region: string, storeId = `store of ${nodeId}`) {
    super(nodeId, region);
    this.publicUrl = `https://${nodeId}.example.org`;
    this.storeId = storeId;
    serve(this.side, rpc.libraryFacts, () => ({
      storeId: this.storeId,
      freeBytes: this.freeBytes,
      kinds: ['video', 'audio', 'image', 'document'],
    }));
    serve(this.side, rpc.openUpload, async (uploadOrder) => {
      await this.onOpen();
      this.requestLog.push(`open ${uploadOrder.tenant}/${uploadOrder.uploadId}`);
      if (this.refusal !== undefined) throw new MeridianError(this.refusal);
      const name = nameOf(uploadOrder.tenant, uploadOrder.uploadId);
      const knownUpload = this.uploads.get(name);
      if (knownUpload !== undefined && !isSame(knownUpload, uploadOrder)) throw new MeridianError('REQUEST_INVALID');
      this.uploads.set(name, uploadOrder);
      return {};
    });
    serve(this.side, rpc.dropUpload, ({ tenant, uploadId }) => {
      this.requestLog.push(`drop ${tenant}/${uploadId}`);
      this.uploads.delete(nameOf(tenant, uploadId));
      return {};
    });
    serve(this.side, rpc.digestContents, (wanted) => this.#digest(wanted));
    serve(this.side, rpc.eraseContent, ({ tenant, contentId }) => {
      this.requestLog.push(`erase ${tenant}/${contentId}`);
      this.contents.delete(nameOf(tenant, contentId));
      return {};
    });
    serve(this.side, rpc.makeCover, ({ tenant, contentId, atMs, owner }) => {
      const content = this.contents.get(nameOf(tenant, contentId));
      if (!(atMs >= 0)) throw new MeridianError('REQUEST_INVALID');
      if (content === undefined) throw missing();
      this.requestLog.push(`cover ${tenant}/${contentId} ${atMs} ${owner}`.trimEnd());
      return {};
    });
  }

  #digest(wanted: wire.DigestContents): wire.ContentsDigest.$Properties {
    const { tenant, nonce, ranges } = wanted;
    this.requestLog.push(`digest ${tenant}`);
    this.digests.push(wanted);
    const hash = createHash('sha256').update(nonce);
    for (const { contentId, from, bytes } of ranges as wire.ContentRange[]) {
      const content = this.contents.get(nameOf(tenant, contentId));
      if (!Number.isSafeInteger(from) || from < 0 || bytes < 1) throw new MeridianError('REQUEST_INVALID');
      if (content === undefined || content.length < from + bytes) throw missing();
      hash.update(content.subarray(from, from + bytes));
    }
    return { sha256: hash.digest() };
  }

  report(message: wire.UploadEnded.$Properties, kind: NodeKind = nodeKind.library): Promise<wire.UploadAnswered> {
    return this.sendToApi(rpc.uploadEnded, message, kind);
  }

  sendToApi<Q, QP, A, AP>(of: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, kind: NodeKind = nodeKind.library): Promise<A> {
    const handler = this.#ofApi.get(of.number);
    if (handler === undefined) throw new Error('the api has no link to it');
    this.remote.kind = kind;
    const request: ControlLink['request'] = async (_, payload) => handler(payload);
    return call(Object.assign({}, this.side, { request }), of, message);
  }

  /** Reports that an upload is complete, and does what the answer demands. */
  async ended(
    tenant: string,
    uploadId: string,
    bytes: Uint8Array,
    o: Partial<wire.UploadEnded.$Properties> = {},
  ): Promise<boolean> {
    const blocks = Buffer.from(blocksIn(bytes).join(''), 'hex');
    const media = { durationMs: 1000, width: 640, height: 480 };
    const facts = { bytes: bytes.length, sha256: sha256Of(bytes), blocks, type: 'video/mp4', kind: 'video', media };
    const { keep } = await this.report(
      Object.assign({ tenant, uploadId, storeId: this.storeId, hasCover: true }, facts, o),
    );
    if (keep) this.contents.set(`${tenant}/${uploadId}`, bytes);
    this.uploads.delete(`${tenant}/${uploadId}`);
    return keep;
  }

  readonly remote: { id: string; kind: NodeKind; region: string } = { id: '', kind: nodeKind.library, region: '' };

  get ofApi(): Parameters<Library['attach']>[0] {
    this.remote.id = this.nodeId;
    this.remote.region = this.region;
    return Object.assign({}, this.side, {
      remote: this.remote,
      onRequest: (type: number, handler: Handler) => void this.#ofApi.set(type, handler),
    });
  }
}

type Links = Pick<NodeLinks, 'call' | 'linkedNodes'>;

export class ScriptedLibraries {
  readonly fra = new ScriptedLibrary('lib-fra', 'frankfurt', 'store-1');
  readonly sgp = new ScriptedLibrary('lib-sgp', 'singapore');
  planned: ScriptedLibrary[] = [this.fra, this.sgp];
  #library: Pick<Library, 'nodes' | 'attach'> | undefined;

  follow(library: Pick<Library, 'nodes' | 'attach'>): void {
    this.#library = library;
    this.plan();
  }

  /** Restores both nodes and forgets their requests. */
  reset(): void {
    this.planned = [this.fra, this.sgp];
    for (const one of this.planned) {
      one.link = 'up';
      one.requestLog.length = 0;
    }
    this.plan();
  }

  plan(): void {
    const { library: kind } = nodeKind;
    this.#library?.nodes.follow({
      nodes: this.planned.map(({ nodeId, region, publicUrl }) => ({ nodeId, region, publicUrl, kind, state: 'alive' })),
    });
    for (const one of this.planned) this.#library?.attach(one.ofApi);
  }

  withLibraries(others: Links): Links {
    const isOurs = (nodeId: string): boolean => nodeId.startsWith('lib-');
    return {
      linkedNodes: (kind) => (kind === nodeKind.library ? linkedOf(this.planned) : others.linkedNodes(kind)),
      call: (nodeId, kind, message, deadlineMs) =>
        isOurs(nodeId) ? callNode(this.planned, nodeId, kind, message) : others.call(nodeId, kind, message, deadlineMs),
    };
  }
}
