import { readFileSync } from 'node:fs';
import { MeridianApiError } from '@meridian/api-client';
import { describe, expect, it } from 'vitest';
import { type Delivery, type Webhook, WebhooksApi } from '../../../src/admin/webhooks/api.ts';
import { eventGroups } from '../../../src/admin/webhooks/core/events.ts';
import {
  bodyOf,
  emptyForm,
  errorsOf,
  formOf,
  sendable,
  toggled,
  type WebhookForm,
} from '../../../src/admin/webhooks/core/form.ts';
import {
  eventsText,
  eventText,
  failureTextOf,
  readable,
  resultOf,
  stateOf,
} from '../../../src/admin/webhooks/core/results.ts';
import { replayAndWatch } from '../../../src/admin/webhooks/replay.ts';
import { Secrets } from '../../../src/admin/webhooks/secrets.ts';
import { webhookTexts } from '../../../src/admin/webhooks/text.ts';
import { sayOf } from '../../../src/core/messages/both-languages.ts';
import { refusal, scripted } from './scripted-traffic.ts';

const say = sayOf(webhookTexts, 'en');
const hook: Webhook = {
  id: 'WH_1',
  url: 'https://office.example/hook',
  description: 'Office',
  events: [],
  format: 'standard',
  signer: '',
  enabled: true,
  createdAt: '2026-11-23T08:00:00Z',
  updatedAt: '2026-11-23T08:00:00Z',
};
const form = (change: Partial<WebhookForm>): WebhookForm => ({ ...emptyForm, url: hook.url, ...change });

describe('the form of a webhook', () => {
  it.each([
    '',
    'https://',
    'office',
    'ftp://office.example',
    'https://user:secret@office.example',
    'https://office.example/#part',
    'javascript:alert(1)',
  ])('rejects an invalid URL: %j', (url) => expect(errorsOf(form({ url }))).toEqual({ url: 'urlWrong' }));

  it('needs an event kind, unless all are sent, and a key for LiveKit’s format', () => {
    expect(errorsOf(form({ isAll: false }))).toEqual({ events: 'eventsMissing' });
    expect(errorsOf(form({ format: 'livekit', signer: ' ' }))).toEqual({ signer: 'signerMissing' });
    // LiveKit has no events of meetings, so these alone leave none to send.
    expect(errorsOf(form({ format: 'livekit', signer: 'k', isAll: false, events: ['meeting.created'] }))).toEqual({
      events: 'eventsMissing',
    });
    expect(errorsOf(form({ url: ' https://office.example/hook ' }))).toEqual({});
  });

  it('sends its values, without event kinds when all are sent', () => {
    expect(bodyOf(form({ url: ` ${hook.url} `, events: ['room_started'], signer: 'k' }))).toEqual({
      url: hook.url,
      description: '',
      events: [],
      format: 'standard',
      signer: '',
    });
    const livekit = form({
      format: 'livekit',
      signer: 'k',
      isAll: false,
      events: ['meeting.created', 'room_started'],
    });
    expect(bodyOf(livekit)).toMatchObject({ events: ['room_started'], signer: 'k' });
  });

  it('starts with the webhook’s values, and changes one event kind at a time', () => {
    expect(formOf(hook)).toMatchObject({ isAll: true, events: [] });
    const some = formOf({ ...hook, events: ['room_started'] });
    expect(some.isAll).toBe(false);
    const both = toggled(some, 'room_finished', true);
    expect(both.events).toEqual(['room_started', 'room_finished']);
    expect(toggled(both, 'room_finished', true).events).toEqual(both.events);
    expect(toggled(both, 'room_started', false).events).toEqual(['room_finished']);
  });

  it('offers each event kind of the API once, and none of meetings in LiveKit’s format', () => {
    const { components } = JSON.parse(readFileSync(new URL('../../../../api/openapi.json', import.meta.url), 'utf8'));
    const apiEvents: string[] = components.schemas.Webhook.properties.events.items.enum;
    expect(eventGroups.flatMap(({ events }) => [...events]).sort()).toEqual(apiEvents.toSorted());
    expect(sendable('livekit').map(({ name }) => name)).toEqual(['rooms', 'people', 'tracks', 'recordings']);
    for (const event of apiEvents) expect(eventText(event, webhookTexts.en, say)).not.toBe(event);
  });
});

describe('texts of results', () => {
  it('describe the state of a delivery', () => {
    const rows: readonly [Pick<Delivery, 'state' | 'attempts' | 'lastStatus'>, string, string][] = [
      [{ state: 'unheard-of', attempts: 0 }, 'quiet', 'On its way'],
      [{ state: 'pending', attempts: 0 }, 'quiet', 'On its way'],
      [{ state: 'pending', attempts: 2, lastStatus: 0 }, 'warn', 'Trying again'],
      [{ state: 'pending', attempts: 2, lastStatus: 500 }, 'warn', 'Trying again · 500'],
      [{ state: 'failed', attempts: 21, lastStatus: 404 }, 'bad', 'Failed · 404'],
      [{ state: 'delivered', attempts: 1, lastStatus: 204 }, 'good', 'Delivered · 204'],
      [{ state: 'cancelled', attempts: 3, lastStatus: 500 }, 'quiet', 'Cancelled'],
    ];
    for (const [delivery, tone, text] of rows) expect(resultOf(delivery, say)).toEqual({ tone, text });
  });

  it('explain why a delivery did not arrive', () => {
    const rows: readonly [number | undefined, string | undefined, RegExp | undefined][] = [
      [undefined, undefined, undefined],
      [200, undefined, undefined],
      [204, '', undefined],
      [0, undefined, /no connection/],
      [0, 'constructor', /no connection \(constructor\)/],
      [0, 'TIMEOUT', /10 seconds/],
      [0, 'TARGET_REFUSED', /does not send/],
      [0, 'ENOTFOUND', /name is not known/],
      [0, 'DEPTH_ZERO_SELF_SIGNED_CERT', /not trusted \(DEPTH/],
      [0, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', /not trusted/],
      [302, 'REDIRECT', /302, a redirect/],
      [401, undefined, /401: it refused/],
      [503, undefined, /503: the receiver has a problem/],
      [103, undefined, /103\.$/],
    ];
    for (const [status, code, expected] of rows) {
      const why = failureTextOf(status, code, say);
      if (expected === undefined) expect(why).toBeUndefined();
      else expect(why).toMatch(expected);
    }
  });

  it('describe the sent event, and whether the webhook is active', () => {
    expect(eventText('constructor', webhookTexts.en, say)).toBe('constructor');
    expect(eventText('room.over', webhookTexts.en, say)).toBe('room.over');
    expect(
      [[], ['room_started'], ['room_started', 'room_finished']].map((events) =>
        eventsText({ ...hook, events: events as Webhook['events'] }, say),
      ),
    ).toEqual(['Everything', '1 kind of event', '2 kinds of events']);
    const off = (disabledReason: string) => stateOf({ ...hook, enabled: false, disabledReason }, say).text;
    expect([stateOf(hook, say).text, off('gone'), off('request'), off('')]).toEqual([
      'On',
      'Stopped',
      'Paused',
      'Paused',
    ]);
  });

  it('indent a JSON body, and leave another body unchanged', () => {
    expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(readable('a=1')).toBe('a=1');
  });
});

describe('a secret', () => {
  it('is shown when it is created, and never afterwards', async () => {
    const { ports, asked } = scripted(() => ({ ...hook, secret: 'whsec_1' }));
    const api = new WebhooksApi(ports);
    const secrets = new Secrets();
    const storedWebhook = secrets.take(await api.create(bodyOf(formOf(hook)), 'once-1'), false);
    expect(asked).toMatchObject([{ call: 'POST /webhooks', key: 'once-1', body: { url: hook.url } }]);
    expect(secrets.shown.get()).toEqual({ secret: 'whsec_1', isRotated: false });
    expect(storedWebhook).toEqual(hook);
    secrets.close();
    expect(secrets.shown.get()).toBeUndefined();
    expect(JSON.stringify([storedWebhook, secrets])).not.toContain('whsec_');
    secrets.take(await api.rotate('WH_1'), true);
    expect(secrets.shown.get()?.isRotated).toBe(true);
  });
});

describe('calls', () => {
  it('name the webhook, its state and page', async () => {
    const { ports, calls, asked } = scripted((call) =>
      call.startsWith('DELETE') ? new Response(null, { status: 204 }) : { data: [] },
    );
    const api = new WebhooksApi(ports);
    await api.list();
    await api.list('c');
    await api.deliveries('WH/1', '');
    await api.deliveries('WH_1', 'failed', 'c');
    await api.change('WH_1', { enabled: false });
    await api.test('WH_1');
    await api.remove('WH_1');
    expect(calls()).toEqual([
      'GET /webhooks',
      'GET /webhooks?cursor=c',
      'GET /webhooks/WH%2F1/deliveries?limit=25',
      'GET /webhooks/WH_1/deliveries?limit=25&state=failed&cursor=c',
      'PATCH /webhooks/WH_1',
      'POST /webhooks/WH_1/test',
      'DELETE /webhooks/WH_1',
    ]);
    expect(asked[4]?.body).toEqual({ enabled: false });
  });

  it('reject with the code of a refused target', async () => {
    const { ports } = scripted(() =>
      refusal(403, 'TARGET_REFUSED', [{ pointer: '/url', detail: 'is no address outside' }]),
    );
    const error = await new WebhooksApi(ports).create(bodyOf(form({})), 'once').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MeridianApiError);
    expect(error).toMatchObject({ code: 'TARGET_REFUSED' });
  });

  it('offer only unrevoked keys for signing', async () => {
    const key = { id: 'k1', name: '', scopes: [], regions: [], createdAt: '2026-01-01T00:00:00Z' };
    const { ports } = scripted(() => ({ data: [key, { ...key, id: 'k2', revokedAt: '2026-02-01T00:00:00Z' }] }));
    expect((await new WebhooksApi(ports).keys()).map(({ id }) => id)).toEqual(['k1']);
  });
});

describe('replaying a delivery', () => {
  const delivery = (one: Partial<Delivery>): Delivery => ({
    id: 'WD_new',
    eventId: 'EV_1',
    event: 'room_started',
    sequence: 1,
    state: 'pending',
    attempts: 0,
    createdAt: '2026-11-23T08:00:00Z',
    ...one,
  });
  const run = async (states: readonly Partial<Delivery>[], isOpen: () => boolean = () => true) => {
    let polls = 0;
    const { ports, calls } = scripted((call) => {
      if (call.startsWith('POST')) return delivery({});
      polls += 1;
      return delivery(states[polls - 1] ?? {});
    });
    const api = new WebhooksApi(ports);
    const shown: string[] = [];
    await replayAndWatch({
      replay: () => api.replay('WH_1', 'WD_old'),
      read: (id) => api.delivery('WH_1', id),
      show: ({ id, state, attempts }) => shown.push(`${id} ${state} ${attempts}`),
      pause: async () => isOpen(),
    });
    return { calls: calls(), shown };
  };

  it('requests one replay, and shows the new delivery until its result is known', async () => {
    const { calls, shown } = await run([{}, { state: 'delivered', attempts: 1 }]);
    expect(calls).toEqual([
      'POST /webhooks/WH_1/deliveries/WD_old/replay',
      'GET /webhooks/WH_1/deliveries/WD_new',
      'GET /webhooks/WH_1/deliveries/WD_new',
    ]);
    expect(shown).toEqual(['WD_new pending 0', 'WD_new pending 0', 'WD_new delivered 1']);
  });

  it('ends after a failed attempt, a cancelled delivery, a closed page or twelve polls', async () => {
    expect((await run([{ attempts: 1, lastStatus: 500 }])).shown).toEqual(['WD_new pending 0', 'WD_new pending 1']);
    expect((await run([], () => false)).calls).toHaveLength(1);
    expect((await run([])).calls).toHaveLength(13);
    expect((await run([{ state: 'cancelled' }])).calls).toHaveLength(2);
  });

  it('rejects when the delivery no longer exists', async () => {
    const { ports } = scripted(() => undefined);
    const api = new WebhooksApi(ports);
    const nothing = () => expect.unreachable();
    await expect(
      replayAndWatch({ replay: () => api.replay('WH_1', 'WD_x'), read: nothing, show: nothing, pause: nothing }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
