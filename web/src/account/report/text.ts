// Texts of how a meeting went, for its hosts.
import type { Texts } from '../../admin/text.ts';

const en = {
  title: 'How it went',
  lead: '“{title}”, number {number}',
  back: 'My meetings',
  backToReport: 'How the meeting went',
  empty: 'It has not taken place in the last three months, or its records are deleted by now.',
  notFound: 'There is no such meeting, or it is not yours.',
  partial: 'There is more than is shown here.',
  goesOn: 'since {from}',
  took: '{from} to {to}',
  name: 'Name',
  present: 'Present for',
  connection: 'Connection',
  timeline: 'Timeline',
  timelineOf: 'Timeline of {name}',
  timelineNumber: 'Timeline {number}',
  absent: 'Did not come',
} as const;
export type ReportPageKey = keyof typeof en;

export const reportPageTexts: Texts<ReportPageKey> = {
  en,
  zh: {
    title: '会议情况',
    lead: '“{title}”，会议号 {number}',
    back: '我的会议',
    backToReport: '会议情况',
    empty: '最近三个月没有举行，或记录已被删除。',
    notFound: '没有此会议，或它不属于您。',
    partial: '内容未全部显示。',
    goesOn: '自 {from} 起',
    took: '{from} 至 {to}',
    name: '姓名',
    present: '在场时长',
    connection: '连接',
    timeline: '时间线',
    timelineOf: '{name}的时间线',
    timelineNumber: '时间线 {number}',
    absent: '缺席',
  },
};
