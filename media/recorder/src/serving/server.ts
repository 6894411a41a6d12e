// HTTP server of the recorder: files of finished recordings, at /recordings/TOKEN/NAME.
import type { Tokens } from '@meridian/node-shell';
import {
  CACHE_IMMUTABLE,
  CACHE_REVALIDATE,
  type FileServerOptions,
  fileServer,
  refuseMissing,
  type Store,
  serveFile,
} from '@meridian/object-store';
import { FINISHED_FOLDER, FINISHED_NAME, isFinishedName } from '@meridian/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { recordingPrefix } from '../core/names.ts';
import { openFileToken } from './file-tokens.ts';

export interface ServerOptions extends FileServerOptions {
  readonly tokens: Pick<Tokens, 'signed'>;
  readonly store: Pick<Store, 'get' | 'head'>;
}

export async function buildServer(o: ServerOptions): Promise<FastifyInstance> {
  const app = await fileServer(o);
  app.route<OfFile>({
    method: ['GET', 'HEAD'],
    url: '/recordings/:token/*',
    handler: (request, reply) => answer(o, request, reply),
  });
  return app;
}

interface OfFile {
  Params: { readonly token: string; readonly '*': string };
  Querystring: Readonly<Record<string, unknown>>;
}

async function answer(o: ServerOptions, request: FastifyRequest<OfFile>, reply: FastifyReply): Promise<FastifyReply> {
  const { token, '*': requestedName } = request.params;
  // Names on the wire are relative to the recording, so this prefix is accepted.
  const name = requestedName.startsWith(`${FINISHED_FOLDER}/`)
    ? requestedName.slice(FINISHED_FOLDER.length + 1)
    : requestedName;
  const { tenant, recordingId, may, origin } = await openFileToken(o.tokens, token);
  if (!isFinishedName(name)) return refuseMissing(reply);
  const key = `${recordingPrefix(tenant, recordingId)}${FINISHED_FOLDER}/${name}`;
  const info = await o.store.head(key);
  if (info === undefined) return refuseMissing(reply);
  const isDownload = request.query['download'] === '1' && may === 'download';
  const cache = name === FINISHED_NAME ? CACHE_REVALIDATE : CACHE_IMMUTABLE;
  return serveFile(o.streams, request, reply, { key, name, info, token, origin, cache, isDownload });
}
