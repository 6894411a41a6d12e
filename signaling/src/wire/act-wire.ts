// Parses and checks acts from clients and the api.
import {
  areAttributes,
  arePostWords,
  breakOutFromWire,
  breakOutsFault,
  characterCount,
  cutText,
  identityFault,
  identityRule,
  isIdentity,
  isPageUrl,
  isPollId,
  isPostId,
  isPostText,
  isQuestionState,
  isRecordingId,
  isTrackId,
  limits,
  MeridianError,
  memberFromWire,
  postFromWire,
  type QuestionState,
  type RecordingLayout,
  type RecordingMode,
  type RoomSettings,
  recordingLayouts,
  recordingModes,
  roomRoleOf,
  servicePostKinds,
  settingsFromWire,
  sourceFromWire,
  type wire,
} from '@meridian/protocol';
import type { Act, ActType, BanLength } from '../core/index.ts';
import { cleanedName } from './names.ts';

type Body = { readonly [type in ActType]: NonNullable<wire.RoomAct.$Properties[type]> };
type Maybe<T> = T | null | undefined;

const invalid = (what: string): never => {
  throw new MeridianError('REQUEST_INVALID', what);
};
const identityFrom = (identity: Maybe<string>): string =>
  isIdentity(identity ?? '')
    ? (identity ?? '')
    : invalid(`identity: ${identityRule}; ${identityFault(identity ?? '')}`);
const reasonFrom = (reason: Maybe<string>): string => cutText(reason ?? '', limits.nameLengthMax);
const bytesOf = (text: string): number => Buffer.byteLength(text);
/** A ban of a year or more means `forever`. */
const banSMax = 366 * 86_400;
/** Bounded because an empty room keeps its owner busy. */
const emptyTimeoutMsMax = 86_400_000;
const roomKinds = ['', 'show'];

const parsers: { readonly [type in ActType]: (body: Body[type]) => Act } = {
  remove: ({ identity, reason, banS, forever, mayReturn }) => ({
    type: 'remove',
    identity: identityFrom(identity),
    reason: reasonFrom(reason),
    bannedFor: banLengthFrom(banS ?? 0, forever === true),
    mayReturn: mayReturn === true,
  }),
  unban: ({ identity }) => ({ type: 'unban', identity: identityFrom(identity) }),
  mute: ({ identity, trackId, source, allSources, everybody }) => {
    const of = everybody === true ? 'everybody' : { identity: identityFrom(identity) };
    if (trackId) {
      if (of === 'everybody' || !isTrackId(trackId)) invalid('track_id: of one person');
      return { type: 'mute', of, what: { trackId } };
    }
    if (allSources === true) return { type: 'mute', of, what: 'all' };
    const what = { source: sourceFromWire(source) };
    if (what.source === 'unknown') invalid('mute: a track, a source, or all of them');
    return { type: 'mute', of, what };
  },
  askUnmute: ({ identity, source }) => ({
    type: 'askUnmute',
    identity: identityFrom(identity),
    source: sourceFromWire(source),
  }),
  setRoom: (body) => ({ type: 'setRoom', changes: settingsFrom(body) }),
  member: (body) => {
    if (body.role && roomRoleOf(body.role) === '') invalid('role: host, cohost, speaker or attendee');
    return {
      type: 'member',
      member: { ...memberFromWire(body), identity: identityFrom(body.identity) },
      reset: body.reset === true,
    };
  },
  stage: ({ identity, on }) => ({ type: 'stage', identity: identityFrom(identity), on: on === true }),
  metadata: ({ metadata, expectedVersion }) => {
    if (bytesOf(metadata ?? '') > limits.roomMetadataBytesMax)
      invalid(`metadata of the room: at most ${limits.roomMetadataBytesMax} bytes`);
    return { type: 'metadata', metadata: metadata ?? '', expectedVersion: expectedVersion ?? undefined };
  },
  update: ({ identity, name, metadata, attributes }) => {
    if (bytesOf(metadata ?? '') > limits.metadataBytesMax)
      invalid(`metadata: at most ${limits.metadataBytesMax} bytes`);
    if (!areAttributes(attributes ?? {})) invalid(`attributes: at most ${limits.attributesMax}, with keys`);
    return {
      type: 'update',
      identity: identityFrom(identity),
      name: cleanedName(name, 'name'),
      metadata: metadata ?? undefined,
      attributes: { ...attributes },
    };
  },
  admit: ({ waitIds, all, refused }) => ({
    type: 'admit',
    waitIds: (waitIds ?? []).slice(0, limits.waitersMax),
    all: all === true,
    refused: refused === true,
  }),
  hand: ({ identity, raised, everybody }) => ({
    type: 'hand',
    of: everybody === true ? 'everybody' : identity ? { identity: identityFrom(identity) } : 'own',
    raised: raised === true,
  }),
  data: ({ payload, topic, lossy, identities }) => {
    if ((payload?.byteLength ?? 0) > limits.dataBytesMax) throw new MeridianError('DATA_TOO_LARGE');
    if (characterCount(topic ?? '') > limits.topicLengthMax)
      invalid(`topic: at most ${limits.topicLengthMax} characters`);
    if ((identities ?? []).length > limits.participantsPerRoomMax) invalid('identities: too many');
    return {
      type: 'data',
      payload: payload ?? new Uint8Array(),
      topic: topic ?? '',
      lossy: lossy === true,
      identities: (identities ?? []).map(identityFrom),
    };
  },
  book: ({ room, members, removed, allMembers }) => ({
    type: 'book',
    changes: settingsFrom(room ?? {}),
    members: (members ?? []).slice(0, limits.policyMembersMax).map(memberFromWire),
    removed: (removed ?? []).map(identityFrom),
    allMembers: allMembers === true,
  }),
  startRecording: ({ recordingId, identity, priority, mode, layout, pageUrl }) => {
    if (recordingId && !isRecordingId(recordingId)) invalid('recording_id: 1 to 64 of a-z 0-9 _ -');
    if ((priority ?? 0) > limits.recordingPriorityMax) invalid(`priority: at most ${limits.recordingPriorityMax}`);
    return {
      type: 'startRecording',
      recordingId: recordingId ?? '',
      identity: identity ? identityFrom(identity) : '',
      priority: priority ?? 0,
      mode: modeFrom(mode),
      layout: layout ? layoutFrom(layout) : 'grid',
      pageUrl: mode === 'page' ? pageUrlFrom(pageUrl) : '',
    };
  },
  recordingLayout: ({ recordingId, layout }) => {
    if (recordingId && !isRecordingId(recordingId)) invalid('recording_id: 1 to 64 of a-z 0-9 _ -');
    return { type: 'recordingLayout', recordingId: recordingId ?? '', layout: layoutFrom(layout) };
  },
  stopRecording: ({ recordingId }) => {
    if (recordingId && !isRecordingId(recordingId)) invalid('recording_id: 1 to 64 of a-z 0-9 _ -');
    return { type: 'stopRecording', recordingId: recordingId ?? '' };
  },
  post: ({ post: sent }) => {
    const written = postFromWire(sent);
    const post = { ...written, name: cleanedName(written.name, 'name') ?? '' };
    const isServiceKind = servicePostKinds.some((kind) => kind === post.kind);
    if (!isServiceKind) invalid('kind: announcement or gift');
    if (!isPostText(post.text, limits.postLengthMax, true)) invalid(`text: 1 to ${limits.postLengthMax} characters`);
    if (post.postId !== '' && !isPostId(post.postId)) invalid('post_id: PT_ and 16 to 32 characters');
    if (post.identity !== '') identityFrom(post.identity);
    if (post.style !== '') invalid('style: for danmaku only');
    const isDataOk = post.data === '' || (post.kind === 'gift' && isJson(post.data));
    if (!isDataOk || bytesOf(post.data) > limits.postDataBytesMax)
      invalid(`data: for gifts only, JSON of at most ${limits.postDataBytesMax} bytes`);
    return { type: 'post', post: Object.assign({}, post, { votes: 0, state: '' }) };
  },
  removePost: ({ postId }) => ({ type: 'removePost', postId: postIdFrom(postId) }),
  poll: ({ pollId, text, options, many, closed, remove, endsWallMs }) => {
    if (pollId && !isPollId(pollId)) invalid('poll_id: PO_ and 16 to 32 characters');
    if (!Number.isFinite(endsWallMs ?? 0) || (endsWallMs ?? 0) < 0) invalid('ends_wall_ms: not a time');
    if ((options ?? []).length > limits.pollOptionsMax) invalid(`options: at most ${limits.pollOptionsMax}`);
    return {
      type: 'poll',
      pollId: pollId ?? '',
      text: text ?? '',
      options: options ?? [],
      many: many === true,
      closed: closed === true,
      remove: remove === true,
      endsWallMs: Math.round(endsWallMs ?? 0),
    };
  },
  question: ({ postId, state }) =>
    isQuestionState(state ?? '')
      ? { type: 'question', postId: postIdFrom(postId), state: state as QuestionState }
      : invalid('state: open, answering or answered'),
  breakOuts: ({ breakOuts, set, message }) => {
    const list = (breakOuts ?? []).slice(0, limits.breakOutsMax + 1).map(breakOutFromWire);
    const fault = breakOutsFault(list);
    if (fault !== undefined) invalid(fault);
    if (message && !isPostText(message, limits.postLengthMax, true))
      invalid(`message: at most ${limits.postLengthMax} characters`);
    if (set !== true && !message) invalid('break_outs: neither set nor message');
    return { type: 'breakOuts', set: set === true ? list : undefined, message: message ?? '' };
  },
  subscribe: ({ identity, trackIds, subscribed }) => {
    const ids = [...new Set(trackIds ?? [])];
    if (ids.length === 0 || ids.length > limits.subscriptionsPerParticipantMax || !ids.every(isTrackId))
      invalid(`track_ids: 1 to ${limits.subscriptionsPerParticipantMax} ids of tracks`);
    return { type: 'subscribe', identity: identityFrom(identity), trackIds: ids, subscribed: subscribed === true };
  },
  end: ({ reason }) => ({ type: 'end', reason: reasonFrom(reason) }),
};

/** Throws REQUEST_INVALID or DATA_TOO_LARGE with the fault. */
export function actFromWire(act: Maybe<wire.RoomAct.$Properties>): Act {
  const [one] = (Object.keys(parsers) as ActType[]).flatMap((type) => {
    const body = act?.[type];
    return body == null ? [] : [(parsers[type] as (body: unknown) => Act)(body)];
  });
  return one ?? invalid('an unknown act');
}

const postIdFrom = (postId: Maybe<string>): string =>
  isPostId(postId ?? '') ? (postId ?? '') : invalid('post_id: PT_ and 16 to 32 characters');

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const modeFrom = (mode: Maybe<string>): RecordingMode =>
  recordingModes.find((one) => one === (mode ?? '')) ?? invalid('mode: composed, page, or none');
const layoutFrom = (layout: Maybe<string>): RecordingLayout =>
  recordingLayouts.find((one) => one === layout) ?? invalid(`layout: ${recordingLayouts.join(', ')}`);
const pageUrlFrom = (url: Maybe<string>): string =>
  isPageUrl(url ?? '') ? (url ?? '') : invalid('page_url: of http or https, without a name and password');

function banLengthFrom(banS: number, forever: boolean): BanLength {
  if (forever) return 'forever';
  if (banS > banSMax) invalid(`ban_s: at most ${banSMax}`);
  return banS * 1000;
}

function settingsFrom(body: Body['setRoom']): RoomSettings {
  const { capacity, spotlight, setSpotlight, endsWallMs, emptyTimeoutMs, opensWallMs, openingMetadata, title } = body;
  if (capacity != null && capacity > limits.participantsPerRoomMax)
    invalid(`capacity: at most ${limits.participantsPerRoomMax}`);
  for (const wallMs of [endsWallMs, opensWallMs])
    if (wallMs != null && (!Number.isFinite(wallMs) || wallMs < 0)) invalid('ends_wall_ms, opens_wall_ms: no time');
  if (characterCount(title ?? '') > limits.roomTitleLengthMax)
    invalid(`title: at most ${limits.roomTitleLengthMax} characters`);
  if (body.kind && body.kind !== 'show') invalid('kind: show, or none');
  if (bytesOf(openingMetadata ?? '') > limits.roomMetadataBytesMax)
    invalid(`opening_metadata: at most ${limits.roomMetadataBytesMax} bytes`);
  if (emptyTimeoutMs != null && emptyTimeoutMs > emptyTimeoutMsMax)
    invalid(`empty_timeout_ms: at most ${emptyTimeoutMsMax}`);
  const { kind, slowModeMs, postWords, setPostWords } = body;
  if (kind != null && !roomKinds.includes(kind)) invalid("kind: '' or show");
  if (slowModeMs != null && slowModeMs > limits.slowModeMsMax) invalid(`slow_mode_ms: at most ${limits.slowModeMsMax}`);
  if (setPostWords === true && !arePostWords(postWords ?? []))
    invalid(`post_words: at most ${limits.postWordsMax}, each of 1 to ${limits.postWordLengthMax} characters`);
  if (setSpotlight === true && (spotlight ?? []).length > limits.spotlightMax)
    invalid(`spotlight: at most ${limits.spotlightMax}`);
  if (setSpotlight === true) for (const identity of spotlight ?? []) identityFrom(identity);
  return settingsFromWire(body);
}
