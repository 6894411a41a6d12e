export const orderEventTypes = ['order.completed', 'order.delayed', 'delivery.failed'] as const;
export type OrderEventType = (typeof orderEventTypes)[number];
export const isOfOrder = (type: string): boolean => type.startsWith('order.') || type.startsWith('delivery.');
