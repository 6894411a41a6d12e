// REST operations for posts of a running room (docs/shows.md), which end with the room's life.
import {
  type Board,
  cleanDisplayName,
  displayNameRule,
  identityFault,
  identityRule,
  isBlank,
  isDisplayName,
  isIdentity,
  isPostText,
  limits,
  newId,
  type Poll,
  type Post,
  type QuestionState,
  questionStates,
  type ServicePostKind,
  servicePostKinds,
} from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import type { Principal } from '../access/core/scopes.ts';
import { operations } from '../http/operation.ts';
import { Problem, type ProblemField } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { timeText } from '../http/time.ts';
import { actorOf, ofRoom, roomParams } from './operations.ts';
import type { Act, Rooms } from './rooms.ts';
import { identity } from './schemas.ts';

const time = () => Type.String({ format: 'date-time' });
const count = () => Type.Integer({ minimum: 0 });
const postId = () => Type.String({ pattern: '^PT_[A-Za-z0-9]{16,32}$', maxLength: 35 });
const pollId = () => Type.String({ pattern: '^PO_[A-Za-z0-9]{16,32}$', maxLength: 35 });
const stateSchema = () => Type.Unsafe<QuestionState>({ type: 'string', enum: [...questionStates] });

const postSchema = Type.Object(
  {
    id: Type.String(),
    kind: Type.String({ description: 'chat, danmaku, question, gift or announcement' }),
    identity: Type.Union([Type.String(), Type.Null()], {
      description: 'Identity of its author; null: sent over REST.',
    }),
    name: Type.String(),
    text: Type.String(),
    at: time(),
    style: Type.Optional(
      Type.String({ description: 'For danmaku: #rrggbb, and the edge at which it stands still, if any.' }),
    ),
    data: Type.Optional(Type.Unknown({ description: 'Data of a gift.' })),
  },
  { title: 'RoomPost' },
);
const questionSchema = Type.Object(
  {
    id: Type.String(),
    identity: Type.String(),
    name: Type.String(),
    text: Type.String(),
    at: time(),
    votes: count(),
    state: stateSchema(),
  },
  { title: 'RoomQuestion' },
);
const pollSchema = Type.Object(
  {
    id: Type.String(),
    text: Type.String(),
    options: Type.Array(Type.Object({ text: Type.String(), votes: count() })),
    many: Type.Boolean({ description: 'An identity may choose several options.' }),
    closed: Type.Boolean(),
    since: time(),
    endsAt: Type.Union([time(), Type.Null()]),
  },
  { title: 'RoomPoll' },
);
const madeSchema = Type.Object({ id: Type.String() }, { title: 'RoomPostMade' });

const inRooms = operations({
  tag: 'Posts',
  scope: 'rooms:admin',
  room: 'room',
  problems: ['ROOM_UNREACHABLE'],
  params: ofRoom.params,
});
export const getRoomBoard = inRooms('getRoomBoard', 'GET /rooms/{room}/board', {
  summary: 'Get questions, polls and reactions of a room, and its last posts.',
  answers: {
    200: Type.Object(
      {
        posts: Type.Array(postSchema, { description: `At most the last ${limits.postsKeptMax} posts.` }),
        questions: Type.Array(questionSchema, {
          description: 'Questions that are being answered first, then those with most votes.',
        }),
        polls: Type.Array(pollSchema),
        reactions: Type.Record(Type.String(), count(), {
          description: 'Number of each reaction since the life of the room began.',
        }),
      },
      { title: 'RoomBoard' },
    ),
  },
});

export const sendRoomPost = inRooms('sendRoomPost', 'POST /rooms/{room}/posts', {
  summary: 'Send an announcement or a gift to a room.',
  idempotent: true,
  body: Type.Object({
    kind: Type.Unsafe<ServicePostKind>({ type: 'string', enum: [...servicePostKinds] }),
    text: Type.String({ minLength: 1, maxLength: 2 * limits.postLengthMax }),
    identity: Type.Optional(identity()),
    name: Type.Optional(Type.String({ maxLength: limits.nameLengthMax, description: 'Name shown as its author.' })),
    data: Type.Optional(
      Type.Unknown({ description: `Data of a gift, for the page: at most ${limits.postDataBytesMax} bytes of JSON.` }),
    ),
  }),
  answers: { 201: madeSchema },
});

const inRoom = operations({ tag: 'Posts', scope: 'rooms:admin', room: 'room', problems: ['ROOM_UNREACHABLE'] });
export const removeRoomPost = inRoom('removeRoomPost', 'DELETE /rooms/{room}/posts/{post}', {
  summary: 'Remove a post or question from every screen.',
  params: Type.Object({ ...roomParams.properties, post: postId() }),
  answers: { 204: Type.Null() },
});

export const updateRoomQuestion = inRoom('updateRoomQuestion', 'PATCH /rooms/{room}/questions/{post}', {
  summary: 'Mark a question as being answered, or answered.',
  params: Type.Object({ ...roomParams.properties, post: postId() }),
  body: Type.Object({ state: stateSchema() }),
  answers: { 204: Type.Null() },
});

export const createRoomPoll = inRooms('createRoomPoll', 'POST /rooms/{room}/polls', {
  summary: 'Start a poll.',
  description: `A room has at most ${limits.pollsMax} polls.`,
  idempotent: true,
  body: Type.Object({
    text: Type.String({ minLength: 1, maxLength: 2 * limits.pollTextLengthMax }),
    options: Type.Array(Type.String({ minLength: 1, maxLength: 2 * limits.pollOptionLengthMax }), {
      minItems: 2,
      maxItems: limits.pollOptionsMax,
      uniqueItems: true,
    }),
    many: Type.Optional(Type.Boolean({ default: false })),
    endsAt: Type.Optional(
      Type.Union([time(), Type.Null()], { description: 'Time at which the poll closes by itself.' }),
    ),
  }),
  answers: { 201: madeSchema },
  problems: ['ROOM_UNREACHABLE', 'QUOTA_EXCEEDED'],
});

export const updateRoomPoll = inRoom('updateRoomPoll', 'PATCH /rooms/{room}/polls/{poll}', {
  summary: 'Close or reopen a poll.',
  params: Type.Object({ ...roomParams.properties, poll: pollId() }),
  body: Type.Object({
    closed: Type.Boolean(),
    endsAt: Type.Optional(
      Type.Union([time(), Type.Null()], { description: 'Time at which an open poll closes; absent: it stays open.' }),
    ),
  }),
  answers: { 204: Type.Null() },
});

export const removeRoomPoll = inRoom('removeRoomPoll', 'DELETE /rooms/{room}/polls/{poll}', {
  summary: 'Remove a poll with its votes.',
  params: Type.Object({ ...roomParams.properties, poll: pollId() }),
  answers: { 204: Type.Null() },
});

const shownPost = (post: Post): Static<typeof postSchema> => ({
  id: post.postId,
  kind: post.kind,
  identity: post.identity || null,
  name: post.name,
  text: post.text,
  at: timeText(post.wallMs),
  ...(post.style !== '' && { style: post.style }),
  ...(post.data !== '' && { data: JSON.parse(post.data) as unknown }),
});

const shownQuestion = ({ postId: id, identity: by, name, text, wallMs, votes, state }: Post) => ({
  id,
  identity: by,
  name,
  text,
  at: timeText(wallMs),
  votes,
  state: questionStates.find((one) => one === state) ?? 'open',
});

const shownPoll = ({ pollId: id, text, options, many, closed, sinceWallMs, endsWallMs }: Poll) => ({
  id,
  text,
  options: options.map((option) => ({ ...option })),
  many,
  closed,
  since: timeText(sinceWallMs),
  endsAt: endsWallMs === 0 ? null : timeText(endsWallMs),
});

const shownBoard = (posts: readonly Post[], { questions, polls, reactions }: Board) => ({
  posts: posts.map(shownPost),
  questions: questions.map(shownQuestion),
  polls: polls.map(shownPoll),
  reactions: { ...reactions },
});

function refuse(problemFields: readonly (ProblemField | false)[]): void {
  const fields = problemFields.filter((field) => field !== false);
  if (fields.length > 0) throw new Problem('REQUEST_INVALID', undefined, { fields });
}

function checkPost({ kind, text, identity: by = '', name = '', data }: Static<(typeof sendRoomPost)['body']>): string {
  const json = data === undefined ? '' : JSON.stringify(data);
  refuse([
    !isPostText(text, limits.postLengthMax, true) && { pointer: '/text', detail: 'is too long or invisible' },
    by !== '' && !isIdentity(by) && { pointer: '/identity', detail: `${identityRule}; ${identityFault(by)}` },
    !isDisplayName(cleanDisplayName(name)) && { pointer: '/name', detail: displayNameRule },
    data !== undefined && kind !== 'gift' && { pointer: '/data', detail: 'is for gifts only' },
    Buffer.byteLength(json) > limits.postDataBytesMax && {
      pointer: '/data',
      detail: `has more than ${limits.postDataBytesMax} bytes`,
    },
  ]);
  return json;
}

function checkPoll({ text, options, endsAt = null }: Static<(typeof createRoomPoll)['body']>, nowWallMs: number): void {
  const isOption = (option: string) => !isBlank(option) && isPostText(option, limits.pollOptionLengthMax);
  refuse([
    !isPostText(text, limits.pollTextLengthMax) && { pointer: '/text', detail: 'is too long or invisible' },
    !options.every(isOption) && { pointer: '/options', detail: 'has an option that is too long or invisible' },
    endsAt !== null && Date.parse(endsAt) <= nowWallMs && { pointer: '/endsAt', detail: 'must be in the future' },
  ]);
}

const wallMsOf = (at: string | null | undefined): number => (at ? Date.parse(at) : 0);

export function addPostOperations(
  routes: Routes,
  { rooms, rng, clock }: { readonly rooms: Rooms; readonly rng: Rng; readonly clock: Clock },
): void {
  const act = (principal: Principal, room: string, one: Act): Promise<unknown> =>
    rooms.act(principal.tenant, room, { actor: actorOf(principal), acts: [one] });
  const idOf = (prefix: 'PT_' | 'PO_'): string => newId(prefix, (length) => rng.bytes(length));

  routes.add(getRoomBoard, async ({ principal, params }) => {
    const view = await rooms.view(principal.tenant, params.room);
    const { posts = [], board = { version: 0, questions: [], polls: [], reactions: {} } } = view ?? {};
    return { body: shownBoard(posts, board) };
  });

  routes.add(sendRoomPost, async ({ principal, params, body }) => {
    const data = checkPost(body);
    const { kind, text, identity: by = '', name = '' } = body;
    const id = idOf('PT_');
    await act(principal, params.room, { post: { post: { postId: id, kind, text, identity: by, name, data } } });
    return { status: 201, body: { id } };
  });

  routes.add(removeRoomPost, async ({ principal, params: { room, post } }) => {
    await act(principal, room, { removePost: { postId: post } });
    return { body: null };
  });

  routes.add(updateRoomQuestion, async ({ principal, params: { room, post }, body }) => {
    await act(principal, room, { question: { postId: post, state: body.state } });
    return { body: null };
  });

  routes.add(createRoomPoll, async ({ principal, params, body }) => {
    checkPoll(body, clock.wallMs());
    const { text, options, many = false, endsAt } = body;
    const id = idOf('PO_');
    await act(principal, params.room, { poll: { pollId: id, text, options, many, endsWallMs: wallMsOf(endsAt) } });
    return { status: 201, body: { id } };
  });

  routes.add(updateRoomPoll, async ({ principal, params: { room, poll }, body }) => {
    await act(principal, room, { poll: { pollId: poll, closed: body.closed, endsWallMs: wallMsOf(body.endsAt) } });
    return { body: null };
  });

  routes.add(removeRoomPoll, async ({ principal, params: { room, poll } }) => {
    await act(principal, room, { poll: { pollId: poll, remove: true } });
    return { body: null };
  });
}
