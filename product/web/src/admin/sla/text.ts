// Texts specific to a tenant's service level; the rest are shared with the cloud's report.

import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const serviceLevelTexts = inBothLanguages({
  lead: [
    'Service levels of your organisation against targets. Months and hours are in UTC.',
    '贵组织实际得到的服务与本云目标的对比。月份和小时均按 UTC 计算。',
  ],
  csv: ['CSV', '导出 CSV'],
  availability: [
    'The share of bad minutes in an hour is the share of your organisation’s joins that failed by the cloud’s fault. Hours without joins do not count; hours with fewer than 20 joins are judged together with others of their day. Each hour of a region has the same weight.',
    '一小时中不可用分钟的占比等于贵组织因本云故障而失败的加入的占比。没有加入的小时不计入；加入少于 20 次的小时与当天此类小时合并判断。每个区域的每个小时权重相同。',
  ],
  own: [
    'All figures count only your organisation’s own joins, sessions and API calls.',
    '所有数字仅根据贵组织自己的加入、会话和接口调用统计。',
  ],
});

export type ServiceLevelKey = keyof typeof serviceLevelTexts.en;
