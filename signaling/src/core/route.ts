// Decides which message is allowed in which state of a connection, which right it needs, and the error otherwise.
// Before Join only Warm and Join are allowed, later all others; Ping and Leave always.
import type { ClientBody, ErrorCode, Rights } from '@meridian/protocol';
import type { SessionState } from './session.ts';

export type Route =
  | { readonly action: 'handle' }
  | { readonly action: 'refuse'; readonly code: ErrorCode }
  | { readonly action: 'ignore' };

const handle: Route = { action: 'handle' };
const ignore: Route = { action: 'ignore' };
const refuse = (code: ErrorCode): Route => ({ action: 'refuse', code });

/** Right that each message needs; undefined: only to have joined. */
export const rightOf: { readonly [body in ClientBody]: keyof Rights | undefined } = {
  join: undefined,
  warm: undefined,
  publish: 'canPublish',
  unpublish: 'canPublish',
  setTrackMuted: 'canPublish',
  updateSubscription: 'canSubscribe',
  subscriptionsReady: 'canSubscribe',
  trackMoveDone: 'canSubscribe',
  sendData: 'canPublishData',
  restartIce: undefined,
  connectTransport: undefined,
  kick: 'admin',
  muteParticipant: 'admin',
  updateSelf: undefined, // by the changed fields: all but the mark of a break-out need `canUpdateOwnMetadata`
  updateRoom: 'admin',
  stats: undefined,
  leave: undefined,
  ping: undefined,
  moveReady: undefined,
  echoTimes: undefined,
  explainPlacement: undefined,
  renditionRefused: 'canPublish',
  askTrackStats: 'canPublish',
  setSubscribers: 'canPublish',
  sendPost: 'canPublishData', // the owner also checks the roles that may post by the room's policy
  sendReactions: undefined,
  sendVote: undefined,
  raiseHand: undefined,
  crowdPage: undefined, // checked by the owner: hosts and cohosts
  askBreakOutToken: undefined, // checked by the list of break-outs
  act: undefined, // checked by the owner for each act (docs/adr/0023-api.md)
};

/** Messages allowed to the crowd; some need media. All others would have an effect in the room. */
const crowdMessages: ReadonlySet<ClientBody> = new Set([
  'sendPost',
  'sendReactions',
  'sendVote',
  'raiseHand',
  'stats',
  'echoTimes',
]);
const crowdMediaMessages: ReadonlySet<ClientBody> = new Set([
  'updateSubscription',
  'subscriptionsReady',
  'trackMoveDone',
  'restartIce',
  'connectTransport',
  'explainPlacement',
]);

/** `rights`: of the token, undefined before Join; `place`: undefined before Join; `nodeId` '': without media. */
export function route(
  state: SessionState,
  body: ClientBody,
  rights: Rights | undefined,
  place?: { readonly isCrowd: boolean; readonly nodeId: string },
): Route {
  if (state === 'leaving' || state === 'closed' || state === 'detached') return ignore;
  if (body === 'ping' || body === 'leave') return handle;
  if (body === 'warm') return state === 'opened' ? handle : refuse('OUT_OF_ORDER');
  if (body === 'join') return state === 'opened' ? handle : refuse('JOIN_TWICE');
  if (state !== 'joined') return refuse('OUT_OF_ORDER');
  const isForRoom = !crowdMessages.has(body) && !(crowdMediaMessages.has(body) && place?.nodeId !== '');
  if (place?.isCrowd === true && isForRoom) return refuse('NOT_PERMITTED');
  const right = rightOf[body];
  if (right !== undefined && rights?.[right] !== true) return refuse('NOT_PERMITTED');
  return handle;
}
