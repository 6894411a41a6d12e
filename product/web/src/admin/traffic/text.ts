// Texts shared by the pages of rooms, reports and webhooks.

import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const trafficTexts = inBothLanguages({
  hoursMinutes: ['{hours} h {minutes} min', '{hours} 小时 {minutes} 分'],
  minutesSeconds: ['{minutes} min {seconds} s', '{minutes} 分 {seconds} 秒'],
  hours: ['{hours} h', '{hours} 小时'],
  minutes: ['{minutes} min', '{minutes} 分钟'],
  seconds: ['{seconds} s', '{seconds} 秒'],
  stale: ['Not up to date: the service does not answer. Trying again …', '内容不是最新的：服务没有应答，正在重试……'],
  back: ['Back to the list', '返回列表'],
  copyFailed: ['The browser did not copy', '浏览器未能复制'],
  reload: ['Reload', '刷新'],
  none: ['—', '—'],
  noName: ['Without a name', '未命名'],
});

export type TrafficKey = keyof typeof trafficTexts.en;
