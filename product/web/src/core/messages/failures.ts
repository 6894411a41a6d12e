// Texts for each code of a failure or an end: its cause, advice for the person, and the next step that the page offers.
import type { ClientErrorCode } from '@meridian/sdk-web';
import type { Language } from '../query.ts';
import { inBothLanguages, sayOf } from './both-languages.ts';

/** Codes that are not the SDK's or the service's: of pages, players, their server, REST and gateways. */
const pageCodes = [
  ...['CHECK_NOT_OFFERED', 'CLIENT_INITIATED', 'CONFIG_UNREACHABLE', 'GATEWAY_INVALID'],
  ...['GATEWAY_UNREACHABLE', 'LINK_INVALID', 'NOT_FOUND', 'NOT_MPEG_TS', 'NO_PICTURE', 'NUMBER_INVALID', 'PAGE_HIDDEN'],
  ...['ADDRESS_INCOMPLETE', 'PASSWORD_NEEDED', 'PASSWORD_WRONG', 'SESSION_ENDED', 'STREAM_UNSUPPORTED'],
  ...['TOKEN_REFUSED', 'WAY_NONE'],
] as const;
export type FailureCode = ClientErrorCode | (typeof pageCodes)[number];

/**
 * `auto`: the page tries again by itself. `again`: the person may. `reload`: the page must load anew. `fix`: the person
 * corrects the form. `home`: another attempt would fail too.
 */
export type FailureAction = 'auto' | 'again' | 'reload' | 'fix' | 'home';

const advice = inBothLanguages({
  wait: [
    'Wait a moment. If it goes on, tell the host or your administrator the code below.',
    '请稍候。如果问题持续，请将下方代码告知主持人或管理员。',
  ],
  waitSpace: [
    'Wait until there is space again, or ask the host to plan the meeting for another time.',
    '请等待空位，或请主持人改期。',
  ],
  report: [
    'Try again. If it happens again, copy the details below and send them to your administrator.',
    '请重试。若再次出现，请复制下方信息并发给管理员。',
  ],
  tellAdmin: ['Copy the details below and send them to your administrator.', '请复制下方信息并发给管理员。'],
  again: ['Try again.', '请重试。'],
  network: [
    'Check your internet connection and try again. If it goes on, a firewall may block the service: ask your network’s administrator.',
    '请检查网络后重试。如果问题持续，可能是防火墙拦截，请联系网络管理员。',
  ],
  newLink: ['Ask whoever sent it for a new link.', '请向发送者索取新链接。'],
  wholeLink: [
    'Open the whole link that you were sent, or ask for it again.',
    '请打开收到的完整链接，或请对方重新发送。',
  ],
  notYet: [
    'This page tries again. If it goes on, ask the host when the meeting begins.',
    '页面会自动重试。如果一直如此，请向主持人确认会议开始时间。',
  ],
  askBack: ['Only a host can let you in again.', '只有主持人可以准许您重新进入。'],
  askHost: ['Ask the host.', '请联系主持人。'],
  askUnlock: ['Ask the host to unlock the meeting, then try again.', '请主持人解除锁定，然后重试。'],
  askSpace: [
    'Ask the host whether someone can leave or the limit can be raised, then try again.',
    '请询问主持人能否腾出名额或提高上限，然后重试。',
  ],
  askRegion: ['Ask the host for a link that allows your region.', '请向主持人索取允许您所在地区的链接。'],
  reload: [
    'Reload the page. If it happens again, copy the details below and send them to your administrator.',
    '请刷新页面。若再次出现，请复制下方信息并发给管理员。',
  ],
  browser: [
    'Use a current version of Chrome, Edge, Firefox or Safari.',
    '请使用新版 Chrome、Edge、Firefox 或 Safari。',
  ],
  otherWay: ['Choose another way to play, or use a current browser.', '请选择其他播放方式，或使用新版浏览器。'],
  fields: ['Check the name and the room, then try again.', '请检查姓名和会议室，然后重试。'],
  password: ['Enter the password that came with the invitation.', '请输入随邀请收到的密码。'],
  number: ['Check the number, or ask the host for a link.', '请核对会议号，或向主持人索取链接。'],
  signIn: ['Sign in, then open the meeting again.', '请登录后重新打开会议。'],
  checkByLink: [
    'Open the link of your meeting and choose “Check your connection” there, or sign in.',
    '请打开会议链接，在那里选择“检测网络与设备”，或登录。',
  ],
  permit: [
    'Allow it in the browser’s address bar and in the settings of your system, then try again.',
    '请在浏览器地址栏和系统设置中允许，然后重试。',
  ],
  plug: ['Plug the device in, or choose another one.', '请接上设备，或选择其他设备。'],
  closeOthers: ['Close other programs that use it, then try again.', '请关闭正在使用它的其他程序，然后重试。'],
  shorter: ['Send less at once.', '请减少单次发送的内容。'],
  slower: ['Wait a few seconds before you go on.', '请等几秒再继续。'],
  otherEncoder: ['Choose other settings in the program that sends.', '请在发送程序中更换设置。'],
  lighter: ['Close other programs, or do without the effect.', '请关闭其他程序，或不使用该效果。'],
  comeBack: ['You can come back while the meeting goes on.', '会议进行期间您可以随时返回。'],
  overNow: ['You can close this window.', '您可以关闭此窗口。'],
  watch: ['You can go on watching.', '您可以继续观看。'],
  oneWindow: ['Go on there, or move the call here.', '请在那里继续，或将通话移到此处。'],
});
type AdviceKey = keyof typeof advice.en;

type Row = readonly [en: string, zh: string, advice: AdviceKey, action: FailureAction];

const misunderstood = [
  'The page and the service did not understand each other.',
  '页面与服务未能相互理解。',
  ...(['reload', 'reload'] as const),
] as const;
const serversFailed = [
  'Servers of the service could not work together.',
  '服务端的服务器之间协作失败。',
  ...(['report', 'home'] as const),
] as const;
const serversBusy = [
  'Servers of the service are being switched over.',
  '服务端正在切换服务器。',
  ...(['wait', 'auto'] as const),
] as const;
const unreachable = [
  'The service cannot be reached from your network.',
  '从您的网络无法连接到服务。',
  ...(['network', 'auto'] as const),
] as const;
const tookTooLong = [
  'Your network was away for too long.',
  '您的网络中断时间过长。',
  ...(['network', 'again'] as const),
] as const;
const serverGone = [
  'The server that carried your call stopped.',
  '承载您通话的服务器已停止。',
  ...(['wait', 'auto'] as const),
] as const;
const serverFull = [
  'All servers are full at the moment.',
  '目前所有服务器都已满载。',
  ...(['waitSpace', 'auto'] as const),
] as const;
const cannotRecord = [
  'The service cannot record this at the moment.',
  '服务目前无法进行此录制。',
  ...(['tellAdmin', 'home'] as const),
] as const;
const noTranscoder = [
  'The service cannot convert this stream, so others may miss sound or picture.',
  '服务无法转换此直播流，他人可能听不到声音或看不到画面。',
  ...(['otherEncoder', 'home'] as const),
] as const;
const pageMistake = [
  'This page asked for something that is not possible now.',
  '此页面发出了当前无法执行的请求。',
  ...(['reload', 'reload'] as const),
] as const;
const noLog = [
  'The server cannot read its log.',
  '该服务器无法读取其日志。',
  ...(['tellAdmin', 'home'] as const),
] as const;

/** code: [cause in English, in Chinese, advice, action]. Every code has a row, or this does not compile. */
export const failures = {
  // ends
  CLIENT_INITIATED: ['The meeting stays open for the others.', '会议对其他人仍在进行。', 'comeBack', 'again'],
  CONNECTION_CLOSED: ['The meeting stays open for the others.', '会议对其他人仍在进行。', 'comeBack', 'again'],
  CONNECT_ABORTED: ['You cancelled joining.', '您取消了加入。', 'comeBack', 'again'],
  PAGE_HIDDEN: ['You left by going to another page.', '您打开了其他页面，因此离开了会议。', 'comeBack', 'again'],
  ROOM_ENDED: ['The meeting was ended for everyone.', '会议已为所有人结束。', 'overNow', 'home'],
  STAGE_LEFT: ['You are no longer on the stage of the show.', '您已离开直播的舞台。', 'watch', 'again'],
  KICKED: ['You were removed from the meeting.', '您已被移出会议。', 'askBack', 'home'],
  NOT_ADMITTED: ['A host declined your request to come in.', '主持人拒绝了您的入会请求。', 'askHost', 'home'],
  DUPLICATE_IDENTITY: [
    'You joined again from another window or device.',
    '您在另一个窗口或设备上再次加入了会议。',
    ...(['oneWindow', 'again'] as const),
  ],
  RECORDING_ENDED: ['The recording is over.', '录制已结束。', 'overNow', 'home'],
  RECORDING_ELSEWHERE: ['Another server records it now.', '录制已由另一台服务器继续。', 'overNow', 'home'],
  BREAK_OUT_CLOSED: ['This break-out room is closed.', '该讨论组已关闭。', 'askHost', 'home'],
  // invitations and rights
  TOKEN_MISSING: ['This page was opened without an invitation.', '打开此页面时没有邀请。', 'wholeLink', 'home'],
  ADDRESS_INCOMPLETE: ['This address is not a whole link.', '此地址不是完整的链接。', 'wholeLink', 'home'],
  TOKEN_INVALID: ['This link is not valid here.', '此链接在此无效。', 'wholeLink', 'home'],
  TOKEN_EXPIRED: ['This link has expired.', '此链接已过期。', 'newLink', 'home'],
  TOKEN_REVOKED: ['This link was withdrawn.', '此链接已被撤销。', 'newLink', 'home'],
  TOKEN_NOT_YET_VALID: ['This link is not valid yet.', '此链接尚未生效。', 'notYet', 'auto'],
  TOKEN_ROOM_MISMATCH: ['This link is for another room.', '此链接属于另一个会议室。', 'newLink', 'home'],
  TOKEN_REFUSED: [
    'The page’s server gave no invitation for this room and name.',
    '页面服务器没有为此会议室和姓名发放邀请。',
    ...(['fields', 'fix'] as const),
  ],
  LINK_INVALID: [
    'This link no longer works: the meeting is over or was cancelled, or the link was withdrawn.',
    '此链接现在无效：会议已结束或已取消，或者链接已被撤回。',
    ...(['newLink', 'home'] as const),
  ],
  NUMBER_INVALID: [
    'There is no meeting with this number. The meeting is over or was cancelled, or the number is wrong.',
    '现在没有该会议号对应的会议：会议已结束、已取消，或会议号有误。',
    ...(['number', 'home'] as const),
  ],
  PASSWORD_NEEDED: ['This meeting has a password.', '此会议设有密码。', 'password', 'fix'],
  PASSWORD_WRONG: ['The password is wrong.', '密码错误。', 'password', 'fix'],
  SESSION_ENDED: ['You are signed out.', '您已退出登录。', 'signIn', 'home'],
  NOT_PERMITTED: ['You are not allowed to do this.', '您没有权限这样做。', 'askHost', 'home'],
  QUOTA_EXCEEDED: [
    'Your organisation has reached its limit for now.',
    '您所在的组织目前已达到使用上限。',
    ...(['askSpace', 'again'] as const),
  ],
  FENCE_CONFLICT: [
    'Your invitation does not match the regions of this room.',
    '本会议室限定的区域与您的邀请不符。',
    ...(['askRegion', 'home'] as const),
  ],
  FENCED_OUT: [
    'This room is bound to regions in which the service cannot do this.',
    '本会议室限定在特定区域，服务在这些区域无法执行此操作。',
    ...(['askRegion', 'home'] as const),
  ],
  CHECK_NOT_OFFERED: [
    'This service offers the check only to people with an invitation or an account.',
    '本服务仅为持有邀请或账户的人提供检测。',
    ...(['checkByLink', 'home'] as const),
  ],
  // the room
  ROOM_LOCKED: [
    'The room is locked: no one new is let in at the moment.',
    '会议室已锁定，暂不接受新成员加入。',
    ...(['askUnlock', 'again'] as const),
  ],
  ROOM_FULL: ['The room is full.', '会议室已满。', 'askSpace', 'again'],
  PARTICIPANT_UNKNOWN: ['This person is not in the meeting any more.', '此人已不在会议中。', 'askHost', 'home'],
  POST_REFUSED: [
    'The room refuses this text: it contains a word that is not allowed.',
    '房间不接受这段文字：其中有不允许的词。',
    ...(['shorter', 'fix'] as const),
  ],
  POST_UNKNOWN: ['This message is no longer there.', '这条消息已不存在。', 'askHost', 'home'],
  VERSION_CONFLICT: ['Someone else changed this first.', '已有其他更改先生效。', 'again', 'fix'],
  RATE_LIMITED: ['You sent too many requests in a short time.', '操作太快了。', 'slower', 'auto'],
  DATA_TOO_LARGE: ['The message is too long.', '消息太长。', 'shorter', 'fix'],
  NOT_FOUND: ['There is nothing at this address any more.', '此地址已没有内容。', 'newLink', 'home'],
  // the person's network, browser and devices
  ENTRY_UNREACHABLE: unreachable,
  SOCKET_FAILED: unreachable,
  SOCKET_LOST: ['The connection to the service was lost.', '与服务的连接已断开。', ...(['network', 'auto'] as const)],
  RECONNECT_FAILED: tookTooLong,
  PING_TIMEOUT: [tookTooLong[0], tookTooLong[1], 'network', 'auto'],
  REQUEST_TIMEOUT: ['The service did not answer in time.', '服务没有及时应答。', 'network', 'auto'],
  MEDIA_FAILED: [
    'Sound and pictures cannot get through. A firewall may block them.',
    '声音和画面无法传输，可能被防火墙阻止。',
    ...(['network', 'again'] as const),
  ],
  BACKPRESSURE: ['Your connection is too slow for this room.', '您的网络速度不足以参加此会议。', 'network', 'again'],
  AUTH_TIMEOUT: ['Joining took too long.', '加入耗时过长。', 'network', 'auto'],
  BROWSER_UNSUPPORTED: ['This browser cannot make calls.', '此浏览器无法进行通话。', 'browser', 'home'],
  CODEC_UNSUPPORTED: [
    'Your browser cannot use this kind of video.',
    '您的浏览器不支持此视频格式。',
    ...(['browser', 'home'] as const),
  ],
  STREAM_UNSUPPORTED: ['This browser cannot play what is sent.', '此浏览器无法播放收到的内容。', 'browser', 'again'],
  NOT_MPEG_TS: ['This browser cannot play what is sent.', '此浏览器无法播放收到的内容。', 'otherWay', 'again'],
  WAY_NONE: ['This browser cannot play it this way.', '此浏览器无法以这种方式播放。', 'otherWay', 'again'],
  NO_PICTURE: ['No picture came in time.', '没有及时收到画面。', 'network', 'auto'],
  DEVICE_DENIED: [
    'The browser or the system blocks the device.',
    '浏览器或系统禁止使用该设备。',
    ...(['permit', 'fix'] as const),
  ],
  DEVICE_NOT_FOUND: ['The device was not found.', '未找到该设备。', 'plug', 'fix'],
  DEVICE_IN_USE: ['Another program uses the device.', '该设备正被其他程序占用。', 'closeOthers', 'again'],
  DEVICE_FAILED: ['The device did not start.', '该设备未能启动。', 'closeOthers', 'again'],
  DEVICE_LOST: ['The device stopped or was unplugged.', '该设备已停止或被拔出。', 'plug', 'again'],
  TRACK_ENDED: ['The device stopped before it could be sent.', '设备在发送前已停止。', 'plug', 'fix'],
  PUBLISH_FAILED: ['Your browser could not send this.', '浏览器未能发送此内容。', 'browser', 'fix'],
  EFFECT_UNSUPPORTED: ['This browser cannot do this effect.', '此浏览器不支持该效果。', 'browser', 'home'],
  EFFECT_FAILED: ['The effect stopped or did not start.', '该效果已停止或未能启动。', 'again', 'again'],
  EFFECT_TOO_SLOW: ['This computer is too slow for the effect.', '这台电脑的速度不够。', 'lighter', 'home'],
  // the service is busy, full or being restarted
  NO_CAPACITY: serverFull,
  NO_NODE: ['No server is available at the moment.', '目前没有可用的服务器。', 'wait', 'auto'],
  OVERLOADED: ['Too many people are joining at this moment.', '此刻加入的人太多。', ...(['wait', 'auto'] as const)],
  CENTRE_UNREACHABLE: [
    'The part of the service that assigns servers does not answer.',
    '负责分配服务器的服务没有应答。',
    ...(['wait', 'auto'] as const),
  ],
  API_UNREACHABLE: [
    'This link cannot be checked at the moment.',
    '暂时无法核对此链接。',
    ...(['wait', 'auto'] as const),
  ],
  CONFIG_UNREACHABLE: ['The page’s server does not answer.', '页面服务器没有应答。', 'network', 'auto'],
  NODE_UNREACHABLE: ['The server for your call does not answer.', '承载您通话的服务器没有应答。', 'wait', 'auto'],
  NODE_DRAINING: serversBusy,
  NODE_LOST: serverGone,
  WORKER_DIED: serverGone,
  PLACEMENT_STALE: serversBusy,
  ROOM_OWNER_LOST: serversBusy,
  EPOCH_STALE: serversBusy,
  NOT_LEADER: serversBusy,
  NOT_REGISTERED: serversBusy,
  OPENER_UNKNOWN: serversBusy,
  MOVE_UNDER_WAY: serversBusy,
  MOVE_FAILED: serversBusy,
  SHUTTING_DOWN: ['The service is being restarted.', '服务正在重启。', 'wait', 'auto'],
  RESUME_REFUSED: ['Your place in the meeting was released.', '您在会议中的位置已被释放。', 'again', 'auto'],
  GATEWAY_UNREACHABLE: [
    'The server for streams does not answer.',
    '直播流服务器没有应答。',
    ...(['wait', 'auto'] as const),
  ],
  GATEWAY_INVALID: misunderstood,
  PIPE_FAILED: [serversFailed[0], serversFailed[1], 'wait', 'auto'],
  GRANT_EXPIRED: [serversFailed[0], serversFailed[1], 'wait', 'auto'],
  HOOK_FAILED: [
    'The system of your organisation that checks streams did not answer.',
    '您所在组织的推流审核系统没有应答。',
    ...(['wait', 'auto'] as const),
  ],
  INTERNAL: ['The service had an unexpected fault.', '服务发生了意外故障。', ...(['report', 'again'] as const)],
  // page and service do not fit
  ENTRY_INVALID: misunderstood,
  PROTOCOL_UNSUPPORTED: [
    'This page is too old or too new for the service.',
    '页面版本与服务不符。',
    ...(['reload', 'reload'] as const),
  ],
  FRAME_MALFORMED: misunderstood,
  FRAME_TOO_LARGE: misunderstood,
  FRAME_UNKNOWN: misunderstood,
  RTP_PARAMETERS_INVALID: misunderstood,
  ENDPOINT_UNSUPPORTED: misunderstood,
  REQUEST_INVALID: [
    'The service did not accept what was entered.',
    '服务未接受填写的内容。',
    ...(['fields', 'fix'] as const),
  ],
  ARGUMENT_INVALID: pageMistake,
  OUT_OF_ORDER: pageMistake,
  JOIN_TWICE: pageMistake,
  NOT_CONNECTED: pageMistake,
  ALREADY_CONNECTED: pageMistake,
  LISTENER_LIMIT: pageMistake,
  REQUEST_LIMIT: ['Too many requests wait for an answer.', '等待应答的请求过多。', ...(['slower', 'again'] as const)],
  SESSION_UNKNOWN: ['The service does not know your call any more.', '服务已不再识别您的通话。', 'reload', 'reload'],
  TRACK_UNKNOWN: ['This picture or sound is no longer there.', '该画面或声音已不存在。', 'askHost', 'home'],
  TRACK_EXISTS: ['This is already being sent.', '此内容已在发送。', 'reload', 'reload'],
  TRACK_LIMIT: ['The room allows no more audio or video tracks.', '发送的内容超出会议室上限。', 'shorter', 'home'],
  TRACK_NOT_PUBLISHED: pageMistake,
  TRANSPORT_UNKNOWN: pageMistake,
  MOVE_REFUSED: [serversBusy[0], serversBusy[1], 'report', 'home'],
  CITY_UNKNOWN: ['The city given as “from” is not known.', '参数“from”中的城市无法识别。', 'tellAdmin', 'home'],
  DECISION_UNKNOWN: [
    'The service does not remember this decision any more.',
    '服务已不再记得这个决定。',
    ...(['tellAdmin', 'home'] as const),
  ],
  // streams and recordings
  TARGET_REFUSED: ['This address cannot be used.', '无法使用该地址。', 'tellAdmin', 'fix'],
  HOOK_REFUSED: [
    'The system of your organisation that checks streams refused this stream.',
    '您所在组织的推流审核系统拒绝了此直播流。',
    ...(['tellAdmin', 'home'] as const),
  ],
  NO_SOUND_TRANSCODER: noTranscoder,
  NO_PICTURE_TRANSCODER: noTranscoder,
  NO_BROWSER: cannotRecord,
  NO_LIBRARY: [
    'The service has no library in the regions of this room, where recordings are kept.',
    '本会议室限定的区域内没有存放录制的资料库。',
    ...(['tellAdmin', 'home'] as const),
  ],
  NO_SANDBOX: cannotRecord,
  PAGE_FAILED: [
    'The web page to be recorded cannot be opened.',
    '无法打开要录制的网页。',
    ...(['tellAdmin', 'home'] as const),
  ],
  PAGE_TOO_LARGE: [
    'The web page to be recorded is too large.',
    '要录制的网页过大。',
    ...(['tellAdmin', 'home'] as const),
  ],
  NO_LOGS: noLog,
  LOGS_UNREADABLE: noLog,
  // between servers
  GRANT_MISSING: serversFailed,
  GRANT_INVALID: serversFailed,
  GRANT_FOREIGN: serversFailed,
  KIND_NOT_PERMITTED: serversFailed,
  IDENTITY_MISMATCH: serversFailed,
  ROUTER_VERSION: serversFailed,
  NODE_DENIED: serversFailed,
  NODE_ID_TAKEN: serversFailed,
} as const satisfies Record<FailureCode, Row>;

/** Titles of ends, which are no faults. */
const endTitles = inBothLanguages({
  CLIENT_INITIATED: ['You left the meeting', '您已离开会议'],
  CONNECTION_CLOSED: ['You left the meeting', '您已离开会议'],
  CONNECT_ABORTED: ['You did not join', '您没有加入会议'],
  PAGE_HIDDEN: ['You left the meeting', '您已离开会议'],
  ROOM_ENDED: ['The meeting has ended', '会议已结束'],
  STAGE_LEFT: ['You left the stage', '您已离开舞台'],
  KICKED: ['You are no longer in the meeting', '您已不在会议中'],
  NOT_ADMITTED: ['The host did not let you in', '主持人未允许您加入'],
  DUPLICATE_IDENTITY: ['You are in the meeting elsewhere', '您已在别处加入会议'],
  RECORDING_ENDED: ['The recording has ended', '录制已结束'],
  RECORDING_ELSEWHERE: ['The recording goes on elsewhere', '录制已转至别处继续'],
  BREAK_OUT_CLOSED: ['The break-out room has closed', '讨论组已关闭'],
});
type EndCode = keyof typeof endTitles.en;

/** Titles of faults, by what failed. */
const faultTitles = inBothLanguages({
  join: ['Couldn’t join the meeting', '未能加入会议'],
  foreseen: ['You can’t join this way', '这样无法加入会议'],
  call: ['You were disconnected from the meeting', '您与会议的连接已断开'],
  watch: ['Couldn’t play this room', '无法播放此房间'],
  show: ['Couldn’t play the show', '无法播放直播'],
  check: ['Couldn’t start the check', '无法开始检测'],
  link: ['Couldn’t open the link', '无法打开链接'],
});
/** The thing that failed. `foreseen`: a join that was not tried yet. `call`: a meeting after it was joined. */
export type FailedThing = keyof typeof faultTitles.en;

const unknown = inBothLanguages({
  cause: [
    'The service answered with a code that this page does not know: {code}.',
    '服务返回了此页面未知的代码：{code}。',
  ],
});

export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(failures, code);
export const isEndCode = (code: string): code is EndCode => Object.hasOwn(endTitles.en, code);

export interface FailureTexts {
  readonly title: string;
  readonly cause: string;
  readonly advice: string;
}

/** Returns the texts of a code in a language; an unknown code gets a text that contains it. */
export function failureTexts(code: string, thing: FailedThing, language: Language): FailureTexts {
  const title = isEndCode(code) ? endTitles[language][code] : faultTitles[language][thing];
  if (!isFailureCode(code))
    return { title, cause: sayOf(unknown, language)('cause', { code }), advice: advice[language].reload };
  const [en, zh, adviceKey] = failures[code];
  return { title, cause: language === 'en' ? en : zh, advice: advice[language][adviceKey] };
}

/** Returns the next step after a code. Unknown codes come from a service that is newer than the page. */
export const actionAfter = (code: string): FailureAction => (isFailureCode(code) ? failures[code][3] : 'reload');

/** Returns whether the connection check may explain why it failed. */
export const isNetworkFailure = (code: string): boolean => isFailureCode(code) && failures[code][2] === 'network';
