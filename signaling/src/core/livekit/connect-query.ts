// What a LiveKit client asks for in the address of its WebSocket (`/rtc?…`), and its token, which is there too or in
// the field `Authorization`.
import { limits, plainText } from '@meridian/protocol';

/**
 * Characters of the query. Beside the largest token there is room for all that SDKs say of themselves (~0.5 kB) and
 * some attributes.
 */
export const connectQueryLengthMax = limits.tokenBytesMax + 4 * 1024;

export interface ConnectQuery {
  /** As it came, '' without one: nothing is known of it. */
  readonly token: string;
  /** Subscribes to all that is published; the default. */
  readonly autoSubscribe: boolean;
  /** Takes its session up again, which is `participantSid`; '' when it names none, and when it joins. */
  readonly reconnect: boolean;
  readonly participantSid: string;
  /** js, reactnative, flutter, rust, python, unity …, as it calls itself; '' without a name. */
  readonly sdk: string;
  readonly version: string;
  /** For people to read, at most `limits.nameLengthMax`: SDK, version, and in brackets browser, system, device. */
  readonly clientInfoText: string;
}

const WORD_LENGTH_MAX = 64;
/** Ids that we give have at most 35. */
const SID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Reads what stands behind the `?`. A field `Authorization` with a bearer's token goes before `access_token`. Undefined
 * when the query or its token is too long; anything else that cannot be read has its default.
 */
export function connectQueryOf(text: string, authorization = ''): ConnectQuery | undefined {
  if (text.length > connectQueryLengthMax) return undefined;
  const params = new URLSearchParams(text);
  const bearer = /^Bearer +([^ ]*) *$/i.exec(authorization)?.[1];
  const token = bearer ?? params.get('access_token') ?? '';
  if (token.length > limits.tokenBytesMax) return undefined;
  const reconnect = isOn(params, 'reconnect') === true;
  const sid = params.get('sid') ?? '';
  return {
    token,
    autoSubscribe: isOn(params, 'auto_subscribe') ?? true,
    reconnect,
    participantSid: reconnect && SID_PATTERN.test(sid) ? sid : '',
    sdk: wordOf(params, 'sdk'),
    version: wordOf(params, 'version'),
    clientInfoText: clientInfoText(params),
  };
}

/** As LiveKit reads it: `1` and `true` are on, anything else is off, nothing at all is undefined. */
function isOn(params: URLSearchParams, name: string): boolean | undefined {
  const value = params.get(name) ?? '';
  return value === '' ? undefined : value === '1' || value === 'true';
}

const wordOf = (params: URLSearchParams, name: string): string =>
  plainText((params.get(name) ?? '').slice(0, 4 * WORD_LENGTH_MAX), WORD_LENGTH_MAX);

/** Such as `livekit-js/2.23.0 (Chrome 141.0; macOS 15.1; iPhone)`. */
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
