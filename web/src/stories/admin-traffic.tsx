// Pages of live rooms, reports and webhooks with answers of a script.
import { type ComponentType, type ReactNode, useEffect } from 'react';
import type { AdminRoute } from '../admin/core/route.ts';
import { reportAnswers, roomAnswers } from './admin-rooms-answers.ts';

/** What the api would answer to a call: a value as JSON, or undefined (404). */
type Answers = (method: string, path: string) => unknown;
type StoryOf = ComponentType<{ route: AdminRoute; answers: Answers }>;

const delivery = (one: object) => ({
  id: 'WD_x4Fz0u2Qm',
  eventId: 'EV_8Zr2mQkL0vXw5TgYb1Nc',
  event: 'participant_joined',
  sequence: 4,
  state: 'delivered',
  attempts: 1,
  createdAt: '2026-11-23T08:41:07.120Z',
  doneAt: '2026-11-23T08:41:07.290Z',
  lastStatus: 200,
  lastTookMs: 148,
  ...one,
});
const deliveries = [
  delivery({
    id: 'WD_5',
    event: 'track_published',
    state: 'pending',
    attempts: 0,
    doneAt: undefined,
    lastStatus: undefined,
    lastTookMs: undefined,
  }),
  delivery({
    id: 'WD_4',
    state: 'pending',
    attempts: 4,
    lastStatus: 0,
    lastError: 'TIMEOUT',
    lastTookMs: 10_000,
    doneAt: undefined,
    nextAt: '2026-11-23T08:49:12Z',
  }),
  delivery({ id: 'WD_3', event: 'room_started' }),
  delivery({
    id: 'WD_2',
    event: 'meeting.invitee_replied',
    state: 'failed',
    attempts: 21,
    lastStatus: 503,
    lastTookMs: 61,
    createdAt: '2026-11-22T07:12:44Z',
  }),
  delivery({
    id: 'WD_1',
    event: 'meeting.created',
    state: 'cancelled',
    attempts: 2,
    lastStatus: 0,
    lastError: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    lastTookMs: 12,
    createdAt: '2026-11-21T16:02:10Z',
  }),
];
const webhook = (one: object) => ({
  id: 'WH_office',
  url: 'https://office.example.com/hooks/meridian',
  description: 'Office system',
  events: [],
  format: 'standard',
  signer: '',
  enabled: true,
  createdAt: '2026-10-02T09:30:00Z',
  updatedAt: '2026-11-20T13:05:00Z',
  lastDelivery: deliveries[2],
  ...one,
});
const hooks = [
  webhook({}),
  webhook({
    id: 'WH_crm',
    url: 'https://crm.eu-central.customers.example.net/integrations/video/events?source=meridian&team=sales-emea',
    description: '',
    events: ['participant_joined', 'participant_left'],
    lastDelivery: deliveries[1],
  }),
  webhook({
    id: 'WH_lk',
    url: 'https://recorder.example.org/livekit',
    description: '录制服务',
    format: 'livekit',
    signer: 'APIkixFF88VaJFO',
    events: ['room_finished'],
    enabled: false,
    disabledReason: 'gone',
    lastDelivery: deliveries[3],
  }),
  webhook({
    id: 'WH_old',
    url: 'http://203.0.113.9:8080/',
    description: 'Old alarm',
    enabled: false,
    disabledReason: 'request',
    lastDelivery: undefined,
  }),
];
const body = JSON.stringify({
  id: 'EV_8Zr2mQkL0vXw5TgYb1Nc',
  event: 'participant_joined',
  createdAt: '2026-11-23T08:41:07.000Z',
  sequence: 4,
  room: {
    sid: 'RM_7Fq',
    name: 'quarter-review',
    metadata: '',
    createdAt: '2026-11-23T08:40:58.000Z',
    numParticipants: 3,
  },
  participant: { sid: 'PA_1', identity: 'li.wei', name: '李伟', kind: 'standard', region: 'sgp' },
});
const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

const webhookAnswers: Answers = (method, path) => {
  if (path === '/webhooks') return method === 'GET' ? { data: hooks } : { ...hooks[0], id: 'WH_new', secret };
  if (path.startsWith('/keys'))
    return {
      data: [{ id: 'APIkixFF88VaJFO', name: 'office', scopes: [], regions: [], createdAt: '2026-01-01T00:00:00Z' }],
    };
  const [, , id, part, one, act] = (path.split('?')[0] ?? '').split('/');
  const hook = hooks.find((each) => each.id === id);
  if (part === undefined) return method === 'DELETE' ? null : hook;
  if (part === 'rotate-secret') return { ...hook, secret };
  if (part === 'test')
    return id === 'WH_crm'
      ? { delivered: false, status: 0, error: 'TIMEOUT', tookMs: 10_000 }
      : { delivered: true, status: 200, tookMs: 93 };
  if (one === undefined)
    return { data: path.includes('state=') ? deliveries.slice(3, 4) : deliveries, nextCursor: 'x' };
  if (act === 'replay') return delivery({ id: 'WD_9', state: 'pending', attempts: 0, lastStatus: undefined });
  const found = deliveries.find((each) => each.id === one) ?? delivery({ id: one });
  return one === 'WD_1' ? found : { ...found, body };
};

/** Presses what these selectors name, one after another, as each comes up. */
function Pressing({ selectors, children }: { selectors: readonly string[]; children: ReactNode }) {
  useEffect(() => {
    let at = 0;
    const press = (): void => {
      const selector = selectors[at];
      const found = selector === undefined ? null : document.querySelector<HTMLElement>(selector);
      if (found === null) return;
      at += 1;
      found.click();
    };
    const watch = new MutationObserver(press);
    watch.observe(document.body, { childList: true, subtree: true });
    press();
    return () => watch.disconnect();
  }, [selectors]);
  return children;
}

/** These stories, in the frame of the administration pages. */
export function adminTrafficStories(Story: StoryOf): Readonly<Record<string, () => ReactNode>> {
  const page = (route: AdminRoute, answers: Answers, selectors: readonly string[] = []) => (
    <Pressing selectors={selectors}>
      <Story route={route} answers={answers} />
    </Pressing>
  );
  const hook = (id: string, ...selectors: string[]) => page({ section: 'webhooks', id }, webhookAnswers, selectors);
  const hooks = (...selectors: string[]) => page({ section: 'webhooks' }, webhookAnswers, selectors);
  const room = (...selectors: string[]) =>
    page({ section: 'rooms', id: 'mt_8Zr2mQkL0vXw5TgYb1Nc' }, roomAnswers, selectors);
  return {
    'admin-webhooks': () => hooks(),
    'admin-webhooks-empty': () => page({ section: 'webhooks' }, () => ({ data: [] })),
    'admin-webhooks-failed': () => page({ section: 'webhooks' }, () => undefined),
    'admin-webhooks-new': () => hooks('[data-testid=add]', '[data-testid=events-some]'),
    'admin-webhooks-wrong': () => hooks('[data-testid=add]', '[data-testid=events-some]', '[data-testid=save]'),
    'admin-webhooks-secret': () => hook('WH_office', '[data-testid=rotate]', '.dialog button[type=submit]'),
    'admin-webhook': () => hook('WH_office', '[data-testid=test]'),
    'admin-webhook-livekit': () => hook('WH_lk', '[data-testid=edit]'),
    'admin-webhook-failing': () => hook('WH_crm', '[data-testid=test]', '[data-testid=replay]'),
    'admin-webhook-delivery': () => hook('WH_office', '[data-testid=details]'),
    'admin-rooms': () => page({ section: 'rooms' }, roomAnswers),
    'admin-rooms-empty': () => page({ section: 'rooms' }, () => ({ data: [], missing: ['sig-sgp-1'] })),
    'admin-room': () => room(),
    'admin-room-quiet': () => page({ section: 'rooms', id: 'stand-up' }, roomAnswers),
    'admin-room-over': () => page({ section: 'rooms', id: 'nowhere' }, roomAnswers),
    'admin-room-remove': () => room('[data-testid=remove]'),
    'admin-room-mute': () => room('[data-testid=mute]'),
    'admin-room-end': () => room('[data-testid=end]'),
    'admin-reports': () => page({ section: 'reports' }, reportAnswers),
    'admin-reports-empty': () => page({ section: 'reports' }, () => ({ data: [] })),
    'admin-report': () => page({ section: 'reports', id: 'RM_q1' }, reportAnswers),
    'admin-report-now': () => page({ section: 'reports', id: 'RM_now' }, reportAnswers),
    'admin-report-lost': () => page({ section: 'reports', id: 'RM_q3' }, reportAnswers),
    'admin-webhook-remove': () => hook('WH_crm', '[data-testid=remove]'),
  };
}
