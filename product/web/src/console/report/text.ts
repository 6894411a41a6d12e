import type { SayOf } from '../../core/messages/both-languages.ts';
import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const reportTexts = inBothLanguages({
  lead: [
    'Service levels against targets. Months and hours are in UTC.',
    '本云客户端实际得到的服务与目标的对比。月份和小时均按 UTC 计算。',
  ],
  month: ['Month', '月份'],
  csvRegions: ['CSV by region', '按区域导出 CSV'],
  csvTenants: ['CSV by tenant', '按租户导出 CSV'],
  print: ['Print', '打印'],
  soFar: ['up to {time}', '截至 {time}'],
  none: ['There are no measurements of this month.', '本月没有任何测量数据。'],
  met: ['Objective of {target} met', '达到目标 {target}'],
  missed: ['Objective of {target} missed', '未达到目标 {target}'],
  unmeasured: ['Objective {target}: no measurements', '目标 {target}：没有测量数据'],

  'objective.availability': ['Availability', '可用性'],
  'objective.joins': ['Join success rate', '加入成功率'],
  'objective.media': ['Freeze-free video', '画面流畅率'],
  'objective.api': ['API success rate', 'API 成功率'],
  'unit.minutes': ['{count} min', '{count} 分钟'],
  'unit.joins': ['{count} {count:join|joins}', '{count} 次加入'],
  'unit.answers': ['{count} {count:answer|answers}', '{count} 次应答'],

  budgetNone: ['Error budget: nothing to count yet', '错误预算：尚无可统计的数据'],
  budgetUsed: ['Error budget: {used} of {allowed} used', '错误预算：已用 {used}，共 {allowed}'],
  budgetLeft: ['{left} left', '剩余 {left}'],
  budgetGone: ['{over} more than allowed', '超出 {over}'],
  budgetEnds: ['At this rate used up on {time}', '按目前速度将于 {time} 用完'],
  budgetLasts: ['At this rate it lasts for the month', '按目前速度可用到月底'],

  days: ['Bad minutes by day', '每日不可用分钟'],
  daysLead: [
    'Summed over regions. Red: more than a day’s share of the budget.',
    '各区域之和。红色：超过一天应占的预算。',
  ],
  day: ['{day}: {bad} bad {bad:minute|minutes}', '{day}：不可用 {bad} 分钟'],
  dayUnknown: ['{day}: no data', '{day}：没有数据'],
  regions: ['By region', '按区域'],
  tenants: ['By tenant', '按租户'],
  tenantsLead: [
    'Counts only each tenant’s own joins, in the hours in which it had any.',
    '仅根据各租户自己的加入，在其有加入的小时内统计。',
  ],
  incomplete: ['The list shows only the hundred tenants with most joins.', '仅列出加入次数最多的一百个租户。'],
  region: ['Region', '区域'],
  tenant: ['Tenant', '租户'],
  unknownKey: ['not known', '未知'],
  badMinutes: ['Bad minutes', '不可用分钟'],
  isMissed: ['missed', '未达标'],

  out: ['Excluded time', '已排除的时间'],
  outLead: [
    'Hours of declared maintenance do not count in any figure above.',
    '运维人员声明的维护：这些小时不计入以上任何数字。',
  ],
  outNone: ['No maintenance was declared in this month.', '本月没有声明维护。'],
  add: ['Declare maintenance', '声明维护'],
  addTitle: ['Maintenance', '维护'],
  addLead: [
    'Whole hours in UTC. The audit log records it, and tenants read the reason in their reports.',
    '按 UTC 整小时。审计日志会记录，租户会在其报表中看到原因。',
  ],
  notAdded: ['The maintenance was not declared', '未能声明'],
  allRegions: ['All regions', '所有区域'],
  from: ['From (UTC)', '开始（UTC）'],
  to: ['To (UTC)', '结束（UTC）'],
  hourWrong: ['The time must be a full hour, such as 02:00.', '须为整点，例如 02:00。'],
  toWrong: ['The time must be a full hour after the start.', '须晚于开始时间，且为整点。'],
  reason: ['Reason', '原因'],
  reasonWrong: ['Give a reason.', '请说明原因。'],
  span: ['Time (UTC)', '时间（UTC）'],
  by: ['By', '声明人'],
  afterwards: ['declared afterwards', '事后声明'],
  took: ['Excluded', '排除的内容'],
  tookText: [
    '{minutes} min, of them {bad} bad; {failed} of {joins} {joins:join|joins} failed',
    '{minutes} 分钟，其中不可用 {bad} 分钟；{joins} 次加入中失败 {failed} 次',
  ],
  drop: ['Withdraw', '撤回'],
  dropOf: ['Withdraw the maintenance {reason}', '撤回维护：{reason}'],
  dropTitle: ['Withdraw this maintenance?', '撤回这次维护？'],
  dropText: ['The hours count again.', '这些小时将重新计入。'],
  notDropped: ['The maintenance was not withdrawn', '未能撤回'],
  remarks: ['Hours with little data', '数据较少的小时'],
  'remark.unknown': [
    '{region}: {hours} h had neither joins nor dial tests. They do not count.',
    '{region}：有 {hours} 小时既无加入也无拨测，情况未知，不计入。',
  ],
  'remark.few': [
    '{region}: {hours} h had fewer than 20 events. They are judged together with the other such hours of their day: {bad} of {minutes} min were bad.',
    '{region}：有 {hours} 小时的事件少于 20 次。计入，并与当天此类小时合并判断：{minutes} 分钟中不可用 {bad} 分钟。',
  ],
  'remark.silent': [
    '{region}: in {hours} h the tester was silent most of the time. {failed} of its {calls} calls failed in them; these do not count.',
    '{region}：有 {hours} 小时拨测端大部分时间没有消息。其间 {calls} 次呼叫中失败 {failed} 次，不计入。',
  ],
  remarksNone: ['Every hour has enough data.', '每个小时都有足够的数据。'],

  how: ['How it is counted', '统计方法'],
  howLead: [
    'Shares of good events, as “The Site Reliability Workbook” (2018, chapter 2) defines them.',
    '按《The Site Reliability Workbook》（2018，第 2 章）定义的良好事件占比。',
  ],
  'how.availability': [
    'The share of bad minutes in an hour is the share of joins that failed through the cloud’s fault. In hours with fewer than 20 joins, calls of dial tests count too. Each hour of a region has the same weight. While an alarm reports a region as lost, all its minutes are bad.',
    '一小时中不可用分钟的占比等于因本云故障而失败的加入的占比。加入少于 20 次时，拨测呼叫也计入。每个区域的每个小时权重相同。告警表明区域失联期间，所有分钟均视为不可用。',
  ],
  'how.joins': [
    'Joins that failed through the cloud’s fault are bad. Refusals by a rule (an expired token, a full room) do not count. Nor does the answer to try again later, unless no client got in.',
    '因本云故障而失败的加入。因规则被拒绝（令牌过期、房间已满）不计；要求稍后再来的应答也不计，除非没有任何客户端成功加入。',
  ],
  'how.media': [
    'Measured minutes of all sessions. Time in which a received picture stood still is bad. The region is that of the media node.',
    '所有会话的测量分钟；接收画面静止的时间视为不良。按媒体节点所在区域统计。',
  ],
  'how.api': [
    'Answers of the api. Those with a status of 500 or more are bad. Requests that never arrive are not counted.',
    '接口的应答；状态码为 500 及以上视为不良。未到达的请求无法统计。',
  ],
  howBudget: [
    'The budget is the number of events that may be bad in the whole month at the present rate: (1 − objective) × all events.',
    '预算是按目前情况整月允许的不良数量：（1 − 目标）× 全部事件。',
  ],
});

export type ReportKey = keyof typeof reportTexts.en;
export type SayReport = SayOf<ReportKey>;
