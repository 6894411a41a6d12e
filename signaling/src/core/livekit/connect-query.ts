// Parses the query of a LiveKit client's WebSocket (`/rtc?…`) and its token, there or in the field `Authorization`.
import { limits, MeridianError, plainText } from '@meridian/protocol';

/** Characters of the query: the largest token, the SDK's description of itself (~0.5 kB) and some attributes. */
export const connectQueryLengthMax = limits.tokenBytesMax + 4 * 1024;

export interface ConnectQuery {
  /** Unverified; '' if absent. */
  readonly token: string;
  /** Subscribes to every published track; the default. */
  readonly autoSubscribe: boolean;
  /** Resumes the session `participantSid`, which is '' if the client names none or joins. */
  readonly reconnect: boolean;
  readonly participantSid: string;
  /** SDK by its own name (js, reactnative, flutter, rust, python, unity …); '' if absent. */
  readonly sdk: string;
  readonly version: string;
  /** Protocol between SDKs that its SDK announces (`clientProtocols` of base/protocol); 0 if absent. */
  readonly clientProtocol: number;
  /** Text for people: SDK, version, and in brackets browser, system, device. At most `limits.nameLengthMax`. */
  readonly clientInfoText: string;
}

const WORD_LENGTH_MAX = 64;
/** Our ids have at most 35 characters. */
const SID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Parses the query behind the `?`. A bearer token in `Authorization` precedes `access_token`. Throws TOKEN_INVALID for
 * a token that is too long, REQUEST_INVALID for such a query; any other unreadable value gets its default.
 */
export function connectQueryOf(text: string, authorization = ''): ConnectQuery {
  const params = new URLSearchParams(text);
  const bearer = /^Bearer +([^ ]*) *$/i.exec(authorization)?.[1];
  const token = bearer ?? params.get('access_token') ?? '';
  if (token.length > limits.tokenBytesMax)
    throw new MeridianError('TOKEN_INVALID', `The token is longer than ${limits.tokenBytesMax} bytes.`);
  if (text.length > connectQueryLengthMax)
    throw new MeridianError('REQUEST_INVALID', `The query is longer than ${connectQueryLengthMax} bytes.`);
  const reconnect = isOn(params, 'reconnect') === true;
  const sid = params.get('sid') ?? '';
  return {
    token,
    autoSubscribe: isOn(params, 'auto_subscribe') ?? true,
    reconnect,
    participantSid: reconnect && SID_PATTERN.test(sid) ? sid : '',
    sdk: wordOf(params, 'sdk'),
    version: wordOf(params, 'version'),
    clientProtocol: numberOf(params, 'client_protocol'),
    clientInfoText: clientInfoText(params),
  };
}

/** Reads a flag as LiveKit does: `1` and `true` are on, any other value is off; an absent flag is undefined. */
function isOn(params: URLSearchParams, name: string): boolean | undefined {
  const value = params.get(name) ?? '';
  return value === '' ? undefined : value === '1' || value === 'true';
}

const numberOf = (params: URLSearchParams, name: string): number => {
  const text = params.get(name) ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
};

const wordOf = (params: URLSearchParams, name: string): string =>
  plainText((params.get(name) ?? '').slice(0, 4 * WORD_LENGTH_MAX), WORD_LENGTH_MAX);

/** Returns a text such as `livekit-js/2.23.0 (Chrome 141.0; macOS 15.1; iPhone)`. */
function clientInfoText(params: URLSearchParams): string {
  const words = (...names: string[]): string =>
    names
      .map((name) => wordOf(params, name))
      .filter((word) => word !== '')
      .join(' ');
  const sdk = ['livekit', wordOf(params, 'sdk')].filter((word) => word !== '').join('-');
  const version = wordOf(params, 'version');
  const about = [words('browser', 'browser_version'), words('os', 'os_version'), words('device_model')];
  const details = about.filter((part) => part !== '').join('; ');
  const name = version === '' ? sdk : `${sdk}/${version}`;
  return plainText(details === '' ? name : `${name} (${details})`, limits.nameLengthMax);
}
