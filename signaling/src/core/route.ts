// Which message is allowed in which state of a connection, what it costs in rights, and what is answered when it does
// not fit. The rule of order: before Join only Join; Join once; everything else in a joined session. Ping and Leave fit
// everywhere.
import type { ClientBody, ErrorCode, Rights } from '@meridian/protocol';
import type { SessionState } from './session.ts';

export type Route =
  | { readonly action: 'handle' }
  | { readonly action: 'refuse'; readonly code: ErrorCode }
  | { readonly action: 'ignore' };

const handle: Route = { action: 'handle' };
const ignore: Route = { action: 'ignore' };
const refuse = (code: ErrorCode): Route => ({ action: 'refuse', code });

/** The right each message needs; undefined: none beyond having joined. Every message of the protocol has a line. */
export const rightOf: { readonly [body in ClientBody]: keyof Rights | undefined } = {
  join: undefined,
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
  updateSelf: undefined, // by what it changes: all but the mark of a break-out needs `canUpdateOwnMetadata`
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
  sendPost: 'canPublishData', // the owner judges it too: the policy of the room says which roles post
  sendReactions: undefined,
  sendVote: undefined,
  raiseHand: undefined,
  crowdPage: undefined, // by the owner: of hosts and cohosts
  askBreakOutToken: undefined, // by the list of break-outs
  act: undefined, // by the owner: it depends on the act (docs/adr/0023-api.md)
};

/** What one of the crowd may ask, and what of that with media alone; all else has an effect in the room. */
const crowdAsks: ReadonlySet<ClientBody> = new Set([
  'sendPost',
  'sendReactions',
  'sendVote',
  'raiseHand',
  'stats',
  'echoTimes',
]);
const crowdAsksWithMedia: ReadonlySet<ClientBody> = new Set([
  'updateSubscription',
  'subscriptionsReady',
  'trackMoveDone',
  'restartIce',
  'connectTransport',
  'explainPlacement',
]);

/**
 * What to do with a message of this kind in this state; `rights` are those of the token, undefined before Join, `place`
 * says whether the client is one of the crowd, and whether that has media (`nodeId`).
 */
export function route(
  state: SessionState,
  body: ClientBody,
  rights: Rights | undefined,
  place?: { readonly isCrowd: boolean; readonly nodeId: string },
): Route {
  if (state === 'leaving' || state === 'closed' || state === 'detached') return ignore;
  if (body === 'ping' || body === 'leave') return handle;
  if (body === 'join') return state === 'opened' ? handle : refuse('JOIN_TWICE');
  if (state !== 'joined') return refuse('OUT_OF_ORDER');
  const isOfRoom = !crowdAsks.has(body) && !(crowdAsksWithMedia.has(body) && place?.nodeId !== '');
  if (place?.isCrowd === true && isOfRoom) return refuse('NOT_PERMITTED');
  const right = rightOf[body];
  if (right !== undefined && rights?.[right] !== true) return refuse('NOT_PERMITTED');
  return handle;
}
