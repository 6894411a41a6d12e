// Texts that the pages of rooms, reports and webhooks share.
import type { Texts } from '../text.ts';

const en = {
  hoursMinutes: '{hours} h {minutes} min',
  minutesSeconds: '{minutes} min {seconds} s',
  seconds: '{seconds} s',
  stale: 'Not up to date: the service does not answer. Trying again …',
  back: 'Back to the list',
  copyFailed: 'The browser did not copy',
  reload: 'Reload',
  none: '—',
  noName: 'Without a name',
} as const;

export type TrafficKey = keyof typeof en;

export const trafficTexts: Texts<TrafficKey> = {
  en,
  zh: {
    hoursMinutes: '{hours} 小时 {minutes} 分',
    minutesSeconds: '{minutes} 分 {seconds} 秒',
    seconds: '{seconds} 秒',
    stale: '内容不是最新的：服务没有应答，正在重试……',
    back: '返回列表',
    copyFailed: '浏览器未能复制',
    reload: '刷新',
    none: '—',
    noName: '未命名',
  },
};
