// Titles of the rules, and their Chinese texts: the API provides English only.

/** Rules of product/api/src/alarms/core/rules; a test compares them. */
const titles = {
  'centre-unreachable': 'No centre answers',
  'region-lost': 'Region lost',
  'region-degraded': 'Weak connections in a region',
  'host-lost': 'Host lost',
  'node-lost': 'Node lost',
  'node-failing': 'Node not believed',
  'link-loss': 'Loss on a link',
  capacity: 'Few sessions left',
  'clock-skew': 'Clock is off',
  certificate: 'Certificate ends soon',
  'webhook-backlog': 'Webhooks wait',
  disk: 'Disk fills up',
  'disk-full': 'Disk is all but full',
  'recorder-queue': 'Recordings wait',
  'deliveries-late': 'Files are late',
  'deliveries-late-many': 'Many files are late',
  'deliveries-failed': 'Deliveries fail',
  'receiver-away': 'Receiver away',
  'channel-down': 'Channel of notices down',
  'distribution-queue-grows': 'Deliveries pile up',
  'config-drift': 'Configurations differ',
  leak: 'Memory grows',
  'capacity-forecast': 'Sessions run out soon',
  'link-rtt': 'Link has become slow',
  'join-failures': 'Joins fail',
  'dial-region': 'Dial tests of a region fail',
  'dial-pair': 'Dial tests between two regions fail',
  'dial-stream': 'Dial test of a stream fails',
  'dial-booking': 'Dial test of a booking fails',
  'dial-silent': 'Dial tester is silent',
  'picture-black': 'Black picture',
  'picture-frozen': 'Frozen picture',
  'sound-silent': 'No sound',
  'stream-stopped': 'Stream has stopped',
} as const;
export type RuleId = keyof typeof titles;
export const ruleIds = Object.keys(titles) as readonly RuleId[];

export const isRuleId = (rule: string): rule is RuleId => Object.hasOwn(titles, rule);

interface RuleText {
  readonly title: string;
  /** Text while firing. `{name}`: a label, `subject`, `value` or `limit`. */
  readonly says: string;
  /** Text for a value below 0, where it differs. */
  readonly saysBelow?: string;
  readonly meaning: string;
  /** Origin of the limit; absent: the API's English text. */
  readonly source?: string;
}

const zh: Readonly<Record<RuleId, RuleText>> = {
  'centre-unreachable': {
    title: '调度中心无应答',
    says: '没有调度中心应答。',
    meaning: '没有调度中心应答 API：新房间只能暂时建立，依赖调度中心的情况无法判断。',
    source: '备用调度中心在 5 秒内接管，单独的调度中心则从副本重新启动（ARCHITECTURE.md）。',
  },
  'region-lost': {
    title: '区域失联',
    says: '{subject} 的媒体节点全部没有消息（{value}）。',
    meaning: '一个区域内多台主机上的媒体节点全部失联：该区域已被隔断。',
    source: '只有一台主机的区域由主机的告警负责。调度中心按自己的时限、以单调时钟判定节点失联。',
  },
  'region-degraded': {
    title: '区域连接质量差',
    says: '{subject} 的已评估会话中有 {value} 连接较差。',
    meaning: '一个区域的许多会话同时变差；已评估的会话达到 20 个才作判断。',
    source: '个别家庭网络不好会使百分之几的会话变差；五分之一同时变差则有共同的原因。',
  },
  'host-lost': {
    title: '主机失联',
    says: '主机 {subject}（{site}）的全部 {value}没有消息。',
    meaning: '一台主机上的节点全部失联：主机、网络或电源出了问题。',
    source: '节点更少的主机由节点的告警负责。调度中心按自己的时限、以单调时钟判定节点失联。',
  },
  'node-lost': {
    title: '节点失联',
    says: '{kind} 节点 {subject}（{site}）已有 {value} 没有消息。',
    meaning: '节点失联：它不再上报，也没有被要求退出。',
    source: '调度中心按自己的时限、以单调时钟判定节点失联。',
  },
  'node-failing': {
    title: '节点数据不可信',
    says: '节点 {subject}（{site}）上报的数据不可信。',
    meaning: '调度中心不相信节点上报的数据，不再向它分配会话。',
    source: '调度中心自己的怀疑（distrust）：把节点的自报数据与其他节点所见相比较。',
  },
  'link-loss': {
    title: '链路丢包',
    says: '{site} 与 {otherSite} 之间有 {value} 的数据包丢失。',
    meaning: '两个站点之间丢包：取两端主机中最差的一对，任一方向。',
    source: '与边缘探针的告警 ProbeLoss 相同（infra/alerts/network.yml），按 30 秒计。',
  },
  capacity: {
    title: '剩余会话不足',
    says: '{subject} 的会话容量已用 {value}。',
    meaning: '一个区域内可接纳新会话的媒体节点所剩容量不多。',
    source: '调度优先选择负载低于 75% 的主机（ARCHITECTURE.md）：超过阈值后，这样的主机所剩不多。',
  },
  'clock-skew': {
    title: '时钟偏差',
    says: '{subject} 的时钟与多数节点相差 {value}。',
    meaning: '节点的时钟与多数节点不同，其日志、令牌和录制的时间不正确。',
    source: '大于 ntp 的残余偏差和上报的传输时间；取八次上报中最好的一次。',
  },
  certificate: {
    title: '证书即将到期',
    says: '节点 {subject}（{site}）的证书将在 {value}后到期。',
    saysBelow: '节点 {subject}（{site}）的证书已于 {value}前到期。',
    meaning: '节点连接所用的证书即将到期：没有及时续期。',
    source: '节点证书有效期为一天，过三分之二后续期，即到期前 8 小时。',
  },
  'webhook-backlog': {
    title: 'Webhook 积压',
    says: '等待最久的 Webhook 投递已等待 {value}。',
    meaning: '到期的投递等待过久：API 发送的速度赶不上产生的速度。',
    source: '到期的投递应在几秒内发出，响应慢的接收方占用自己的名额（src/webhooks/deliveries.ts）。',
  },
  disk: {
    title: '磁盘空间不足',
    says: '{kind} 节点 {subject}（{site}）的磁盘已用 {value}。',
    meaning: '节点存放状态的磁盘（录制节点为缓存所在的磁盘）所剩空间不多。',
  },
  'disk-full': {
    title: '磁盘将满',
    says: '{kind} 节点 {subject}（{site}）的磁盘已用 {value}，即将写满。',
    meaning: '磁盘几乎写满：节点要保存的内容很快会丢失。',
  },
  'recorder-queue': {
    title: '录制排队',
    says: '有录制在等待录制节点，等待最久的已有 {value}。',
    meaning: '应当开始的录制在等待：录制节点太少。',
  },
  'deliveries-late': {
    title: '文件投递超期',
    says: '区域 {subject} 有 {value} 个投递超过期限。',
    meaning: '文件未在期限前到达区域内的接收方。',
    source: '期限是分发任务的承诺：超过一个就值得查看。',
  },
  'deliveries-late-many': {
    title: '大量文件投递超期',
    says: '区域 {subject} 有期限的未完成投递中，{value} 已超期。',
    meaning: '一个区域内大量投递同时超期；至少有 10 个有期限的未完成投递时才判断。',
    source: '离线的站点会使部分投递超期；五分之一同时超期则有共同原因。',
  },
  'deliveries-failed': {
    title: '文件投递失败',
    says: '最近一小时内，区域 {subject} 有 {value} 个投递最终失败。',
    meaning: '最近一小时内，区域内的文件投递最终失败，不再重试。',
    source: '投递在八次尝试后、或被接收方拒绝时失败：多个失败有共同原因。',
  },
  'receiver-away': {
    title: '接收方离线',
    says: '接收方 {subject}（{region}）离线，尚有 {value} 个未完成的投递。',
    meaning: '已启用的接收方有未完成的投递，却已十分钟没有消息。',
    source: '接收方至少每 25 秒查询一次，重启不到一分钟。阈值为未完成投递的数量。',
  },
  'channel-down': {
    title: '通知通道无应答',
    says: '通知通道 {subject} 没有应答。',
    meaning: '一个通知通道没有应答：其通知由其他通道（如有）承担。',
    source: 'Redis 在几秒内重启，接收方此时已转到其他通道。',
  },
  'distribution-queue-grows': {
    title: '文件投递积压',
    says: '区域 {subject} 的投递在 25 分钟内净增 {value} 个。',
    meaning: '半小时以来，区域内结束的投递少于下达的投递。',
    source: '阈值为 25 分钟内净增的投递数；单个大任务在告警前已不在此时段内。',
  },
  'config-drift': {
    title: '配置不一致',
    says: '节点 {subject}（{site}）有 {value}与多数 {kind} 节点不同。',
    meaning: '节点的配置与三分之二的同类节点不同。',
  },
  leak: {
    title: '内存持续增长',
    says: '{kind} 节点 {subject}（{site}）的内存持续增长：{value}。',
    meaning: '节点的内存连续数小时增长，而会话没有相应增加。',
  },
  'capacity-forecast': {
    title: '容量将耗尽',
    says: '照此下去，{subject} 的会话容量将在 {value}后用尽。',
    meaning: '照最近一小时的走势，一个区域的会话容量不久将用尽。',
  },
  'link-rtt': {
    title: '链路时延升高',
    says: '{site} 与 {otherSite} 之间的往返时延是平时的 {value}。',
    meaning: '两个站点之间的往返时延明显高于平时：取两端主机中最差的一对，任一方向。',
  },
  'join-failures': {
    title: '入会失败',
    says: '经 {subject} 的信令节点加入房间，有 {value} 没有成功。',
    meaning: '客户端因云端的原因无法进入房间；按最近一至两分钟计，失败达到 5 次才作判断。',
  },
  'dial-region': {
    title: '区域拨测失败',
    says: '{subject} 的拨测已连续 {value}失败。',
    meaning: '我们的拨测客户端无法在一个区域内入会，或其媒体无法到达其他多个区域。',
  },
  'dial-pair': {
    title: '跨区域拨测失败',
    says: '{region} 与 {otherRegion} 之间的拨测已连续 {value}失败。',
    meaning: '一个区域的媒体无法到达另一个区域，而两个区域内的通话正常。',
  },
  'dial-stream': {
    title: '直播拨测失败',
    says: '推送到 {region} 的直播拨测已连续 {value}失败。',
    meaning: '通过 RTMP 推送到一个区域的流没有到达，或无法通过 HLS 观看。',
  },
  'dial-booking': {
    title: '预约拨测失败',
    says: '预约会议的拨测已连续 {value}失败：{subject}。',
    meaning: '无法通过 REST 预约、查看和取消会议：来自任何地方（API），或来自一个区域。',
  },
  'dial-silent': {
    title: '拨测没有结果',
    says: '{subject} 的拨测程序（{node}）已有 {value} 没有上报。',
    meaning: '一个区域的拨测程序没有上报：那里的通话情况未知。',
  },
  'picture-black': {
    title: '画面黑屏',
    says: '房间 {room} 中 {identity} 的画面已黑屏 {value}。',
    meaning: '受监看的房间里，摄像头或编码器发送的是黑色画面。',
  },
  'picture-frozen': {
    title: '画面冻结',
    says: '房间 {room} 中 {identity} 的画面已有 {value} 没有变化。',
    meaning: '受监看的房间里，摄像头或编码器的画面静止不动。',
  },
  'sound-silent': {
    title: '没有声音',
    says: '房间 {room} 中 {identity} 已有 {value} 没有声音。',
    meaning: '受监看的房间里，编码器没有声音。',
  },
  'stream-stopped': {
    title: '流已中断',
    says: '房间 {room} 中 {identity} 的媒体已中断 {value}。',
    meaning: '受监看的房间里，已发布的媒体不再传来。',
  },
};

export const ruleTexts = { en: titles, zh } as const;
