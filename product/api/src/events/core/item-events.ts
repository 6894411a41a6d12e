export const itemEventTypes = ['item.ready', 'item.refused', 'item.trashed', 'item.restored', 'item.deleted'] as const;
export type ItemEventType = (typeof itemEventTypes)[number];
export const isOfItem = (type: string): boolean => type.startsWith('item.');
