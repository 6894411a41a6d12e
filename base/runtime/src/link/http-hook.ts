import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../log.ts';

/**
 * Handler of plain HTTPS on the link port, for processes without a certificate. `remoteAddress` is the source address
 * of the client's packets. Undefined answers 404.
 */
export type HttpHook = (
  method: string,
  path: string,
  body: Uint8Array,
  remoteAddress: string,
) => Promise<{ status: number; body: string } | undefined>;

/** An invitation is redeemed with a certificate request of 0.5 kB for each of up to 70 nodes of a host. */
const BODY_BYTES_MAX = 65_536;

export async function answerHttp(
  hook: HttpHook | undefined,
  { request, response, remoteAddress }: { request: IncomingMessage; response: ServerResponse; remoteAddress: string },
  log: Logger,
): Promise<void> {
  // The guard may cut the socket, which is not an error of ours.
  request.on('error', (error) => log.debug({ err: error }, 'HTTP request cut'));
  response.on('error', (error) => log.debug({ err: error }, 'HTTP response cut'));
  try {
    const body = await readBody(request);
    if (body === undefined) return reply(response, 413, '{"code":"HTTP_BODY_TOO_LARGE"}');
    const path = request.url?.split('?', 1)[0] ?? '';
    const answer = await hook?.(request.method ?? '', path, body, remoteAddress);
    reply(response, answer?.status ?? 404, answer?.body ?? '{"code":"HTTP_NOT_FOUND"}');
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    log.error({ err: error }, 'HTTP hook failed');
    reply(response, 500, '{"code":"HTTP_FAILED"}');
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    byteLength += chunk.length;
    if (byteLength > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    .end(body);
}
