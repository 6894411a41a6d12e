// Translates the centre's English texts of a decision into Chinese: refusals by rules, parts of scores, lines of an
// explanation. proof/test/unit/placement-reasons.test.ts compares them with the scheduler.
import type { Language } from '../../../core/query.ts';

/** The centre's texts with `{}` for variable parts, and the Chinese texts. The first match counts. */
const sentences: readonly (readonly [english: string, chinese: string])[] = [
  // scheduler/src/placing/core/explain.ts
  ['Session {} of room {} ({}), asked by {}.', '会话 {0}，房间 {1}（{2}），由 {3} 请求。'],
  ['A move from {}: {}.', '从 {0} 移来：{1}。'],
  ['Client: {} ({}), source {}: {}.', '客户端：{0}（{1}），来源 {2}：{3}。'],
  ['{}, {}, within {} km', '{0}, {1}，误差 {2} 公里内'],
  ['View {}; {}; seed {}.', '视图 {0}；{1}；随机种子 {2}。'],
  ['Before deciding, the centre {}.', '决定之前，调度中心{0}。'],
  ['Panic: {}.', '应急：{0}。'],
  ['Degraded: {}.', '降级：{0}。'],
  ['Refused: {}.', '已拒绝：{0}。'],
  ['Chosen: {} on host {}, {}.', '选中：主机 {1} 上的 {0}，{2}。'],
  ['→ {} = {}', '→ {0} = {1}'],
  ['  {} = {}', '  {0} = {1}'],
  ['✗ {} on {}: {}: {}', '✗ {1} 上的 {0}：{2}：{3}'],
  ['{} × {} ({}) + {}', '{0} × {1}（{2}）+ {3}'],
  ['{} × {} ({})', '{0} × {1}（{2}）'],
  ['room held by no node', '没有节点承载该房间'],
  ['room held by {}: {}', '承载该房间的节点为 {0}：{1}'],
  ['room held by {}', '承载该房间的节点为 {0}'],
  ['{} at {} (round trip {} ms), {}', '{1} 处 {0} 个（往返 {2} 毫秒），{3}'],
  ['{} at {} (round trip {} ms)', '{1} 处 {0} 个（往返 {2} 毫秒）'],
  [
    'drawn from {} near-equals (within {} of {}): the less loaded of two',
    '从 {0} 个几乎同样好的主机中抽取两个（与最高分 {2} 相差 {1} 以内），取负载较低者',
  ],
  ['the only host near the best score', '唯一接近最高分的主机'],
  ['where {} is, which opened the session', '与打开会话的 {0} 在同一主机'],

  // rooms: scheduler/src/administration/room-plan.ts
  ['Room {} is empty. Its mode would be {} ({}).', '房间 {0} 是空的。它的模式将为 {1}（{2}）。'],
  ['Room {}: {} in it, on {} host; mode {}; {}.', '房间 {0}：{1} 人，在 {2} 台主机上；模式 {3}；{4}。'],
  ['Room {}: {} in it, on {} hosts; mode {}; {}.', '房间 {0}：{1} 人，在 {2} 台主机上；模式 {3}；{4}。'],
  ['{} ({}), to which it is being changed', '{0}（{1}），正在改为此模式'],
  ['{} owns it under epoch {}', '由 {0} 管理，任期号 {1}'],
  ['it has no owner now', '目前没有管理节点'],
  [
    'It is bound to {}: no media node and no relay outside has anything of it.',
    '它限定于 {0}：区域以外的媒体节点和中继都没有它的任何内容。',
  ],
  ['… and {} more.', '……另有 {0} 人。'],
  ['{} and {} do not reach one another.', '{0} 与 {1} 互不可达。'],
  ['{} to {}: direct, {} ms one way.', '{0} 到 {1}：直连，单程 {2} 毫秒。'],
  ['{} to {}: by way of {}, {} ms one way.', '{0} 到 {1}：经由 {2}，单程 {3} 毫秒。'],
  [
    'Mode {} asks for no relay; a pipe serves all rooms of its two hosts, and another room or a missing direct path needs this one.',
    '模式 {0} 不需要中继；但管道为两台主机的所有房间共用，另一个房间或缺失的直连路径需要它。',
  ],
  ['Which node pulls a track from which other is chosen by {}: {}.', '哪个节点从哪个节点拉取媒体由 {0} 决定：{1}。'],
  ['the owner', '管理节点'],
  [
    'each track is pulled from its origin, or from a host that has it already when that is nearer; at most {} deep and {} ms longer than direct',
    '每路媒体从其源节点拉取，若已有该媒体的主机更近则从那里拉取；最多 {0} 级，且比直连最多长 {1} 毫秒',
  ],
  [
    '{} at {} ({}); where it is itself is not known since this centre leads; why: decision {}.',
    '{0} 在 {1}（{2}）；自本调度中心主导以来不知其自身位置；原因：决定 {3}。',
  ],
  [
    '{} at {} ({}); where it is itself is not known since this centre leads.',
    '{0} 在 {1}（{2}）；自本调度中心主导以来不知其自身位置。',
  ],
  [
    '{}, taken to be in {}, at {} ({}), round trip {}; why: decision {}.',
    '{0}，判定位于 {1}，在 {2}（{3}），往返 {4}；原因：决定 {5}。',
  ],
  ['{}, taken to be in {}, at {} ({}), round trip {}.', '{0}，判定位于 {1}，在 {2}（{3}），往返 {4}。'],
  ['{} s ago: {} from {} to {}: {}; {}.', '{0} 秒前：{1} 从 {2} 移到 {3}：{4}；{5}。'],
  ['Now: {} from {} to {}; {}.', '正在进行：{0} 从 {1} 移到 {2}；{3}。'],
  ['In {} s at the earliest: {}, the last attempt failed with {}; {}.', '最早 {0} 秒后：{1}，上次尝试失败：{2}；{3}。'],
  ['In {} s at the earliest: {}; {}.', '最早 {0} 秒后：{1}；{2}。'],
  [
    'Moves for its delay in the last hour: {}, the last {} s ago.',
    '过去一小时因时延迁移 {0} 次，最近一次在 {1} 秒前。',
  ],
  [
    'The same people at the same nodes for {} s; no move for its delay.',
    '同样的人在同样的节点上已有 {0} 秒；没有因时延而迁移。',
  ],
  ['{} ms, timed', '{0} 毫秒，实测'],
  ['about {} ms', '约 {0} 毫秒'],
  ['not known', '未知'],
  ['where placement says', '由调度决定的节点'],

  // client locations: scheduler/src/locating/locate.ts
  ['{}; the city it named was ignored (development only)', '{0}；它指定的城市被忽略（仅限开发模式）'],
  ['the address is known to {}', '地址可由 {0} 定位'],
  [
    'the address says nothing, so the place of its signaling node {} stands in',
    '地址无法定位，以其信令节点 {0} 的位置代替',
  ],
  ['the city was named by the client (development)', '城市由客户端指定（开发模式）'],

  // modes: shortlist.ts
  [
    'less than half of the media nodes reported in time, so silence alone was no reason',
    '按时报告的媒体节点不到一半，因此不以无回应为由排除节点',
  ],
  [
    'no host is below its soft limits of CPU and bandwidth, so they were raised for joins into a running room',
    '没有主机低于 CPU 和带宽的常规上限，因此对加入进行中房间的会话放宽了上限',
  ],
  [
    'the node of this room takes no more sessions, so the room, which is to be one host, has two',
    '该房间的节点不再接纳会话，因此本应在一台主机上的房间有了第二台',
  ],
  ['hosts that are {} ms nearer take no more sessions: they are full', '近 {0} 毫秒的主机已满，不再接纳会话'],

  // moves: scheduler/src/moving/
  ['{} is drained: {}', '{0} 正在退出服务：{1}'],
  ['{} is drained', '{0} 正在退出服务'],
  ['at {} it is {} ms nearer to each of the others, on the mean', '在 {0} 与其他每个人平均近 {1} 毫秒'],
  ["the room's mode is single: everybody to one host, at {}", '房间模式为 single：所有人移到 {0} 的一台主机'],
  ["the room's mode is {} now: everybody at a near ingress", '房间模式现为 {0}：所有人移到就近的接入点'],

  ['asked for by an administrator', '应管理员要求'],
  ['asked for by an operator', '应运维人员要求'],

  // waiting: fleet/warm-up.ts, placing/admitting.ts, placing/charging.ts
  [
    'waited {} ms for its turn: region {} has more joins than it takes at once',
    '排队等待 {0} 毫秒：区域 {1} 的入会过多',
  ],
  ['waited {} ms for the fleet after a start of the centre{}', '在调度中心启动后等待节点 {0} 毫秒{1}'],
  [', whose store remembered no nodes', '，其存储中没有节点'],
  [': {} of {} media nodes were back, not {}', '：{1} 个媒体节点中有 {0} 个已恢复，未恢复：{2}'],
  [': {} of {} media nodes were back', '：{1} 个媒体节点中有 {0} 个已恢复'],
  ['{}; {}', '{0}；{1}'],
  ['{} in {} was not charged: {}', '{1} 的 {0} 未能登记：{2}'],
  ['the process that places there did not answer', '那里的调度进程没有应答'],
  ['no process places there just now', '那里暂时没有调度进程'],
  ['refused there', '在那里被拒绝'],

  // filters/
  ['dead: no report for too long', '失联：太久没有报告'],
  ['its link to the centre is down', '与调度中心的连接已断开'],
  ['says of itself that it is {}', '自报状态为 {0}'],
  ['suspect: no report in time', '疑似失联：没有按时报告'],
  ['the asking side avoids it', '请求方要求避开它'],
  ['CPU {} of its cores, at most {}', 'CPU 已用 {0}，上限 {1}'],
  ['bandwidth {}, at most {}', '带宽已用 {0}，上限 {1}'],
  ['{} consumers, carries {}', '{0} 个消费者，最多 {1} 个'],
  [
    '{} sessions charged and {} kept for booked rooms, carries {}',
    '已登记 {0} 个会话，另为预约房间保留 {1} 个，最多 {2} 个',
  ],
  ['{} sessions charged, carries {}', '已登记 {0} 个会话，最多 {1} 个'],
  ['{} sessions charged, takes {} so soon after its start', '刚刚启动，已登记 {0} 个会话，暂时最多 {1} 个'],
  ['{} sessions are on their way to it, so soon after its start', '刚刚启动，已有 {0} 个会话正在前往'],
  ['the move goes to {}', '迁移的目标是 {0}'],
  ['draining: the node says so', '正在退出服务：节点自报'],
  ['draining: {}', '正在退出服务：{0}'],
  ['cordoned: {}', '已停止接入：{0}'],
  ['is on {}, and {} needs a media node of its own host {}', '在 {0} 上，而 {1} 需要其所在主机 {2} 上的媒体节点'],
  ['is in {}, pinned to {}', '在 {0}，而房间限定于 {1}'],
  ["speaks protocol {}, the room's signaling node {}", '协议版本为 {0}，而房间的信令节点为 {1}'],
  ['has router version {}, the room runs on {}', '路由器版本为 {0}，而房间运行在 {1}'],
  ['has router version {}, wanted is {}', '路由器版本为 {0}，需要 {1}'],
  // filter `honest`: scheduler/src/fleet/core/distrust.ts
  ['its figures of sessions contradict one another: {}', '它的会话数互相矛盾：{0}'],
  ['claimed load {}, digest {}, list {}', '自报负载 {0}，摘要 {1}，列表 {2}'],
  ['its digest names other sessions than its list', '它的摘要与列表中的会话不同'],

  // scores/
  ['{}, is farther than the nearest', '{0}，比最近的远'],
  ['{}, {} ms one way to the participants in it', '{0}，到其中参会者单程 {1} 毫秒'],
  ['{} ms from the client, timed', '距客户端 {0} 毫秒，实测'],
  ['about {} ms from the client, give or take {}', '距客户端约 {0} 毫秒，误差 {1}'],
  ['about {} ms from the client', '距客户端约 {0} 毫秒'],
  ['{} % of its capacity charged', '已用容量 {0} %'],
  ['holds the room', '已承载该房间'],
  ['does not hold the room', '未承载该房间'],
  ['the room is new', '房间是新的'],
];

const patterns = sentences.map(([english, chinese]) => {
  const parts = english.split('{}').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { pattern: new RegExp(`^${parts.join('(.+?)')}$`, 's'), chinese };
});

/** Translates to Chinese; unknown text, such as an operator's own words, stays unchanged. */
export function placementReason(reason: string, language: Language): string {
  if (language !== 'zh') return reason;
  for (const { pattern, chinese } of patterns) {
    const found = pattern.exec(reason);
    if (found !== null)
      return chinese.replaceAll(/\{(\d)\}/g, (_, at: string) => placementReason(found[Number(at) + 1] ?? '', language));
  }
  return reason;
}
