import { inBothLanguages } from '../core/messages/both-languages.ts';

export const watchTexts = inBothLanguages({
  title: ['Library', '资料库'],
  loading: ['Opening the link…', '正在打开链接…'],
  onePerson: ['1 participant', '1 位参会者'],
  people: ['{count} participants', '{count} 位参会者'],
  download: ['Download', '下载'],
  until: ['Link valid until {time}', '链接有效期至 {time}'],
  beside: ['Beside the picture', '画面旁的内容'],
});
