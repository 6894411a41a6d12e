// Children and configuration of `--distribution`: channels of notices for the api and library nodes, and receivers in
// each region.
import { type ChildSpec, type Region, regions, type TopologyOptions } from './spec.ts';

/** Four channels, as in production; here one Redis carries all. */
const CHANNELS = ['a', 'b', 'c', 'd'];

type Options = Pick<TopologyOptions, 'portOffset' | 'stateDir' | 'logLevel' | 'receiversPerRegion'>;

/** Adds channels to the children, `redis` before them and receivers after them. */
export function withDistribution(children: readonly ChildSpec[], o: Options, redis: ChildSpec): ChildSpec[] {
  const url = `redis://127.0.0.1:${redis.endpoints[0]?.port}`;
  const distribution = { channels: CHANNELS.map((name) => ({ name, url })) };
  const configured = children.map((child) =>
    child.kind === 'api' || child.kind === 'library'
      ? Object.assign({}, child, { config: Object.assign({ distribution }, child.config) })
      : child,
  );
  const numbers = Array.from({ length: o.receiversPerRegion ?? 1 }, (_, at) => at + 1);
  const receivers = regions.flatMap((region) => numbers.map((number) => receiverSpec(o, region, number)));
  return [redis, ...configured, ...receivers];
}

/** The receiver gets its credential at its start (receivers.ts). */
function receiverSpec(o: Options, region: Region, number: number): ChildSpec {
  const id = number === 1 ? `rcv-${region.short}` : `rcv-${region.short}-${number}`;
  const listen = { ip: `${region.net}.${10 + number}`, port: 7897 + o.portOffset };
  const serveUrl = `http://${listen.ip}:${listen.port}`;
  const stateDir = `${o.stateDir}/${id}`;
  return {
    id,
    kind: 'receiver',
    region: region.id,
    enrols: false,
    healthUrl: `${serveUrl}/healthz`,
    config: {
      stateDir,
      logLevel: o.logLevel,
      apiUrl: `http://127.0.0.1:${7800 + o.portOffset}/api`,
      site: `site-${region.short}`,
      filesDir: `${stateDir}/files`,
      serveListen: listen,
      serveUrl,
    },
    endpoints: [{ purpose: 'http', protocol: 'tcp', ...listen, what: 'files for neighbours, with a pass' }],
  };
}
