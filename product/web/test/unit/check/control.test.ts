import { MeridianApiError } from '@meridian/api-client';
import { type CheckOptions, type CheckReport, MeridianClientError } from '@meridian/sdk-web';
import { describe, expect, it } from 'vitest';
import { CheckControl, type CheckPorts } from '../../../src/check/control.ts';
import { choiceOf, whenOpened } from '../../../src/check/devices.ts';
import { CheckNotOffered, fetchCheckToken } from '../../../src/check/token.ts';
import { parseCheckAddress } from '../../../src/core/check-address.ts';
import { noDevices } from '../../../src/core/model.ts';
import { clientOf } from '../../../src/room/api.ts';
import { PageError } from '../../../src/room/page-config.ts';
import type { PreviewModel } from '../../../src/room/preview.ts';
import { Store } from '../../../src/room/store.ts';
import { goodReport, runningReport } from '../../../src/stories/check-reports.ts';

/** Waits until all resolved promises have been handled. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Begun {
  readonly token: string;
  readonly options: CheckOptions;
  readonly answer: PromiseWithResolvers<CheckReport>;
}

/** A control with fake devices and tokens, whose SDK checks the test answers. */
function scripted(ports: Partial<CheckPorts> = {}) {
  const begun: Begun[] = [];
  const control = new CheckControl({
    openDevices: async () => ({ camera: { deviceId: 'cam-1' }, microphone: true }),
    token: async () => 'token',
    codeOf: (error) => (error as { code?: string }).code ?? 'INTERNAL',
    check: (token, options) => {
      const answer = Promise.withResolvers<CheckReport>();
      begun.push({ token, options, answer });
      return answer.promise;
    },
    ...ports,
  });
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  control.store.subscribe(() => {
    seen.push(control.store.get().at);
    for (const look of waiting) look();
  });
  const until = (at: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (control.store.get().at !== at) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { control, begun, seen, until };
}

describe('a check', () => {
  it('opens devices, gets a token, and shows reports until the last', async () => {
    const { control, begun, seen, until } = scripted();
    control.start();
    await until('running');
    const [one] = begun;
    expect([one?.token, one?.options.camera, one?.options.microphone]).toEqual(['token', { deviceId: 'cam-1' }, true]);
    one?.options.onProgress?.(runningReport);
    expect(control.store.get()).toEqual({ at: 'running', report: runningReport });
    one?.answer.resolve(goodReport);
    await until('done');
    expect(control.store.get()).toEqual({ at: 'done', report: goodReport });
    expect(seen).toEqual(['opening', 'running', 'running', 'done']);
  });

  it('that is stopped cancels the SDK’s check, and shows nothing of it', async () => {
    const { control, begun, until } = scripted();
    control.start();
    await until('running');
    control.stop();
    control.stop();
    const [one] = begun;
    expect([control.store.get().at, one?.options.signal?.aborted]).toEqual(['ready', true]);
    one?.options.onProgress?.(runningReport);
    one?.answer.reject(new MeridianClientError('CONNECT_ABORTED'));
    await one?.answer.promise.catch(() => undefined);
    expect(control.store.get().at).toBe('ready');
  });

  it('that is stopped before the browser has answered begins no SDK check', async () => {
    const devices = Promise.withResolvers<object>();
    const { control, begun } = scripted({ openDevices: () => devices.promise });
    control.start();
    control.stop();
    devices.resolve({});
    await turn();
    expect([begun.length, control.store.get().at]).toEqual([0, 'ready']);
  });

  it('is replaced by the next one', async () => {
    const { control, begun, until } = scripted();
    control.start();
    await until('running');
    control.start();
    expect(begun[0]?.options.signal?.aborted).toBe(true);
    await until('running');
    begun[0]?.answer.resolve(runningReport);
    begun[1]?.answer.resolve(goodReport);
    await until('done');
    expect(control.store.get()).toEqual({ at: 'done', report: goodReport });
  });

  it.each([
    [new CheckNotOffered(), 'CHECK_NOT_OFFERED'],
    [new MeridianApiError('LINK_INVALID', ''), 'LINK_INVALID'],
    [new PageError('CONFIG_UNREACHABLE'), 'CONFIG_UNREACHABLE'],
    [new Error('what?'), 'INTERNAL'],
  ])('without a token shows the reason: %o', async (error, code) => {
    const { control, begun, until } = scripted({ token: () => Promise.reject(error) });
    control.start();
    await until('refused');
    expect([control.store.get(), begun.length]).toMatchObject([{ at: 'refused', failure: { code } }, 0]);
  });

  it('that the service refuses shows the reason, and can start again', async () => {
    const { control, begun, until } = scripted();
    control.start();
    await until('running');
    begun[0]?.answer.reject(new MeridianClientError('TOKEN_EXPIRED'));
    await until('refused');
    expect(control.store.get()).toMatchObject({ at: 'refused', failure: { code: 'TOKEN_EXPIRED' } });
    control.start();
    await until('running');
    expect(begun).toHaveLength(2);
    control.stop();
  });
});

describe('the devices of a check', () => {
  const model = (camera: PreviewModel['camera'], microphone: PreviewModel['microphone']): PreviewModel => ({
    camera,
    microphone,
    devices: noDevices,
  });
  it('are waited for until the browser has allowed or refused each', async () => {
    const store = new Store(model('starting', 'starting'));
    let isOpen = false;
    const opening = whenOpened(store, new AbortController().signal).then(() => {
      isOpen = true;
    });
    store.set(model('on', 'starting'));
    await turn();
    expect(isOpen).toBe(false);
    store.set(model('on', { problem: 'denied' }));
    await opening;
    expect(isOpen).toBe(true);
  });
  it('are not waited for after the check was cancelled', async () => {
    const giving = new AbortController();
    const opening = whenOpened(new Store(model('starting', 'starting')), giving.signal);
    giving.abort();
    await opening;
  });
  it('are the chosen ones, else the system’s', () => {
    expect(choiceOf({ videoinput: 'cam-2', audioinput: '', audiooutput: 'out' })).toEqual({
      camera: { deviceId: 'cam-2' },
      microphone: true,
    });
  });
});

describe('the token of a check', () => {
  type Answers = Readonly<Record<string, readonly [status: number, body: object]>>;
  const problem = (status: number, code: string) => [status, { code, title: code, status, type: '' }] as const;
  const tokenAnswer = [201, { token: 'of-api', expiresAt: '', entryUrls: [] }] as const;
  /** Records requests in order; `answers` by path. */
  function ports(answers: Answers) {
    const asked: string[] = [];
    const fetch = async (request: Request): Promise<Response> => {
      const path = new URL(request.url).pathname.replace('/api/v1', '');
      asked.push(`${path} ${request.credentials} ${await request.text()}`.trim());
      const [status, body] = answers[path] ?? [404, {}];
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
    };
    const devToken = async (o: object): Promise<string> => {
      asked.push(JSON.stringify(o));
      return 'of-page';
    };
    return {
      asked,
      ports: { api: () => clientOf('https://meet.example.org', fetch), devToken, browserId: () => 'mine' },
    };
  }
  const at = (path: string, extra = '') => parseCheckAddress('', `#${new URLSearchParams({ from: path })}${extra}`);
  const [withApi, both] = [
    { api: true, devToken: false },
    { api: true, devToken: true },
  ];

  it('is the token in the URL, if there is one', async () => {
    const { asked, ports: p } = ports({});
    expect(await fetchCheckToken(at('/?room=a', '&token=aa.bb.cc'), both, p)).toBe('aa.bb.cc');
    expect(asked).toEqual([]);
  });
  it.each([
    ['/j/abc', '/checks omit {"code":"abc","browserId":"mine"}'],
    ['/m/493817264', '/checks omit {"number":"493817264","browserId":"mine"}'],
    ['/', '/checks same-origin {}'],
  ])('for a person from %s is requested by the call %s', async (path, expected) => {
    const { asked, ports: p } = ports({ '/checks': tokenAnswer });
    expect(await fetchCheckToken(at(path), withApi, p)).toBe('of-api');
    expect(asked).toEqual([expected]);
  });
  it('for the user’s own meeting is the token of that call, or after a sign-out the token for any caller', async () => {
    const join = '/me/meetings/mt_1/join';
    const signedIn = ports({ [join]: [200, { token: 'of-call' }] });
    expect(await fetchCheckToken(at('/meetings/mt_1/join'), withApi, signedIn.ports)).toBe('of-call');
    const signedOut = ports({ [join]: problem(401, 'TOKEN_MISSING'), '/checks': tokenAnswer });
    expect(await fetchCheckToken(at('/meetings/mt_1/join'), withApi, signedOut.ports)).toBe('of-api');
  });
  it('is the page server’s own in development, where the API gives none', async () => {
    const { asked, ports: p } = ports({ '/checks': problem(404, 'CHECK_NOT_OFFERED') });
    expect(await fetchCheckToken(at('/?room=design'), both, p)).toBe('of-page');
    expect(JSON.parse(asked[1] ?? '')).toMatchObject({ room: 'design', check: true });
  });
  it.each([
    ['LINK_INVALID', problem(404, 'LINK_INVALID')],
    ['RATE_LIMITED', problem(429, 'RATE_LIMITED')],
    ['CHECK_NOT_OFFERED', problem(404, 'CHECK_NOT_OFFERED')],
  ])('is refused with %s', async (code, answer) => {
    const { ports: p } = ports({ '/checks': answer });
    await expect(fetchCheckToken(at('/j/abc'), withApi, p)).rejects.toMatchObject({ code });
  });
  it('is not offered without an API and without a page server that signs tokens', async () => {
    const { ports: p } = ports({});
    await expect(fetchCheckToken(at('/'), { api: false, devToken: false }, p)).rejects.toBeInstanceOf(CheckNotOffered);
  });
});
