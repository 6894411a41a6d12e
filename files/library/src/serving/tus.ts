// Parts of uploads by tus 1.0. @tus/server speaks the protocol, but bytes bypass its web streams, which would take more
// of the processor than all the rest.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Clock } from '@meridian/runtime';
import { DataStore, ERRORS, Server, Upload as TusUpload } from '@tus/server';
import { Incoming } from '../uploads/incoming.ts';
import { BlockMismatch } from '../uploads/part.ts';
import { PartLocks } from '../uploads/part-locks.ts';
import type { Spool } from '../uploads/spool.ts';
import type { Upload } from '../uploads/upload.ts';
import type { Sender } from './senders.ts';

/** A block differs from its announced hash; the status is that of the tus extension `checksum`. */
const MISMATCH_STATUS = 460;
/** The disk is full (RFC 4918, 11.5). Clients retry. */
const FULL_STATUS = 507;
/** The part stays locked (RFC 4918, 11.3). Clients retry. */
const LOCKED_STATUS = 423;

export interface PartRequest {
  readonly upload: Upload;
  readonly index: number;
  readonly sender: Sender | undefined;
}

/** Returns the id that all requests for a part share; neither tenants nor ids have dots. */
const nameOf = ({ upload, index }: PartRequest): string => `${upload.plan.tenant}.${upload.plan.uploadId}.${index}`;

export class TusParts {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #partRequests = new WeakMap<object, PartRequest>();

  constructor(spool: Pick<Spool, 'get'>, clock: Clock) {
    this.#clock = clock;
    const server = new Server({
      path: '/library/uploads',
      datastore: new PartStore(spool),
      locker: new PartLocks(),
      // The previous request ends at once and keeps the bytes that it has received.
      lockDrainTimeout: 1,
      onResponseError: (_request, error) => answerOf(error),
    });
    const writeToStore = (body: unknown, { offset }: TusUpload, bytesMax: number, context: { signal: AbortSignal }) =>
      this.#write(body as IncomingMessage, { offset, bytesMax, signal: context.signal });
    Object.assign(server.handlers.PATCH, { writeToStore });
    this.#server = server;
  }

  async answer(partRequest: PartRequest, node: { req: IncomingMessage; res: ServerResponse }): Promise<Response> {
    const headers = new Headers();
    for (const [key, value] of Object.entries(node.req.headers)) if (typeof value === 'string') headers.set(key, value);
    const request = new Request(`http://node/library/uploads/${nameOf(partRequest)}`, {
      method: node.req.method ?? '',
      headers,
    });
    Object.defineProperties(request, { body: { value: node.req }, runtime: { value: { node } } });
    this.#partRequests.set(node.req, partRequest);
    return await this.#server.handleWeb(request);
  }

  async #write(
    body: IncomingMessage,
    o: { readonly offset: number; readonly bytesMax: number; readonly signal: AbortSignal },
  ): Promise<number> {
    const partRequest = this.#partRequests.get(body);
    if (partRequest === undefined || !(body instanceof Readable)) throw ERRORS.FILE_NOT_FOUND;
    if (o.signal.aborted) throw ERRORS.ABORTED;
    if (o.bytesMax === 0) return o.offset;
    const { upload, index, sender } = partRequest;
    if (upload.isReady || upload.signal.aborted) throw ERRORS.FILE_NO_LONGER_EXISTS;
    const onBytes = (bytes: number): void => sender?.received(bytes);
    const incoming = new Incoming(body, { bytesMax: o.bytesMax, clock: this.#clock, onBytes });
    const stop = (): void => incoming.stop();
    o.signal.addEventListener('abort', stop, { once: true });
    try {
      return await upload.receive(index, incoming);
    } finally {
      o.signal.removeEventListener('abort', stop);
    }
  }
}

class PartStore extends DataStore {
  readonly #spool: Pick<Spool, 'get'>;

  constructor(spool: Pick<Spool, 'get'>) {
    super();
    this.#spool = spool;
  }

  override async getUpload(id: string): Promise<TusUpload> {
    const [tenant = '', uploadId = '', index = ''] = id.split('.');
    const part = this.#spool.get(tenant, uploadId)?.parts[Number(index)];
    if (part === undefined) throw ERRORS.FILE_NOT_FOUND;
    return new TusUpload({ id, size: part.range.bytes, offset: part.offset });
  }
}

function answerOf(error: unknown): { status_code: number; body: string } | undefined {
  if (error instanceof BlockMismatch) return { status_code: MISMATCH_STATUS, body: `${error.message}\n` };
  if (error === ERRORS.ERR_LOCK_TIMEOUT)
    return { status_code: LOCKED_STATUS, body: 'another request still writes this part\n' };
  const { code } = error as { code?: string };
  if (code === 'ENOSPC' || code === 'EDQUOT') return { status_code: FULL_STATUS, body: 'the disk is full\n' };
  return undefined;
}
