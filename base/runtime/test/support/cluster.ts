import {
  Authority,
  type Clock,
  type Credentials,
  type Identity,
  type Link,
  LinkDialer,
  type LinkDialerOptions,
  LinkServer,
  type LinkServerOptions,
  seededRng,
  systemClock,
} from '@meridian/runtime';
import { collectingLog } from './log.ts';

export const SERVER: Identity = { id: 'server-1', kind: 'hub', region: 'eu' };
export const CLIENT: Identity = { id: 'client-1', kind: 'leaf', region: 'eu' };
const HOUR_MS = 3_600_000;

export interface Pair {
  server: LinkServer;
  dialer: LinkDialer;
  /** Ends of the first link. */
  near: Link;
  far: Link;
  close(): Promise<void>;
}

export interface Cluster {
  authority: Authority;
  server: Credentials;
  client: Credentials;
}

/** Makes an authority and credentials for both sides, valid now. */
export async function makeCluster(clock: Clock = systemClock()): Promise<Cluster> {
  const authority = await Authority.create({ clock });
  return {
    authority,
    server: await authority.issueCredentials(SERVER, HOUR_MS),
    client: await authority.issueCredentials(CLIENT, HOUR_MS),
  };
}

export function serverOptions(cluster: Cluster, changes: Partial<LinkServerOptions> = {}): LinkServerOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    credentials: cluster.server,
    log: collectingLog().log,
    clock: systemClock(),
    accept: () => true,
    onLink: () => undefined,
    ...changes,
  };
}

export function dialerOptions(
  cluster: Cluster,
  port: number,
  changes: Partial<LinkDialerOptions> = {},
): LinkDialerOptions {
  return {
    url: `wss://127.0.0.1:${port}`,
    credentials: () => cluster.client,
    log: collectingLog().log,
    clock: systemClock(),
    rng: seededRng('dialer'),
    expect: () => true,
    onLink: () => undefined,
    backoffMs: { first: 20, max: 100 },
    ...changes,
  };
}

/** Connects a dialer to a new server. */
export async function connectPair(
  cluster: Cluster,
  changes: { server?: Partial<LinkServerOptions>; dialer?: Partial<LinkDialerOptions> } = {},
): Promise<Pair> {
  const far = Promise.withResolvers<Link>();
  const near = Promise.withResolvers<Link>();
  const server = await LinkServer.listen(
    serverOptions(cluster, {
      ...changes.server,
      onLink: (link) => {
        changes.server?.onLink?.(link);
        far.resolve(link);
      },
    }),
  );
  const dialer = new LinkDialer(
    dialerOptions(cluster, server.port, {
      ...changes.dialer,
      onLink: (link) => {
        changes.dialer?.onLink?.(link);
        near.resolve(link);
      },
    }),
  );
  return {
    server,
    dialer,
    near: await near.promise,
    far: await far.promise,
    async close() {
      dialer.close('test over');
      await server.close('test over');
    },
  };
}
