// The page's server: files, the page's configuration, and tokens in development. `buildApp` does not listen.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import {
  ConnectionGate,
  type ConnectionLimits,
  closeUnread,
  refuseUnparsed,
  tokenAddresses,
} from '@meridian/node-shell';
import { type AddressRange, isAmong, restLanguageOf } from '@meridian/protocol';
import type { Clock, Logger, TlsFiles } from '@meridian/runtime';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { addApiProxy, isOfApi } from './api-proxy.ts';
import type { WebConfig } from './config.ts';
import { signDevToken, type TokenRequest, tokenRequestProblem, tokenRequestSchema } from './dev-token.ts';
import { addGuests } from './guests.ts';
import { cacheControlOf, contentSecurityPolicy, securityHeaders } from './headers.ts';
import { addLiveKitProxy, isLiveKitUpgrade, isOfLiveKit, type LiveKitProxyOptions } from './livekit-proxy.ts';
import { isLoopbackHostHeader, isLoopbackOrigin } from './loopback.ts';
import { refuse, refuseAsApi } from './refusal.ts';

const BODY_BYTES_MAX = 4096; // three names of 128 characters, in any script
const REQUEST_MS_MAX = 10_000; // the socket of a slow sender is closed
const LOOK_MS = 2000;
/**
 * A browser opens up to six connections; an office may share an address. Besides LiveKit's clients, as many connections
 * may be proven as requests may run at the API (api-proxy.ts).
 */
const CONNECTIONS = { total: 3072, provenMax: 1024, perAddress: 56 };

export interface AppOptions {
  config: WebConfig;
  clock: Clock;
  log: Logger;
  /** Proxies in front of the page whose `x-forwarded-for` is trusted. */
  trustedProxies: readonly AddressRange[];
  /** Certificate for https; without it the server speaks plain http. */
  tls?: TlsFiles | undefined;
  /** Edges currently known, from which the page may play; absent: none. */
  edges?: { readonly urls: readonly string[] };
  /** Timeout of the API for the start and the progress of a response; absent: 20 s. */
  answerMsMax?: number;
  /** Idle time of a LiveKit client's socket; absent: 30 s. */
  idleMsMax?: number;
  onToken?(): void;
}

/** Builds the server with all routes. The configuration must have passed `checkWebConfig`. */
export async function buildApp(o: AppOptions): Promise<FastifyInstance> {
  const { config } = o;
  const { app, gate } = listener(o);
  const connectUrls = [...config.entryUrls, ...config.connectUrls];
  const { gatewayUrls, libraryUrls, connectDomains } = config;
  const admitted = () => ({
    connectUrls,
    gatewayUrls,
    libraryUrls,
    connectDomains,
    edgeUrls: o.edges?.urls ?? [],
  });
  app.addHook('onRequest', async (request, reply) => {
    const isPassedOn = (config.apiUrl !== undefined && isOfApi(request.url)) || isOfLiveKit(request.url);
    if (!isPassedOn) reply.headers(securityHeaders(admitted()));
  });
  app.addHook('onSend', async ({ raw }, reply) => closeUnread(raw, reply.raw));
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(o.log, error, request, reply));
  await addNotFound(app, config.pageDir);

  app.get('/healthz', async () => ({ ok: true }));
  const mayHaveTokens = addTokens(app, o);
  const development = config.devKey !== undefined || config.guests !== undefined;
  app.get('/config.json', async (request, reply) =>
    reply.header('cache-control', 'no-store').send({
      entryUrls: config.entryUrls,
      gatewayUrls: config.gatewayUrls,
      development,
      devToken: mayHaveTokens(request),
      api: config.apiUrl !== undefined,
    }),
  );
  if (config.apiUrl !== undefined) await addApiProxy(app, { ...o, ...config, apiUrl: config.apiUrl });
  addLiveKitProxy(app, { ...o, gate, entryUrls: config.entryUrls, clients: clientsOf(config) });
  addHome(app, config);
  await app.register(fastifyStatic, {
    root: config.pageDir,
    index: false,
    cacheControl: false,
    dotfiles: 'ignore',
    preCompressed: true,
    setHeaders: (reply, path) => void reply.header('cache-control', cacheControlOf(path)),
  });
  if (config.apiUrl !== undefined) addLinkPage(app);
  for (const path of ['/check', '/check/']) app.get(path, async (_request, reply) => reply.sendFile('check.html'));
  for (const path of ['/play', '/play/', '/play/:room'])
    app.get(path, async (_request, reply) => {
      const policy = contentSecurityPolicy(admitted(), config.playFrameAncestors);
      return reply.header('content-security-policy', policy).sendFile('play.html');
    });
  return app;
}

/**
 * Serves `/`: the home page, or the room's page where the query has more than a language. A token in the fragment,
 * which no server sees, is the home page's to pass on. Guests of the local network have one room.
 */
function addHome(app: FastifyInstance, { guests }: WebConfig): void {
  app.get('/', async (request, reply) => {
    const hasRoom = Object.keys(request.query as object).some((name) => name !== 'lang');
    if (!hasRoom && guests !== undefined) return reply.redirect(`/?${new URLSearchParams({ room: guests.room })}`, 303);
    return reply.sendFile(hasRoom ? 'index.html' : 'account.html');
  });
}

/** Answers unknown paths: a page for browsers, a code for programs. */
async function addNotFound(app: FastifyInstance, pageDir: string): Promise<void> {
  const page = await readFile(join(pageDir, 'not-found.html'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined; // the folder has other pages
    throw error;
  });
  app.setNotFoundHandler((request, reply) => {
    if (page === undefined || !asksForPage(request)) return refuse(reply, 404, 'NOT_FOUND', 'There is nothing here.');
    const isChinese = restLanguageOf(request.headers['accept-language']) === 'zh';
    return reply
      .code(404)
      .headers({ 'cache-control': 'no-store', vary: 'accept, accept-language' })
      .type('text/html; charset=utf-8')
      .send(isChinese ? page.replace('data-language="en"', 'data-language="zh"') : page);
  });
}

const asksForPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && !isOfApi(url) && /\btext\/html\b/i.test(headers.accept ?? '');

/**
 * Serves the page at join links, meeting numbers and the user's own meetings, the page of links to items, and the pages
 * of signed-in users. A request uses nothing up: the page exchanges the code when a person presses the button. Nothing is cached or listed by
 * search engines; `securityHeaders` keeps the URL from other pages.
 */
function addLinkPage(app: FastifyInstance): void {
  const headers = { 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow, noarchive' };
  // In onSend, since files set their own headers.
  const onSend = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => void reply.headers(headers);
  // An address without its code or number leads to the home page.
  for (const path of ['/j', '/j/', '/m', '/m/'])
    app.get(path, { onSend }, async (_request, reply) => reply.redirect('/'));
  for (const path of ['/j/:code', '/j/:code/', '/m/:number', '/m/:number/', '/meetings/:meeting/join'])
    app.get(path, { onSend }, async (_request, reply) => reply.sendFile('index.html'));
  for (const path of ['/watch', '/watch/'])
    app.get(path, { onSend }, async (_request, reply) => reply.sendFile('watch.html'));
  const signingIn = ['/signin', '/signin/', '/signin/forgot', '/signin/forgot/'];
  const ofRoles = ['/admin', '/admin/*', '/console', '/console/*'];
  const ofMeetings = [
    '/meetings/past',
    '/meetings/past/',
    '/meetings/:meeting/report',
    '/meetings/:meeting/past/:originalStart',
    '/meetings/:meeting/past/:originalStart/report',
    '/meetings/:meeting/past/:originalStart/sessions/:session',
    '/meetings/:meeting/sessions/:session',
  ];
  for (const path of [
    '/meetings',
    '/meetings/',
    '/library', // only this exact path: library nodes, in front of this server, serve the paths below
    ...signingIn,
    '/setup/:code',
    '/setup/:code/',
    ...ofRoles,
    ...ofMeetings,
  ])
    app.get(path, { onSend }, async (_request, reply) => reply.sendFile('account.html'));
}

function listener({ config, tls, trustedProxies, clock }: AppOptions): { app: FastifyInstance; gate: ConnectionGate } {
  const common = {
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    trustProxy: (address: string) => isAmong(address, trustedProxies),
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      void refuseInvalid(error, request, reply),
    clientErrorHandler: refuseUnparsed,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  };
  const looking = { ...tokenAddresses, connectionsCheckingInterval: LOOK_MS, shouldUpgradeCallback: isLiveKitUpgrade };
  const https = tls && { ...looking, cert: tls.cert, key: tls.key, handshakeTimeout: REQUEST_MS_MAX };
  // The two types differ only in their server.
  const app = (https ? Fastify({ ...common, https }) : Fastify({ ...common, http: looking })) as FastifyInstance;
  const gate = new ConnectionGate({ limits: connectionsWith(clientsOf(config)), trustedProxies, clock });
  gate.guard(app.server);
  return { app, gate };
}

type Clients = LiveKitProxyOptions['clients'];

const clientsOf = ({ liveKitClientsMax, liveKitClientsPerAddressMax }: WebConfig): Clients => ({
  total: liveKitClientsMax,
  perAddress: liveKitClientsPerAddressMax,
});

function connectionsWith(clients: Clients): ConnectionLimits {
  const perAddress = CONNECTIONS.perAddress + clients.perAddress;
  return {
    total: CONNECTIONS.total + clients.total,
    provenMax: CONNECTIONS.provenMax + clients.total,
    perAddress,
    provenPerAddress: perAddress,
    proofMs: REQUEST_MS_MAX,
  };
}

/** Gives tokens to the user of this machine, or to guests of its network, if configured. */
function addTokens(app: FastifyInstance, o: AppOptions): (request: FastifyRequest) => boolean {
  const { guests, devKey } = o.config;
  if (guests !== undefined) return addGuests(app, { ...o, guests });
  if (devKey !== undefined) addDevToken(app, o, devKey);
  return () => devKey !== undefined;
}

function addDevToken(app: FastifyInstance, o: AppOptions, devKey: NonNullable<WebConfig['devKey']>): void {
  app.post<{ Body: TokenRequest }>(
    '/dev/token',
    { schema: { body: tokenRequestSchema }, onRequest: requireLoopback },
    async (request, reply) => {
      const problem = tokenRequestProblem(request.body);
      if (problem !== undefined) return refuse(reply, 400, 'REQUEST_INVALID', problem);
      const token = await signDevToken({ ...devKey, request: request.body, nowMs: o.clock.wallMs() });
      o.onToken?.();
      return reply.header('cache-control', 'no-store').send({ token });
    },
  );
}

/**
 * The port is on a loopback address, but a browser on this machine may show a hostile page: a page whose DNS name was
 * rebound to 127.0.0.1 has a foreign Host, and a cross-origin post has a foreign Origin.
 */
async function requireLoopback(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const { host, origin } = request.headers;
  if (!isLoopbackHostHeader(host))
    return refuse(reply, 403, 'NOT_LOOPBACK', 'Host must name this machine (localhost or 127.0.0.1).');
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    return refuse(reply, 403, 'NOT_LOOPBACK', 'Origin must be a page of this machine.');
  }
  return undefined;
}

function answerError(log: Logger, error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return refuseInvalid(error, request, reply);
  log.error({ err: error, method: request.method, path: request.url.split('?', 1)[0] }, 'request failed');
  if (isOfApi(request.url)) return refuseAsApi(reply, 'INTERNAL');
  return refuse(reply, 500, 'INTERNAL', 'Something went wrong on our side.');
}

/** Unreadable requests are the caller's fault. */
function refuseInvalid(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 400;
  if (isOfApi(request.url)) return refuseAsApi(reply, status === 413 ? 'BODY_TOO_LARGE' : 'REQUEST_INVALID');
  return refuse(reply, status, 'REQUEST_INVALID', error.message);
}
