// RTMP URL of a push or pull. Its last part is a secret, the stream key, which is neither shown nor logged.
import { MeridianError } from '@meridian/protocol';

export interface RtmpTarget {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  readonly app: string;
  /** Stream key, with the URL's query. Secret. */
  readonly streamName: string;
  readonly tcUrl: string;
  /** URL without the stream's name, for answers and logs. */
  readonly redactedUrl: string;
  /** Equal for two spellings of the same target. Secret. */
  readonly id: string;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'rtmp:': 1935, 'rtmps:': 443 };
/** Lower ports belong to other services, which might read the bytes as commands. */
const FREE_PORTS_FROM = 1024;
const HOST = /^[a-z0-9._-]{1,253}$/;
const HOST_V6 = /^\[([0-9a-f:.]{2,45})\]$/;

/**
 * Parses `rtmp://HOST[:PORT]/APP/KEY[?QUERY]`, or `rtmps://…`; the app may have several segments. Throws
 * REQUEST_INVALID; TARGET_REFUSED for a port below 1024 other than 443.
 */
export function parseTarget(text: string): RtmpTarget {
  const url = urlOf(text);
  const defaultPort = url === undefined ? undefined : DEFAULT_PORTS[url.protocol];
  if (url === undefined || defaultPort === undefined) throw invalid('the URL must begin with rtmp:// or rtmps://');
  if (url.username !== '' || url.password !== '' || url.hash !== '') throw invalid('a user or fragment is not allowed');
  const literal = url.hostname.toLowerCase();
  const host = HOST_V6.exec(literal)?.[1] ?? (HOST.test(literal) ? literal : undefined);
  if (host === undefined) throw invalid('the URL needs a host');
  const at = url.pathname.lastIndexOf('/');
  const [app, key] = [url.pathname.slice(1, at), url.pathname.slice(at + 1)];
  if (app === '' || key === '') throw invalid('the URL needs an application and a stream: rtmp://HOST/APP/KEY');
  const port = url.port === '' ? defaultPort : Number(url.port);
  if (port < FREE_PORTS_FROM && port !== DEFAULT_PORTS['rtmps:'])
    throw new MeridianError('TARGET_REFUSED', 'the port must be 443 or at least 1024');
  const tcUrl = `${url.protocol}//${literal}${port === defaultPort ? '' : `:${port}`}/${app}`;
  const streamName = key + url.search;
  return {
    isTls: url.protocol === 'rtmps:',
    host,
    port,
    app,
    streamName,
    tcUrl,
    redactedUrl: `${tcUrl}/***`,
    id: `${tcUrl}/${streamName}`,
  };
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

const invalid = (message: string): MeridianError => new MeridianError('REQUEST_INVALID', message);
