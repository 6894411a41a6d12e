import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MeetingAction, MeetingState } from '../../src/core/meeting.ts';
import { parseQuery } from '../../src/core/query.ts';
import { InviteLink } from '../../src/room/invite-link.ts';
import { JoinLink } from '../../src/room/join-link.ts';
import { Notices } from '../../src/room/notices.ts';

let answer: { readonly status: number; readonly body: unknown };
let copied: string[];
let hasClipboard: boolean;

beforeEach(() => {
  copied = [];
  hasClipboard = true;
  vi.stubGlobal('location', {
    origin: 'https://meet.example',
    href: 'https://meet.example/',
    hostname: 'meet.example',
  });
  vi.stubGlobal('localStorage', { getItem: () => 'b'.repeat(30), setItem: () => undefined });
  vi.stubGlobal('fetch', async () => Response.json(answer.body, { status: answer.status }));
  const writeText = async (text: string): Promise<void> => void copied.push(text);
  vi.stubGlobal('navigator', {
    get clipboard() {
      return hasClipboard ? { writeText } : undefined;
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

/** Returns what the page shows after the button for a co-host's link was pressed in one's own meeting. */
async function shownAfterCohostLink(): Promise<readonly MeetingAction[]> {
  const actions: MeetingAction[] = [];
  const dispatch = (action: MeetingAction): void => void actions.push(action);
  const state = (): MeetingState => {
    throw new Error('The state is not needed for a link of a meeting.');
  };
  const ports = { room: () => undefined, state, dispatch, freshToken: async () => 'token' };
  const link = new JoinLink({ ownMeeting: 'mt_1' });
  const invite = new InviteLink(parseQuery(''), link, { ...ports, notices: new Notices({ state, dispatch }) });
  await invite.copyShowLink('cohost');
  return actions;
}

describe('a link of a show', () => {
  it('that is refused shows why, not that it could not be copied', async () => {
    answer = { status: 403, body: { code: 'NOT_PERMITTED', detail: 'Only hosts may do this.' } };
    expect(await shownAfterCohostLink()).toEqual([
      expect.objectContaining({ type: 'actionFailed', code: 'NOT_PERMITTED' }),
    ]);
    expect(copied).toEqual([]);
  });

  it('that the browser does not copy says so', async () => {
    hasClipboard = false;
    vi.stubGlobal('fetch', cohostLink);
    expect(await shownAfterCohostLink()).toEqual([
      expect.objectContaining({ type: 'toast', message: { key: 'toast.copyFailed' } }),
    ]);
  });

  it('is copied', async () => {
    vi.stubGlobal('fetch', cohostLink);
    expect(await shownAfterCohostLink()).toEqual([
      expect.objectContaining({ type: 'toast', message: { key: 'toast.copied' } }),
    ]);
    expect(copied).toEqual(['https://meet.example/j/abc']);
  });
});

async function cohostLink(request: Request): Promise<Response> {
  if (request.method === 'GET') return Response.json({ url: 'https://meet.example/j/abc' });
  const { invitees } = (await request.json()) as { invitees: readonly { userId: string }[] };
  return Response.json({ invitees: invitees.map(({ userId }) => ({ id: 'iv_1', userId })) });
}
