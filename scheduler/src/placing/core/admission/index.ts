export * from './admission.ts';
export * from './lane.ts';
export { type AdmissionClass, admissionClasses, priorityOf } from './level.ts';
export type { LaneRequest } from './queue.ts';
