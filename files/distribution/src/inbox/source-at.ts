import { HUB_PATH, type Source } from '../contract.ts';

export const hubUrl = (publicUrl: string): string => publicUrl.replace(/\/+$/, '') + HUB_PATH;

export const sourceAt = (publicUrl: string): Source => ({ base: hubUrl(publicUrl), kind: 'library' });
