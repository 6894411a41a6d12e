import { inBothLanguages } from '../core/messages/both-languages.ts';

export const watchTexts = inBothLanguages({
  title: ['Library', '资料库'],
  loading: ['Opening the link…', '正在打开链接…'],
  onePerson: ['1 participant', '1 位参会者'],
  people: ['{count} participants', '{count} 位参会者'],
  download: ['Download', '下载'],
  until: ['Link valid until {time}', '链接有效期至 {time}'],
  beside: ['Beside the picture', '画面旁的内容'],
  chat: ['Chat', '聊天'],
  'chat.jump': ['Go to {time}, {name}: {text}', '跳到 {time}，{name}：{text}'],
  'chat.gift': ['Gift', '礼物'],
  'chat.announcement': ['Announcement', '公告'],
  'chat.question': ['Question', '提问'],
  danmaku: ['Danmaku over the picture', '画面弹幕'],
});
