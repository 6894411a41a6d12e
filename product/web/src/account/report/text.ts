import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const reportPageTexts = inBothLanguages({
  title: ['How it went', '会议情况'],
  lead: ['“{title}”, number {number}', '“{title}”，会议号 {number}'],
  back: ['My meetings', '我的会议'],
  backToReport: ['How the meeting went', '会议情况'],
  empty: [
    'This meeting did not take place in the last three months, or its records were deleted.',
    '最近三个月没有举行，或记录已被删除。',
  ],
  notFound: ['This meeting does not exist, or it is not yours.', '没有此会议，或它不属于您。'],
  partial: ['Not all entries are shown.', '内容未全部显示。'],
  goesOn: ['since {from}', '自 {from} 起'],
  took: ['{from} to {to}', '{from} 至 {to}'],
  name: ['Name', '姓名'],
  present: ['Present for', '在场时长'],
  connection: ['Connection', '连接'],
  timeline: ['Timeline', '时间线'],
  timelineOf: ['Timeline of {name}', '{name}的时间线'],
  timelineNumber: ['Timeline {number}', '时间线 {number}'],
  absent: ['Absent', '缺席'],
});
