// HTTP server of the recorder: files of finished recordings, at /recordings/TOKEN/NAME.
import type { Tokens } from '@meridian/node-shell';
import {
  ASKED_EACH_TIME,
  type FileServerOptions,
  fileServer,
  giveFile,
  KEPT_BY_CLIENTS,
  noFile,
  type Store,
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
  const { token, '*': asked } = request.params;
  // Names on the wire are relative to the recording, so this prefix is accepted.
  const name = asked.startsWith(`${FINISHED_FOLDER}/`) ? asked.slice(FINISHED_FOLDER.length + 1) : asked;
  const { tenant, recordingId, may, origin } = await openFileToken(o.tokens, token);
  if (!isFinishedName(name)) return noFile(reply);
  const key = `${recordingPrefix(tenant, recordingId)}${FINISHED_FOLDER}/${name}`;
  const info = await o.store.head(key);
  if (info === undefined) return noFile(reply);
  const isDownload = request.query['download'] === '1' && may === 'download';
  const cache = name === FINISHED_NAME ? ASKED_EACH_TIME : KEPT_BY_CLIENTS;
  return giveFile(o.streams, request, reply, { key, name, info, token, origin, cache, isDownload });
}
