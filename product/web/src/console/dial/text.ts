import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const dialTexts = inBothLanguages({
  lead: [
    'Every few seconds, test clients of this cloud join a call in every region and receive media from the others.',
    '本云自己的客户端每隔几秒在每个区域加入通话，并接收其他区域的媒体。',
  ],
  allGood: [
    'All {regions} regions: calls, pairs, streams and bookings succeed.',
    '全部 {regions} 个区域：通话、区域互通、直播与预约均成功。',
  ],
  empty: ['No region has dial tests.', '没有区域启用拨测。'],
  emptyHow: [
    'Switch them on with “dial” in the configuration of an edge probe of each region.',
    '在每个区域的一个边缘探针的配置中设置“dial”即可启用。',
  ],

  'fault.call': ['{region} fails at {stage} since {time}', '{region}自 {time} 起在“{stage}”阶段失败'],
  'fault.receives': [
    '{region} receives no media from {others}, at {stage}, since {time}',
    '{region}自 {time} 起收不到来自{others}的媒体（{stage}）',
  ],
  'fault.sends': [
    'Media from {region} does not reach {others}, at {stage}, since {time}',
    '{region}的媒体自 {time} 起无法到达{others}（{stage}）',
  ],
  'fault.pair': [
    '{region} receives no media from {others}, at {stage}, since {time}',
    '{region}自 {time} 起收不到来自{others}的媒体（{stage}）',
  ],
  'fault.stream': [
    'Streams into {region} fail at {stage} since {time}',
    '推往{region}的直播自 {time} 起在“{stage}”阶段失败',
  ],
  'fault.watched': [
    'Streams watched from {region} fail at {stage} since {time}',
    '从{region}观看的直播自 {time} 起在“{stage}”阶段失败',
  ],
  'fault.booking': ['Booking a meeting from {region} fails since {time}', '从{region}预约会议自 {time} 起失败'],
  'fault.bookings': ['Booking a meeting fails from every region since {time}', '从所有区域预约会议自 {time} 起均失败'],
  'fault.silent': ['The tester of {region} has not reported since {time}', '{region}的拨测端自 {time} 起没有消息'],
  comma: [', ', '、'],

  'stage.signaling': ['signaling', '信令'],
  'stage.placement': ['placement', '调度'],
  'stage.media': ['media', '媒体'],
  'stage.relay': ['relay', '中继'],
  'stage.ingest': ['ingest', '推流'],
  'stage.playback': ['playback', '播放'],
  'stage.api': ['the api', '接口'],

  matrix: ['Regions', '区域'],
  matrixLead: [
    'Share of tests that succeeded in the last 15 min. A row receives from a column; the diagonal has calls inside a region.',
    '行从列接收；对角线为该区域自己的通话。最近 15 分钟的成功率。',
  ],
  receives: ['receives ↓ from →', '接收 ↓ 来自 →'],
  'health.failing': ['Failing', '失败'],
  'health.shaky': ['Some failed', '部分失败'],
  'health.good': ['Fine', '正常'],
  'health.old': ['Old: the tester is silent', '旧数据：拨测端无消息'],
  'health.none': ['Not tested', '未测试'],
  cellCall: ['Calls in {region}', '{region}的通话'],
  cellPair: ['{region} from {from}', '{region}从{from}接收'],
  cellStream: ['Streams into {region}', '推往{region}的直播'],
  cellStreamTo: ['Streams into {region}, watched from {from}', '推往{region}、从{from}观看的直播'],
  cellBooking: ['Bookings from {region}', '从{region}的预约'],
  cellLabel: ['{what}: {health}, {share} of {tried}', '{what}：{health}，{tried} 次中 {share}'],

  testers: ['Testers', '拨测端'],
  region: ['Region', '区域'],
  calls: ['Calls', '通话'],
  join: ['Join', '加入'],
  firstFrame: ['First frame', '首帧'],
  stream: ['Stream', '直播'],
  booking: ['Booking', '预约'],
  servedBy: ['Served by', '服务节点'],
  report: ['Last report', '最近报告'],
  ms: ['{value} ms', '{value} 毫秒'],
  agoS: ['{s} s ago', '{s} 秒前'],
  agoMin: ['{min} min ago', '{min} 分钟前'],
  silent: ['silent for {s} s', '{s} 秒无消息'],

  close: ['Close', '关闭'],
  day: ['Last 24 hours', '最近 24 小时'],
  dayNone: ['No tests in the last 24 hours.', '最近 24 小时没有测试。'],
  daySum: ['{tried} {tried:test|tests}, {failed} failed.', '测试 {tried} 次，失败 {failed} 次。'],
  chartFailed: ['Failed', '失败'],
  chartJoin: ['Join', '加入'],
  chartFirstFrame: ['First frame', '首帧'],
  chartGap: ['Longest gap', '最长中断'],
  failures: ['Last failures', '最近的失败'],
  failuresNone: ['None in the last 24 hours.', '最近 24 小时没有失败。'],
  time: ['Time', '时间'],
  stage: ['Stage', '阶段'],
  cause: ['Cause', '原因'],
});

export type DialKey = keyof typeof dialTexts.en;
