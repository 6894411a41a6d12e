// Texts of the morning report's page. Sentences of findings are shared with the mail: base/protocol/src/inspection.ts.

import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const inspectionTexts = inBothLanguages({
  lead: [
    'Problems of the last 24 h, values near their limits, and nodes that differ from the others.',
    '24 小时内的异常、接近上限的指标和不一致之处。',
  ],
  now: ['Now', '现在'],
  day: ['Report', '报告'],
  dayOf: [
    '{day}: {problems} {problems:problem|problems}, {attentions} to review',
    '{day}：{problems} 个问题，{attentions} 项需关注',
  ],
  made: ['Made at {time}', '生成于 {time}'],
  problem: ['Problems', '问题'],
  attention: ['To review', '需关注'],
  fine: ['Fine', '正常'],
  sum: [
    '{problems} {problems:problem|problems}, {attentions} to review, {fine} fine',
    '{problems} 个问题，{attentions} 项需关注，{fine} 项正常',
  ],
  allFine: ['All is fine.', '一切正常。'],
  limit: ['{value}, limit {limit}', '{value}，阈值 {limit}'],
  print: ['Print', '打印'],
  settings: ['Settings', '设置'],
  settingsTitle: ['Morning report', '晨检'],
  hour: ['Hour', '时间（时）'],
  timeZone: ['Time zone', '时区'],
  timeZoneHint: ['Like Europe/Berlin or Asia/Shanghai', '如 Asia/Shanghai、Europe/Berlin'],
  language: ['Language of the mail', '邮件语言'],
  recipients: ['Mail to', '收件人'],
  recipientsHint: [
    'One address per line, at most 20. Without an address, the report is stored but not sent.',
    '每行一个地址，最多 20 个；留空则仅保存报告。',
  ],
  save: ['Save', '保存'],
  notSaved: ['The settings were not saved', '未能保存'],
  wrongZone: ['There is no such time zone.', '没有这个时区。'],
  wrongRecipients: ['An address is invalid, or there are more than 20.', '地址有误，或超过 20 个。'],
  test: ['Send the current report', '立即发送当前报告'],
  testHint: ['The report goes to the saved addresses.', '发送到已保存的地址。'],
  'sent.': [
    'The mail server accepted the mail for {count} {count:recipient|recipients}.',
    '邮件服务器已接收 {count} 个收件人的邮件。',
  ],
  'sent.NO_MAIL_SERVER': ['The api has no mail server in its configuration.', 'API 未配置邮件服务器。'],
  'sent.NO_RECIPIENTS': ['No address is saved.', '尚未保存收件人。'],
  'sent.MAIL_NOT_TAKEN': ['The mail server did not accept the mail.', '邮件服务器未接收。'],
  'sent.failed': ['The api did not answer.', 'API 没有应答。'],
});
export type InspectionKey = keyof typeof inspectionTexts.en;
