import { describe, expect, it } from 'vitest';
import { noHosting } from '../../src/core/hosting.ts';
import {
  decisionToExplain,
  explanationOf,
  initialMeeting,
  type MeetingAction,
  type MeetingState,
  reduceMeeting,
} from '../../src/core/meeting.ts';
import type { ChatLine, ParticipantModel, PlacementModel } from '../../src/core/model.ts';
import { aloneAs, interruptionOf, peopleShown, roundTripShown } from '../../src/core/presentation.ts';

const person = (id: string, change: Partial<ParticipantModel> = {}): ParticipantModel => ({
  sessionId: id,
  identity: id,
  name: id.toUpperCase(),
  local: false,
  admin: false,
  role: '',
  canPublish: true,
  canWrite: true,
  handRaisedAtMs: 0,
  cameraOn: false,
  microphoneOn: true,
  sending: true,
  sounds: [],
  speaking: false,
  quality: 'good',
  nodeId: 'sfu-1',
  region: 'eu',
  joinedWallMs: 0,
  ...change,
});
const line = (id: string, change: Partial<ChatLine> = {}): ChatLine => ({
  id,
  sessionId: 'a',
  identity: 'a',
  name: 'A',
  text: id,
  wallMs: 0,
  local: false,
  ...change,
});
const placement = (nodeId: string): PlacementModel => ({
  decisionId: 'DE_1',
  nodeId,
  hostId: 'h',
  region: 'eu',
  city: 'Frankfurt',
  signalingId: 's',
  signalingRegion: 'eu',
  ownerId: 's',
  roomEpoch: 1,
  locationSource: 'none',
  locationRadiusKm: 0,
  locationLabel: '',
  reasons: [],
  provisional: false,
  mode: 'normal',
});

const after = (actions: readonly MeetingAction[], from = initialMeeting('room')): MeetingState =>
  actions.reduce(reduceMeeting, from);
const joined = (): MeetingState =>
  after([
    { type: 'connecting', room: 'room' },
    { type: 'joined', devToken: false, gateways: false, mayRename: false },
  ]);

describe('phases', () => {
  it('a failed join leads back to the lobby with its code, and only from connecting', () => {
    expect(
      after([
        { type: 'connecting', room: 'r' },
        { type: 'joinFailed', code: 'ROOM_FULL' },
      ]).phase,
    ).toEqual({
      name: 'lobby',
      problem: { code: 'ROOM_FULL' },
    });
    const state = joined();
    expect(reduceMeeting(state, { type: 'joinFailed', code: 'ROOM_FULL' })).toBe(state);
  });
  it('the loss and the return of the connection are shown once each, and only in a meeting', () => {
    const lobby = initialMeeting('room');
    expect(reduceMeeting(lobby, { type: 'reconnecting', nowMs: 1 })).toBe(lobby);
    expect(reduceMeeting(joined(), { type: 'reconnected', nowMs: 0 }).toasts).toEqual([]);
    const away = reduceMeeting(joined(), { type: 'reconnecting', nowMs: 1 });
    expect(away.phase).toEqual({ name: 'meeting', reconnecting: true, sinceMs: 1, company: false });
    // the seconds count from the first loss
    expect(reduceMeeting(away, { type: 'reconnecting', nowMs: 2 })).toBe(away);
    const reconnected = reduceMeeting(away, { type: 'reconnected', nowMs: 5 });
    expect(reconnected.phase).toEqual({ name: 'meeting', reconnecting: false });
    expect(reconnected.toasts.map((toast) => toast.message.key)).toEqual(['toast.reconnected']);
  });
  it('the toast of a waiting participant stays until the wait ends', () => {
    const waiter = { waitId: 'W_1', identity: 'a', name: 'A', sinceWallMs: 0, removed: false };
    const waits: MeetingAction = { type: 'hosting', hosting: { ...noHosting, waiting: 1, waiters: [waiter] } };
    const knock: MeetingAction = {
      type: 'toast',
      tone: 'info',
      message: { key: 'toast.waiting', values: { name: 'A' } },
      waitId: 'W_1',
      nowMs: 0,
    };
    const withToast = after([waits, knock, { type: 'toastsExpired', nowMs: 3_600_000 }], joined());
    expect(withToast.toasts).toMatchObject([{ waitId: 'W_1' }]);
    expect(after([waits], withToast).toasts).toBe(withToast.toasts);
    const news: MeetingAction = { type: 'toast', tone: 'info', message: { key: 'toast.reconnected' }, nowMs: 0 };
    const crowd = after([news, news, news, news, news], withToast);
    expect(crowd.toasts.map(({ waitId }) => waitId)).toEqual(['W_1', undefined, undefined, undefined]);
    expect(after([{ type: 'hosting', hosting: noHosting }], withToast).toasts).toEqual([]);
  });
  it('the end of a meeting closes panel, dialog and toasts, and forgets the people', () => {
    const state = after(
      [
        { type: 'roster', participants: [person('a')] },
        { type: 'panel', panel: 'chat' },
        { type: 'dialog', dialog: 'help' },
        { type: 'pin', key: 'a/camera' },
        { type: 'ended', code: 'KICKED' },
      ],
      joined(),
    );
    expect(state.phase).toEqual({ name: 'ended', code: 'KICKED' });
    expect([state.panel, state.dialog, state.pinnedKey, state.participants, state.toasts]).toEqual([
      undefined,
      undefined,
      undefined,
      [],
      [],
    ]);
  });
  it('joining again starts empty but keeps the chosen view', () => {
    const state = after(
      [
        { type: 'view', view: 'speaker' },
        { type: 'chat', line: line('1'), nowMs: 0 },
        { type: 'connecting', room: 'next' },
      ],
      joined(),
    );
    expect([state.room, state.view, state.chat.length, state.unread]).toEqual(['next', 'speaker', 0, 0]);
  });
});

describe('the explanation of the placement', () => {
  const open: MeetingAction = { type: 'panel', panel: 'where' };
  const placed: MeetingAction = { type: 'placement', placement: placement('sfu-1'), nowMs: 0 };
  const moved: MeetingAction = {
    type: 'placement',
    placement: { ...placement('sfu-2'), decisionId: 'DE_2' },
    nowMs: 0,
  };
  const failed: MeetingAction = {
    type: 'explanation',
    explanation: { decisionId: 'DE_1', state: 'failed', code: 'CENTRE_UNREACHABLE' },
  };
  const explanationAction: MeetingAction = {
    type: 'explanation',
    explanation: { decisionId: 'DE_1', state: 'known', reasons: ['near'], options: [] },
  };
  it('is requested only while the panel is open, once per decision', () => {
    expect(decisionToExplain(after([placed], joined()))).toBeUndefined();
    expect(decisionToExplain(after([open], joined()))).toBeUndefined();
    expect(decisionToExplain(after([placed, open]))).toBeUndefined(); // not in a meeting
    const opened = after([placed, open], joined());
    expect(decisionToExplain(opened)).toBe('DE_1');
    const requesting = reduceMeeting(opened, {
      type: 'explanation',
      explanation: { decisionId: 'DE_1', state: 'asked' },
    });
    expect([decisionToExplain(requesting), explanationOf(requesting)?.state]).toEqual([undefined, 'asked']);
    expect(decisionToExplain(reduceMeeting(requesting, explanationAction))).toBeUndefined();
    expect(decisionToExplain(after([explanationAction, open, open], requesting))).toBeUndefined();
  });
  it('is requested again when the panel reopens after a failure, and not before', () => {
    const explained = after([placed, open, failed], joined());
    expect([decisionToExplain(explained), explanationOf(explained)?.state]).toEqual([undefined, 'failed']);
    expect(decisionToExplain(after([open, open], explained))).toBe('DE_1');
    expect(decisionToExplain(after([{ type: 'panel', panel: 'chat' }, open], explained))).toBe('DE_1');
    expect(decisionToExplain(after([{ type: 'closed' }, open], explained))).toBe('DE_1');
  });
  it('is requested anew after a move, and the old answer is no longer shown', () => {
    const afterMove = after([placed, open, explanationAction, moved], joined());
    expect([explanationOf(afterMove), decisionToExplain(afterMove)]).toEqual([undefined, 'DE_2']);
  });
  it('is not requested where the centre was not asked', () => {
    const alone: MeetingAction = { ...placed, placement: { ...placement('sfu-1'), decisionId: '' } };
    expect(decisionToExplain(after([alone, open], joined()))).toBeUndefined();
  });
  it('is forgotten with the meeting', () => {
    expect(
      after([placed, open, explanationAction, { type: 'connecting', room: 'next' }], joined()).explanation,
    ).toBeUndefined();
  });
});

describe('interrupted media', () => {
  const stopped: MeetingAction = { type: 'mediaInterrupted', nowMs: 7 };
  it('is shown in a meeting, from the first report until media resumes', () => {
    expect(interruptionOf(after([stopped]))).toBeUndefined();
    expect(interruptionOf(after([{ type: 'mediaResumed' }], joined()))).toBeUndefined();
    const away = after([stopped, { type: 'mediaInterrupted', nowMs: 9 }], joined());
    expect(interruptionOf(away)).toEqual({ kind: 'media', sinceMs: 7 });
    expect(interruptionOf(reduceMeeting(away, { type: 'mediaResumed' }))).toBeUndefined();
    expect(
      interruptionOf(
        after(
          [
            { type: 'connecting', room: 'next' },
            { type: 'joined', devToken: false, gateways: false, mayRename: false },
          ],
          away,
        ),
      ),
    ).toBeUndefined();
  });
  it('leads to a reconnection whose seconds count from the interruption’s start', () => {
    const lost = after([stopped, { type: 'reconnecting', nowMs: 3000 }], joined());
    expect(interruptionOf(lost)).toEqual({ kind: 'service', sinceMs: 7 });
    expect(
      interruptionOf(after([{ type: 'mediaResumed' }, { type: 'reconnected', nowMs: 4000 }], lost)),
    ).toBeUndefined();
  });
  it('is still shown when only signaling came back', () => {
    const lost = after([{ type: 'reconnecting', nowMs: 1 }, stopped], joined());
    expect(interruptionOf(lost)).toEqual({ kind: 'service', sinceMs: 1 });
    expect(interruptionOf(reduceMeeting(lost, { type: 'reconnected', nowMs: 9 }))).toEqual({
      kind: 'media',
      sinceMs: 7,
    });
  });
  it('hides every participant’s quality', () => {
    const roster: MeetingAction = { type: 'roster', participants: [person('me', { local: true }), person('a')] };
    expect(peopleShown(after([roster, stopped], joined())).map((one) => one.quality)).toEqual(['lost', 'unknown']);
  });
});

describe('people', () => {
  it('have no quality while signaling is lost, since it is not measured then', () => {
    const roster: MeetingAction = { type: 'roster', participants: [person('me', { local: true }), person('a')] };
    const connected = after([roster], joined());
    expect(peopleShown(connected)).toBe(connected.participants);
    const away = after([{ type: 'reconnecting', nowMs: 0 }], connected);
    expect(peopleShown(away).map((one) => one.quality)).toEqual(['lost', 'unknown']);
    const reconnected = after([{ type: 'reconnected', nowMs: 1 }], away);
    expect(peopleShown(reconnected).map((one) => one.quality)).toEqual(['good', 'good']);
  });
  it('have no round trip shown before the first measurement and during an interruption', () => {
    const measured: MeetingAction = { type: 'rtt', rttMs: 41.6 };
    const measuredState = after([measured], joined());
    const away = after([{ type: 'reconnecting', nowMs: 0 }], measuredState);
    expect([joined(), measuredState, away].map(roundTripShown)).toEqual([undefined, 42, undefined]);
    expect(roundTripShown(after([{ type: 'reconnected', nowMs: 1 }], away))).toBe(42);
  });
  it('that left make the remaining person the last one, not the first', () => {
    const alone: MeetingAction = { type: 'roster', participants: [person('me', { local: true })] };
    const together: MeetingAction = { type: 'roster', participants: [person('me', { local: true }), person('a')] };
    expect(after([alone], joined()).hadCompany).toBe(false);
    expect(after([alone, together, alone], joined()).hadCompany).toBe(true);
    expect(after([together, { type: 'connecting', room: 'next' }], joined()).hadCompany).toBe(false);
  });
  it('that watch by a gateway do not count as company', () => {
    const watched: MeetingAction = {
      type: 'roster',
      participants: [person('me', { local: true }), person('v', { protocol: 'flv', viewer: true })],
    };
    expect(after([watched], joined()).hadCompany).toBe(false);
  });
  it('that were present before a reconnection have five seconds to return', () => {
    const alone: MeetingAction = { type: 'roster', participants: [person('me', { local: true })] };
    const together: MeetingAction = { type: 'roster', participants: [person('me', { local: true }), person('a')] };
    const away: MeetingAction = { type: 'reconnecting', nowMs: 0 };
    const back: MeetingAction = { type: 'reconnected', nowMs: 1000 };
    expect(aloneAs(after([alone, away, alone, back], joined()), 1000)).toBe('first');
    expect(aloneAs(after([together, alone, away, back], joined()), 1000)).toBe('last');
    const state = after([together, away, alone, back], joined());
    expect([1000, 5999, 6000].map((nowMs) => aloneAs(state, nowMs))).toEqual(['returning', 'returning', 'last']);
  });
  it('the last speaker among the others is kept through silence, and forgotten when gone; oneself never counts', () => {
    const self = person('me', { local: true, speaking: true });
    let state = after([{ type: 'roster', participants: [self, person('a')] }], joined());
    expect(state.speakerId).toBeUndefined();
    state = reduceMeeting(state, {
      type: 'roster',
      participants: [self, person('a', { speaking: true }), person('b')],
    });
    expect(state.speakerId).toBe('a');
    state = reduceMeeting(state, { type: 'roster', participants: [self, person('a'), person('b')] });
    expect(state.speakerId).toBe('a');
    state = reduceMeeting(state, { type: 'roster', participants: [self, person('b')] });
    expect(state.speakerId).toBeUndefined();
  });
  it('joins and leaves are shown in a meeting, not while joining or reconnecting', () => {
    const came: MeetingAction = { type: 'cameAndWent', key: 'toast.joined', identity: 'a', name: 'A', nowMs: 0 };
    expect(after([{ type: 'connecting', room: 'r' }, came]).toasts).toEqual([]);
    expect(after([{ type: 'reconnecting', nowMs: 0 }, came], joined()).toasts).toEqual([]);
    expect(after([came], joined()).toasts[0]?.message).toEqual({ key: 'toast.joined', values: { name: 'A' } });
  });
  it('the leave of a participant that the user removes is no news; the leaves of others are', () => {
    const left = (identity: string): MeetingAction => ({
      type: 'cameAndWent',
      key: 'toast.left',
      identity,
      name: identity,
      nowMs: 0,
    });
    const toastsAfter = (...actions: MeetingAction[]): unknown[] =>
      after(actions, joined()).toasts.map(({ message }) => message.values?.['name']);
    const removing: MeetingAction = { type: 'removing', identity: 'bo' };
    expect(toastsAfter(removing, left('ann'), left('bo'))).toEqual(['ann']);
    expect(toastsAfter(removing, left('bo'), left('bo'))).toEqual(['bo']);
    expect(toastsAfter(removing, { type: 'removing' }, left('bo'))).toEqual(['bo']);
  });
  describe('a participant that comes back soon after leaving', () => {
    const coming = (key: 'toast.joined' | 'toast.left', identity: string, nowMs: number): MeetingAction => ({
      type: 'cameAndWent',
      key,
      identity,
      name: identity.toUpperCase(),
      nowMs,
    });
    const toastsAfter = (...actions: MeetingAction[]): string[] =>
      after(actions, joined()).toasts.map(({ message }) => `${message.key} ${message.values?.['name']}`);
    it('is shown as reconnected, and the toast of the leave disappears', () => {
      expect(toastsAfter(coming('toast.left', 'a', 0), coming('toast.joined', 'a', 4999))).toEqual([
        'toast.returned A',
      ]);
      expect(
        toastsAfter(coming('toast.left', 'a', 0), coming('toast.left', 'b', 1), coming('toast.joined', 'a', 2)),
      ).toEqual(['toast.left B', 'toast.returned A']);
    });
    it('is shown as reconnected even when the toast of the leave is gone', () => {
      const dismissed: MeetingAction = { type: 'toastDismissed', id: 1 };
      expect(toastsAfter(coming('toast.left', 'a', 0), dismissed, coming('toast.joined', 'a', 9))).toEqual([
        'toast.returned A',
      ]);
    });
    it('is shown as reconnected even when the user’s connection was lost too', () => {
      const away: MeetingAction = { type: 'reconnecting', nowMs: 0 };
      const back: MeetingAction = { type: 'reconnected', nowMs: 2 };
      const toasts = toastsAfter(away, coming('toast.left', 'a', 1), back, coming('toast.joined', 'a', 3));
      expect(toasts.at(-1)).toBe('toast.returned A');
    });
    it('counts as a newcomer after five seconds, with another identity, or when it joins a second time', () => {
      const leave = coming('toast.left', 'a', 0);
      expect(toastsAfter(leave, coming('toast.joined', 'a', 5000)).at(-1)).toBe('toast.joined A');
      expect(toastsAfter(leave, coming('toast.joined', 'b', 1)).at(-1)).toBe('toast.joined B');
      expect(toastsAfter(leave, coming('toast.joined', 'a', 1), coming('toast.joined', 'a', 2)).at(-1)).toBe(
        'toast.joined A',
      );
    });
    it('is recognised among the last hundred that left', () => {
      const leaves = Array.from({ length: 101 }, (_, at) => coming('toast.left', `p${at}`, 0));
      const state = after(leaves, joined());
      expect([state.leavers.length, state.leavers[0]?.identity]).toEqual([100, 'p1']);
    });
  });
  it('a change of the node is shown; the first node and an unchanged node are not', () => {
    const first = reduceMeeting(joined(), { type: 'placement', placement: placement('sfu-1'), nowMs: 0 });
    expect(first.toasts).toEqual([]);
    expect(reduceMeeting(first, { type: 'placement', placement: placement('sfu-1'), nowMs: 0 }).toasts).toEqual([]);
    const moved = reduceMeeting(first, { type: 'placement', placement: placement('sfu-2'), nowMs: 0 });
    expect(moved.toasts[0]?.message).toEqual({ key: 'toast.moved', values: { node: 'sfu-2' } });
  });
});

describe('chat', () => {
  it('counts unseen lines, resets when the panel opens, and shows a line once', () => {
    let state = after(
      [
        { type: 'chat', line: line('1'), nowMs: 0 },
        { type: 'chat', line: line('1'), nowMs: 0 },
      ],
      joined(),
    );
    expect([state.chat.length, state.unread, state.toasts.length]).toEqual([1, 1, 1]);
    state = reduceMeeting(state, { type: 'panel', panel: 'chat' });
    expect(state.unread).toBe(0);
    state = reduceMeeting(state, { type: 'chat', line: line('2'), nowMs: 0 });
    expect([state.chat.length, state.unread, state.toasts.length]).toEqual([2, 0, 1]);
  });
  it('the user’s own line is neither unread nor a toast', () => {
    const state = reduceMeeting(joined(), { type: 'chat', line: line('1', { local: true }), nowMs: 0 });
    expect([state.chat.length, state.unread, state.toasts.length]).toEqual([1, 0, 0]);
  });
  it('keeps the newest 500 lines and shortens toasts', () => {
    const lines = Array.from(
      { length: 501 },
      (_, at): MeetingAction => ({ type: 'chat', line: line(`l${at}`, { text: '长'.repeat(100) }), nowMs: 0 }),
    );
    const state = after(lines, joined());
    expect([state.chat.length, state.chat[0]?.id, state.chat.at(-1)?.id]).toEqual([500, 'l1', 'l500']);
    expect(state.toasts[0]?.message.values?.['text']).toBe(`${'长'.repeat(80)}…`);
  });
});

describe('toasts', () => {
  const info = (nowMs: number): MeetingAction => ({
    type: 'toast',
    tone: 'info',
    message: { key: 'toast.copied' },
    nowMs,
  });
  it('are at most four, the oldest is dropped; ids are never reused', () => {
    const state = after([info(0), info(1), info(2), info(3), info(4)], joined());
    expect(state.toasts.map((toast) => toast.id)).toEqual([2, 3, 4, 5]);
  });
  it('disappear after their time, warnings later than notices', () => {
    const problem: MeetingAction = { type: 'mediaProblem', device: 'camera', problem: 'busy', nowMs: 0 };
    const state = after([info(0), problem], joined());
    const afterInfo = reduceMeeting(state, { type: 'toastsExpired', nowMs: 4000 });
    expect(afterInfo.toasts.map((toast) => [toast.message.key, toast.detail?.key, toast.code])).toEqual([
      ['problem.camera.busy', 'problem.camera.busy.advice', 'DEVICE_IN_USE'],
    ]);
    expect(reduceMeeting(afterInfo, { type: 'toastsExpired', nowMs: 7999 })).toBe(afterInfo);
    expect(reduceMeeting(afterInfo, { type: 'toastsExpired', nowMs: 8000 }).toasts).toEqual([]);
    expect(reduceMeeting(state, { type: 'toastDismissed', id: 1 }).toasts.map((toast) => toast.id)).toEqual([2]);
  });
});

describe('panels, dialogs, views', () => {
  it('the same button opens and closes a panel; another panel replaces an open one', () => {
    let state = reduceMeeting(joined(), { type: 'panel', panel: 'chat' });
    state = reduceMeeting(state, { type: 'panel', panel: 'where' });
    expect(state.panel).toBe('where');
    expect(reduceMeeting(state, { type: 'panel', panel: 'where' }).panel).toBeUndefined();
  });
  it('Escape closes the dialog first, then the panel, then nothing', () => {
    const open = after(
      [
        { type: 'panel', panel: 'chat' },
        { type: 'dialog', dialog: 'help' },
      ],
      joined(),
    );
    const closedOnce = reduceMeeting(open, { type: 'closed' });
    expect([closedOnce.dialog, closedOnce.panel]).toEqual([undefined, 'chat']);
    const twice = reduceMeeting(closedOnce, { type: 'closed' });
    expect([twice.dialog, twice.panel]).toEqual([undefined, undefined]);
    expect(reduceMeeting(twice, { type: 'closed' })).toBe(twice);
  });
  it('pinning the pinned tile releases it, and so does choosing a view', () => {
    const pinned = reduceMeeting(joined(), { type: 'pin', key: 'a/camera' });
    expect(pinned.pinnedKey).toBe('a/camera');
    expect(reduceMeeting(pinned, { type: 'pin', key: 'a/camera' }).pinnedKey).toBeUndefined();
    expect(reduceMeeting(pinned, { type: 'view', view: 'speaker' }).pinnedKey).toBeUndefined();
  });
  it('a page is never below the first', () => {
    expect(reduceMeeting(joined(), { type: 'page', page: -1 }).page).toBe(0);
  });
});
