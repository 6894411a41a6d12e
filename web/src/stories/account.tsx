// The pages of signed-in users, answered by a script instead of the api.
import { type ReactNode, useEffect } from 'react';
import { AccountApi, SignInApi } from '../account/api.ts';
import { emptyForm, formOf } from '../account/core/form.ts';
import type { Colleague, Invitee, Me, Meeting, MyOccurrence, UserSession } from '../account/core/model.ts';
import { once, repeatOf, withKind } from '../account/core/repeat.ts';
import { Booked } from '../account/ui/booked.tsx';
import { useLook } from '../account/ui/card-page.tsx';
import { DetailsDialog } from '../account/ui/details-dialog.tsx';
import { ForgotPage } from '../account/ui/forgot.tsx';
import { MailContext } from '../account/ui/mail.ts';
import { MeetingFormDialog } from '../account/ui/meeting-form.tsx';
import { MeetingsPage } from '../account/ui/meetings-page.tsx';
import { SecurityDialog } from '../account/ui/security-dialog.tsx';
import { SetupPage } from '../account/ui/setup.tsx';
import { SignInPage } from '../account/ui/sign-in.tsx';
import { CancelDialog, ScopeDialog } from '../account/ui/small-dialogs.tsx';
import { usualWays } from '../account/ui/use-ways.ts';
import { clientOf } from '../room/api.ts';
import '../styles/account.css';

const NOW_MS = Date.parse('2026-11-23T08:48:00Z');
const timeZone = 'Europe/Berlin';
const now = (): number => NOW_MS;
const nothing = (): void => undefined;

const me: Me = {
  id: 'usr_hana',
  tenant: 'example',
  email: 'hana.novakova@example.org',
  name: 'Hana Nováková',
  role: 'host',
  scopes: ['meetings:read', 'meetings:write'],
  hasPassword: true,
  branding: { displayName: null, accentColor: null, logo: null, supportUrl: null },
};
const company = {
  displayName: 'Nordlicht Versicherungen und Beteiligungen AG',
  accentColor: '#a21caf',
  logo: `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="96" height="28"><rect width="28" height="28" rx="6" fill="#a21caf"/><path d="M8 21V7l12 14V7" stroke="#fff" stroke-width="3" fill="none"/><text x="34" y="20" font-family="sans-serif" font-size="16" font-weight="700" fill="#3b0764">NORD</text></svg>')}`,
  supportUrl: 'https://help.example.org',
};
const occurrence = (
  one: Partial<MyOccurrence> & Pick<MyOccurrence, 'title' | 'startsAt' | 'endsAt'>,
): MyOccurrence => ({
  meetingId: `mt_${one.title.length}`,
  number: '493817264',
  room: 'mt_story',
  originalStart: one.startsAt.slice(0, 19),
  part: 'host',
  isRecurring: false,
  recurrence: '',
  timeZone: 'Europe/Berlin',
  mayChange: true,
  hasConflict: false,
  ...one,
});
const standUp = occurrence({
  title: 'Design stand-up',
  startsAt: '2026-11-23T09:00:00Z',
  endsAt: '2026-11-23T09:30:00Z',
  isRecurring: true,
  recurrence: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20270222T225959Z',
  later: 12,
});
const occurrences: readonly MyOccurrence[] = [
  standUp,
  occurrence({
    title: '季度评审会议：北京与法兰克福',
    startsAt: '2026-11-23T10:00:00Z',
    endsAt: '2026-11-23T11:30:00Z',
    part: 'invitee',
    answer: 'needsAction',
    mayChange: false,
    hasConflict: true,
  }),
  occurrence({
    title: 'Interview: senior media engineer',
    startsAt: '2026-11-23T11:00:00Z',
    endsAt: '2026-11-23T12:00:00Z',
    part: 'cohost',
    answer: 'accepted',
    hasConflict: true,
  }),
  occurrence({
    title: 'Lunch talk',
    startsAt: '2026-11-24T11:30:00Z',
    endsAt: '2026-11-24T12:00:00Z',
    part: 'invitee',
    answer: 'declined',
    mayChange: false,
  }),
  occurrence({
    title: 'A title that goes on for longer than a phone is wide, as titles of meetings with customers do',
    startsAt: '2026-11-26T13:00:00Z',
    endsAt: '2026-11-26T14:00:00Z',
    isRecurring: true,
    recurrence: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH,FR',
    later: 62,
  }),
  occurrence({
    title: 'Review of the quarter',
    startsAt: '2026-11-30T13:00:00Z',
    endsAt: '2026-11-30T14:00:00Z',
    isRecurring: true,
    recurrence: 'FREQ=MONTHLY;INTERVAL=3;BYDAY=-1MO;COUNT=4',
    later: 0,
  }),
  occurrence({ title: 'New Year planning', startsAt: '2027-01-04T09:00:00Z', endsAt: '2027-01-04T10:00:00Z' }),
];
const DAY_MS = 86_400_000;
const later = [7, 14, 21].map((days) => {
  const [startsAt, endsAt] = [standUp.startsAt, standUp.endsAt].map((at) =>
    new Date(Date.parse(at) + days * DAY_MS).toISOString(),
  );
  const title = days === 14 ? 'Design stand-up with guests from Hamburg' : standUp.title;
  return occurrence({ title, startsAt: startsAt ?? '', endsAt: endsAt ?? '', isRecurring: true });
});
const invitee = (one: Partial<Invitee> & Pick<Invitee, 'email'>): Invitee => ({
  id: `in_${one.email}`,
  name: '',
  userId: '',
  role: null,
  language: 'en',
  status: 'accepted',
  ...one,
});
const meeting: Meeting = {
  id: standUp.meetingId,
  number: standUp.number,
  room: standUp.room,
  status: 'scheduled',
  title: standUp.title,
  version: 3,
  sequence: 0,
  createdAt: '2026-10-26T08:00:00Z',
  updatedAt: '2026-10-26T08:00:00Z',
  description: 'What is new, what is in the way.\nBring your sketches.',
  localStart: '2026-11-02T10:00:00',
  startsAt: '2026-11-02T02:00:00Z',
  timeZone: 'Asia/Shanghai',
  durationMinutes: 30,
  recurrence: 'FREQ=WEEKLY;BYDAY=MO,WE',
  exceptions: [],
  overrides: [],
  hosts: [me.id],
  cohosts: [],
  hasPassword: true,
  settings: {
    waitingRoom: true,
    joinBeforeHost: false,
    capacity: 0,
    muteOnEntry: false,
    hardEnd: false,
    record: 'off',
    kind: 'meeting',
    regions: [],
  },
  invitees: [
    invitee({ email: 'ivo.schneider@example.org', name: 'Ivo Schneider', userId: 'usr_ivo', role: 'cohost' }),
    invitee({ email: 'li.wei@example.com', status: 'tentative' }),
    invitee({ email: 'a.very.long.address.of.a.guest@department.company.example', status: 'needsAction' }),
  ],
};

const session = (one: Partial<UserSession> & Pick<UserSession, 'browser' | 'usedAt'>): UserSession => ({
  id: `US_${one.usedAt}`,
  address: '192.0.2.17',
  createdAt: '2026-11-20T08:00:00Z',
  endsAt: '2026-11-27T08:00:00Z',
  current: false,
  ...one,
});
const sessions: readonly UserSession[] = [
  session({
    browser: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36',
    usedAt: '2026-11-23T08:47:00Z',
    current: true,
  }),
  session({
    browser:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile Safari/604.1',
    usedAt: '2026-11-22T19:12:00Z',
    address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  }),
  session({ browser: '', usedAt: '2026-11-21T07:30:00Z' }),
];

const colleagues: readonly Colleague[] = [
  { id: 'usr_wang', name: '王小明', email: 'wang.xiaoming@example.org' },
  { id: 'usr_wanda', name: 'Wanda Holm', email: 'wanda.holm@example.org' },
  { id: 'usr_wangari', name: 'Wangari Muthoni wa Kamau-Oyelaran', email: 'wangari.muthoni.kamau-oyelaran@example.org' },
];

/** The api, with these meetings. */
const answering = (list: readonly MyOccurrence[], more: object = {}) =>
  clientOf(location.origin, async ({ url }) => Response.json(answerTo(new URL(url), list, more)));

const recordings = [
  { id: 're_2', state: 'finished', startedAt: '2026-11-22T09:02:00Z', durationMs: 2_820_000 },
  { id: 're_1', state: 'finishing', startedAt: '2026-11-15T09:00:00Z', durationMs: null },
];

/** `more`: of what is asked before one is signed in. */
function answerTo({ pathname, searchParams }: URL, list: readonly MyOccurrence[], more: object): object {
  const path = pathname.slice('/api/v1'.length);
  // A window with an end is what the form asks for conflicts.
  if (path === '/me/meetings' && searchParams.has('meeting')) return { data: later, nextCursor: 'more' };
  if (path === '/me/meetings')
    return { data: list.filter(({ title }) => !searchParams.has('to') || title === 'Lunch talk') };
  if (path === '/users/find') return { data: searchParams.get('q')?.startsWith('wa') ? colleagues : [] };
  if (path === '/sign-in') return { ...usualWays, providers: [{ id: 'company', name: 'Example Company' }], ...more };
  if (path === '/setup/look')
    return { kind: 'firstAdmin', tenantName: 'Example', branding: usualWays.branding, ...more };
  if (path === '/me/sessions') return { data: sessions };
  if (path === '/me/recordings') return { data: recordings };
  if (path.endsWith('/link')) return { url: 'https://meet.example.org/j/8VQzdw9f4vnWSaUK9VWKVg' };
  if (path.endsWith('/conflicts'))
    return { data: [{ startsAt: '2026-11-23T09:15:00Z', endsAt: '2026-11-23T10:00:00Z' }] };
  return path === '/me/calendar-feeds' ? { url: 'https://meet.example.org/api/v1/calendars/xyz.ics' } : meeting;
}

interface StoryPageProps {
  list?: readonly MyOccurrence[];
  mail?: boolean;
  user?: Me;
  children?: ReactNode;
}

function Page({ list = occurrences, mail = true, user = me, children }: StoryPageProps) {
  useLook('My meetings', user.branding);
  const api = new AccountApi(answering(list));
  return (
    <MailContext value={mail}>
      <MeetingsPage {...{ me: user, api, timeZone, now }} onJoin={nothing} onSignedOut={nothing} />
      {children}
    </MailContext>
  );
}

const api = new AccountApi(answering(occurrences));
const signInApi = new SignInApi(answering([]));
const companySignInApi = new SignInApi(answering([], { branding: company }));
const silentSignInApi = new SignInApi(answering([], { mail: false }));
const details = (mail: boolean) => (
  <Page mail={mail}>
    <DetailsDialog
      {...{ api, timeZone, nowMs: NOW_MS, password: '', onClose: nothing, onEdit: nothing, onCancel: nothing }}
      occurrence={{ ...standUp, answer: 'accepted' }}
      onChanged={nothing}
    />
  </Page>
);
const booked = (mail: boolean) => (
  <MailContext value={mail}>
    <div className="account">
      <main className="account-main">
        <Booked {...{ meeting, api, timeZone, nowMs: NOW_MS, password: '', onClose: nothing }} />
      </main>
    </div>
  </MailContext>
);
const target = { kind: 'edit', scope: 'following', occurrence: standUp } as const;
const done = (): Promise<void> => Promise.resolve();
const form = (fields: object) => (
  <Page>
    <MeetingFormDialog
      {...{ api, timeZone, target, ownId: me.id, hasPassword: true, onTyped: nothing, save: done, onClose: nothing }}
      form={formOf(meeting, target)}
      {...fields}
    />
  </Page>
);

/** As the user opens it. */
function Opened({ selector, children }: { selector: string; children: ReactNode }) {
  useEffect(() => {
    document.querySelector(selector)?.setAttribute('open', '');
  }, [selector]);
  return children;
}

const FORGETFUL = 'a.very.long.address.of.a.user@department.company.example';

/** As the user asks for a new password, once the form is there. */
function Asked({ children }: { children: ReactNode }) {
  useEffect(() => {
    const observer = new MutationObserver(() => {
      const field = document.querySelector<HTMLInputElement>('[data-testid=forgot] input');
      if (field === null) return;
      observer.disconnect();
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, FORGETFUL);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      setTimeout(() => field.form?.requestSubmit());
    });
    observer.observe(document.body, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  return children;
}

/** As the user presses buttons. */
function Pressing({ selector, children }: { selector: string; children: ReactNode }) {
  useEffect(() => {
    const timer = setInterval(() => {
      const buttons = document.querySelectorAll<HTMLElement>(selector);
      if (buttons.length > 0) clearInterval(timer);
      for (const button of buttons) button.click();
    }, 20);
    return () => clearInterval(timer);
  }, [selector]);
  return children;
}

/** As the user types into a field. */
function Typing({ text, into = 'invite', children }: { text: string; into?: string; children: ReactNode }) {
  useEffect(() => {
    const field = document.querySelector<HTMLInputElement>(`[data-testid=${into}]`);
    if (field === null) return;
    field.focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }, [text, into]);
  return children;
}

export const accountStories: Readonly<Record<string, () => ReactNode>> = {
  'account-list': () => <Page />,
  'account-unfolded': () => (
    <Pressing selector="[data-testid=unfold]">
      <Page />
    </Pressing>
  ),
  'account-company': () => <Page user={{ ...me, branding: company }} />,
  'account-booked': () => booked(true),
  'account-booked-silent': () => booked(false),
  'account-empty': () => <Page list={[]} />,
  'account-empty-admin': () => <Page list={[]} user={{ ...me, scopes: [...me.scopes, 'users:admin'] }} />,
  'account-details': () => details(true),
  'account-details-silent': () => details(false),
  'account-security': () => (
    <Page>
      <SecurityDialog {...{ me, api, timeZone, onClose: nothing }} />
    </Page>
  ),
  'account-menu': () => (
    <Opened selector=".account-menu">
      <Page user={{ ...me, branding: company }} />
    </Opened>
  ),
  'account-new': () =>
    form({
      target: { kind: 'new' },
      hasPassword: false,
      form: emptyForm({ title: '', start: '2026-11-24T12:30', timeZone }),
    }),
  'account-edit': () =>
    form({
      form: {
        ...formOf(meeting, target),
        repeat: repeatOf('FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261224', '2026-11-23', timeZone),
      },
    }),
  'account-people': () => <Typing text="wa">{form({ form: formOf(meeting, target) })}</Typing>,
  'account-none-found': () => <Typing text="zz">{form({ form: formOf(meeting, target) })}</Typing>,
  'account-zones': () => (
    <Pressing selector="[data-testid=zone]">
      {form({ form: { ...formOf(meeting, target), timeZone: 'Asia/Calcutta' } })}
    </Pressing>
  ),
  'account-zone-found': () => (
    <Typing text="+8" into="zone">
      {form({ form: formOf(meeting, target) })}
    </Typing>
  ),
  'account-repeats': () =>
    form({
      target: { kind: 'new' },
      hasPassword: false,
      form: {
        ...emptyForm({ title: 'Design stand-up', start: '2026-11-24T12:30', timeZone }),
        repeat: withKind(once, 'weekly', '2026-11-24'),
      },
    }),
  'account-scope': () => (
    <Page>
      <ScopeDialog act="edit" onClose={nothing} onChoose={nothing} />
    </Page>
  ),
  'account-cancel': () => (
    <Page>
      <CancelDialog occurrence={standUp} cancel={done} onClose={nothing} />
    </Page>
  ),
  'account-sign-in': () => <SignInPage api={signInApi} to="/meetings" onSignedIn={nothing} />,
  'account-sign-in-company': () => <SignInPage api={companySignInApi} to="/meetings" onSignedIn={nothing} />,
  'account-forgot': () => <ForgotPage api={signInApi} />,
  'account-forgot-asked': () => (
    <Asked>
      <ForgotPage api={companySignInApi} />
    </Asked>
  ),
  'account-forgot-silent': () => <ForgotPage api={silentSignInApi} />,
  'account-setup': () => <SetupPage api={signInApi} code="code" onSignedIn={nothing} />,
};
