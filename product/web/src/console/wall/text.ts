import type { SayOf } from '../../core/messages/both-languages.ts';
import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const wallTexts = inBothLanguages({
  lead: ['Small pictures of live rooms, with their problems.', '进行中房间的小画面，以及其中的异常。'],
  noRole: ['The wall is for watchers', '监控墙仅供“监看”角色使用'],
  noRoleLead: [
    'Your account ({email}) does not have the role "watcher". Operators give it, also to themselves, at Administration, Users. The audit log of a room’s organisation records each look at the room.',
    '您的账户（{email}）没有“监看”角色。运维人员可在“管理 → 用户”中授予，也可授予自己。每次查看房间都会记入其组织的审计日志。',
  ],
  toUsers: ['To the users', '前往用户页面'],
  look: ['Look', '查看'],
  lookLead: [
    'The audit log of the room’s organisation records each look: your ID, the room, the start and the end. Its administrators can read the log.',
    '每次查看都会写入房间所属组织的审计日志：您的 ID、房间、开始与结束时间。该组织的管理员可以看到。',
  ],
  stop: ['Stop looking', '停止查看'],
  size: ['Size', '大小'],
  sizeS: ['Small', '小'],
  sizeM: ['Medium', '中'],
  sizeL: ['Large', '大'],
  refresh: ['Refresh list', '刷新列表'],
  previous: ['Previous', '上一页'],
  next: ['Next', '下一页'],
  page: ['Page {page}', '第 {page} 页'],
  empty: ['All rooms are empty now, and no room is watched continuously.', '目前没有房间有人，也没有持续监测的房间。'],
  keep: ['Watch continuously', '持续监测'],
  keepRoom: ['Watch {room} continuously', '持续监测 {room}'],
  kept: ['Watched continuously', '持续监测中'],
  keepHint: [
    'A continuously watched room is checked all the time while it is live; alarms report its problems.',
    '持续监测的房间在进行期间始终被监测，出现异常时会告警。',
  ],
  keepFailed: ['The list of kept rooms was not changed', '无法更改持续监测'],
  keepMany: ['The limit of kept rooms is reached.', '持续监测的房间已达上限。'],
  people: ['{count} people', '{count} 人'],
  person: ['1 person', '1 人'],
  sound: ['Sound', '声音'],
  soundOf: ['{level} dBFS', '{level} dBFS'],
  soundSilence: ['silence', '无声'],
  soundNone: ['no sound', '没有声音'],
  none: ['No media {seconds} s', '无媒体 {seconds} 秒'],
  black: ['Black {seconds} s', '黑屏 {seconds} 秒'],
  frozen: ['Frozen {seconds} s', '画面静止 {seconds} 秒'],
  silent: ['Silent {seconds} s', '无声 {seconds} 秒'],
  of: ['{identity}', '{identity}'],
  ofMany: ['{identity} and {count} more', '{identity} 等，另有 {count} 个'],
  notLooking: ['Not watched', '未查看'],
  joining: ['Joining …', '正在加入……'],
  noPicture: ['No picture yet', '尚无画面'],
  over: ['Over: the room is empty', '已结束：房间里没有人'],
  OVERLOADED: ['No free recorder: all watch as many rooms as they can', '没有空闲的监看：录制节点已达上限'],
  E2EE: ['End-to-end encrypted: only participants can see it', '端到端加密：只有房间里的人可以看到'],
  WALL_REFUSED: ['Its organisation does not let operators see its rooms', '该组织不允许运维查看其房间'],
  NODE_UNREACHABLE: ['No recorder answers', '没有录制节点应答'],
  FENCED_OUT: ['No recorder in the regions that the room must not leave', '房间限定的区域内没有录制节点'],
  CENTRE_UNREACHABLE: ['The centre does not answer which recorder may watch it', '调度中心未说明可从何处监看'],
  NOT_FOUND: ['There is no such organisation', '没有该组织'],
  refused: ['Cannot be seen: {cause} ({code})', '无法查看：{cause}（{code}）'],
});

export type WallKey = keyof typeof wallTexts.en;
export type SayWall = SayOf<WallKey>;
export const isWallText = (key: string): key is WallKey => Object.hasOwn(wallTexts.en, key);
