// Texts of refusals for the administration, in place of those of the meeting pages that mention a meeting.

import { inBothLanguages } from '../../core/messages/both-languages.ts';

export const reasonTexts = inBothLanguages({
  VERSION_CONFLICT: [
    'It has been changed elsewhere meanwhile. Close this, look at the change, and try again.',
    '内容已在别处被修改。请关闭此窗口，查看变更后重试。',
  ],
  CONFLICT: ['This is not possible in the current state.', '当前状态下无法执行此操作。'],
  NOT_FOUND: ['It no longer exists.', '该内容已不存在。'],
  ALREADY_EXISTS: ['This name is already in use.', '同名内容已存在。'],
  MAIL_NOT_CONFIGURED: [
    'This service sends no mails. Make the link without one, and pass it on yourself.',
    '本服务不发送邮件。请不通过邮件生成链接，并自行转交。',
  ],
  ROLE_REFUSED: ['Only users of the operators’ organisation can be operators.', '只有运维组织的用户可以担任运维角色。'],
  LAST_ADMIN: [
    'This is the last active administrator. Make another user an administrator first: otherwise this page would be closed to all.',
    '这是最后一位有效的管理员。请先将另一位用户设为管理员，否则将无人能打开此页面。',
  ],
});
export type ReasonKey = keyof typeof reasonTexts.en;

/** A page's texts for codes with another meaning there. */
export type Reasons = Readonly<Record<string, string>>;

export const isReasonKey = (code: string): code is ReasonKey => Object.hasOwn(reasonTexts.en, code);
