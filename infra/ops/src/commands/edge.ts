// `meridian node edge`: prints the configuration of an edge cache, an nginx on a machine of its own.
import { existsSync } from 'node:fs';
import { readConfig } from '../config-files.ts';
import type { Context } from '../context.ts';
import { HostError } from '../core/error.ts';
import { configFilesOf, serviceOf } from '../core/services.ts';
import { edgeConfig } from '../edge/nginx.ts';
import { type EdgeOptions, edgeFileOf } from '../edge/options.ts';

/**
 * Prints the configuration, with the edge secret of this host's gateway or library node. Without nodes in `options`,
 * the edge fetches from those two. HostError OPTION_INVALID, CONFIG_MISSING; EDGES_MISSING when neither has `edges`.
 */
export function edge(options: EdgeOptions, context: Context): void {
  const presentKinds = ['gateway', 'library'].filter((kind) => existsSync(fileOf(kind, context)));
  // A host with neither gets the error about the gateway.
  const leading = (presentKinds.length > 0 ? presentKinds : ['gateway']).flatMap((kind) => leadingNode(kind, context));
  const [first] = leading;
  if (first === undefined)
    throw new HostError(
      'EDGES_MISSING',
      'neither gateway.yaml nor library.yaml has edges',
      'add edges with a secret and this edge, the same at all gateways and library nodes (docs/deploy.md)',
    );
  const isNamed = options.gateway.length + options.library.length > 0;
  const ownOf = (kind: string): string[] => leading.filter((one) => one.kind === kind).map(({ named }) => named);
  const own = isNamed ? {} : { gateway: ownOf('gateway'), library: ownOf('library') };
  const allowedOrigins = leading.find((one) => one.kind === 'gateway')?.allowedOrigins ?? ['*'];
  context.out(edgeConfig(edgeFileOf(Object.assign({}, options, own), { secret: first.secret, allowedOrigins })));
}

interface LeadingNode {
  readonly kind: string;
  readonly secret: string;
  /** `ID=URL`. */
  readonly named: string;
  readonly allowedOrigins: readonly string[];
}

function fileOf(kind: string, { folders }: Context): string {
  const service = serviceOf(kind);
  return (service === undefined ? [] : configFilesOf(service, folders)).at(-1) ?? '';
}

function leadingNode(kind: string, context: Context): LeadingNode[] {
  const config = readConfig(fileOf(kind, context));
  const { secret } = (config['edges'] ?? {}) as { readonly secret?: string };
  if (secret === undefined) return [];
  const allowedOrigins = (config['allowedOrigins'] ?? ['*']) as readonly string[];
  return [{ kind, secret, named: `${String(config['id'])}=${String(config['publicUrl'])}`, allowedOrigins }];
}
