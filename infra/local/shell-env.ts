// Shell variables for the commands of the documentation, with the ports and keys of this start: the pages say `.
// .meridian/env` and contain no port.
import { join } from 'node:path';
import type { ChildSpec, Secrets } from './spec.ts';

/**
 * The names differ from those that services read, as a service started from such a shell must not take them for its
 * configuration.
 */
export function shellEnv(specs: readonly ChildSpec[], { devKey, clusterToken }: Secrets): string {
  /** Returns the URL of the first child of this kind that is reachable without a certificate of `--lan`. */
  const urlOf = (kind: ChildSpec['kind']): string => {
    const healthUrls = specs.filter((spec) => spec.kind === kind).map(({ healthUrl = '' }) => healthUrl);
    const found = healthUrls.find((url) => url.startsWith('http://'));
    return found === undefined ? '' : new URL(found).origin;
  };
  const variables: readonly (readonly [name: string, value: string, what: string])[] = [
    ['MERIDIAN_URL', urlOf('web'), 'the page; REST is below it'],
    ['MERIDIAN_API_KEY', devKey.key, 'devKey, of the tenant dev'],
    ['MERIDIAN_API_SECRET', devKey.secret, ''],
    ['MERIDIAN_ENTRY_URL', urlOf('signaling'), 'a signaling node, for the SDK'],
    ['MERIDIAN_GATEWAY_URL', urlOf('gateway'), 'a gateway'],
    ['MERIDIAN_CENTRE_HTTP', urlOf('scheduler'), 'the HTTP of the centre'],
    ['MERIDIAN_CENTRE_TOKEN', clusterToken, ''],
  ];
  const lines = variables.map(([name, value, what]) => {
    const set = `export ${name}=${quoted(value)}`;
    return what === '' ? set : `${set} # ${what}`;
  });
  return `# Written by npm start, for a shell in another terminal.\n${lines.join('\n')}\n`;
}

export const ENV_FILE = 'env';

/** Returns a line to paste: `. /root/meridian/.meridian/env`. */
export const sourceLine = (stateDir: string): string => `. ${quoted(join(stateDir, ENV_FILE))}`;

const quoted = (text: string): string => (/^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
