// The pages of signed-in users, answered by a script instead of the api.
import { type ReactNode, useEffect } from 'react';
import { AccountApi, SignInApi } from '../account/api.ts';
import { emptyForm, formOf } from '../account/core/form.ts';
import type { Colleague, Invitee, Me, Meeting, MyOccurrence } from '../account/core/model.ts';
import { once, repeatOf, withKind } from '../account/core/repeat.ts';
import { Booked } from '../account/ui/booked.tsx';
import { DetailsDialog } from '../account/ui/details-dialog.tsx';
import { MeetingFormDialog } from '../account/ui/meeting-form.tsx';
import { MeetingsPage } from '../account/ui/meetings-page.tsx';
import { SetupPage } from '../account/ui/setup.tsx';
import { SignInPage } from '../account/ui/sign-in.tsx';
import { CancelDialog, ScopeDialog } from '../account/ui/small-dialogs.tsx';
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
    regions: [],
  },
  invitees: [
    invitee({ email: 'ivo.schneider@example.org', name: 'Ivo Schneider', userId: 'usr_ivo', role: 'cohost' }),
    invitee({ email: 'li.wei@example.com', status: 'tentative' }),
    invitee({ email: 'a.very.long.address.of.a.guest@department.company.example', status: 'needsAction' }),
  ],
};

const colleagues: readonly Colleague[] = [
  { id: 'usr_wang', name: '王小明', email: 'wang.xiaoming@example.org' },
  { id: 'usr_wanda', name: 'Wanda Holm', email: 'wanda.holm@example.org' },
  { id: 'usr_wangari', name: 'Wangari Muthoni wa Kamau-Oyelaran', email: 'wangari.muthoni.kamau-oyelaran@example.org' },
];

/** The api, with these meetings. */
const answering = (list: readonly MyOccurrence[]) =>
  clientOf(location.origin, async ({ url }) => Response.json(answerTo(new URL(url), list)));

function answerTo({ pathname, searchParams }: URL, list: readonly MyOccurrence[]): object {
  const path = pathname.slice('/api/v1'.length);
  // A window with an end is what the form asks for conflicts.
  if (path === '/me/meetings' && searchParams.has('meeting')) return { data: later, nextCursor: 'more' };
  if (path === '/me/meetings')
    return { data: list.filter(({ title }) => !searchParams.has('to') || title === 'Lunch talk') };
  if (path === '/users/find') return { data: searchParams.get('q')?.startsWith('wa') ? colleagues : [] };
  if (path === '/sign-in')
    return { local: true, providers: [{ id: 'company', name: 'Example Company' }], setupAwaited: false };
  if (path === '/setup/look') return { kind: 'firstAdmin', tenantName: 'Example' };
  if (path.endsWith('/conflicts'))
    return { data: [{ startsAt: '2026-11-23T09:15:00Z', endsAt: '2026-11-23T10:00:00Z' }] };
  return path === '/me/calendar-feeds' ? { url: 'https://meet.example.org/api/v1/calendars/xyz.ics' } : meeting;
}

function Page({ list = occurrences, children }: { list?: readonly MyOccurrence[]; children?: ReactNode }) {
  const api = new AccountApi(answering(list));
  return (
    <>
      <MeetingsPage {...{ me, api, timeZone, now }} onJoin={nothing} onSignedOut={nothing} />
      {children}
    </>
  );
}

const api = new AccountApi(answering(occurrences));
const signInApi = new SignInApi(answering([]));
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
  'account-booked': () => (
    <div className="account">
      <main className="account-main">
        <Booked {...{ meeting, timeZone, nowMs: NOW_MS, password: '', onClose: nothing }} />
      </main>
    </div>
  ),
  'account-empty': () => <Page list={[]} />,
  'account-details': () => (
    <Page>
      <DetailsDialog
        {...{ api, timeZone, nowMs: NOW_MS, password: '', onClose: nothing, onEdit: nothing, onCancel: nothing }}
        occurrence={{ ...standUp, answer: 'accepted' }}
        onChanged={nothing}
      />
    </Page>
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
  'account-setup': () => <SetupPage api={signInApi} code="code" onSignedIn={nothing} />,
};
