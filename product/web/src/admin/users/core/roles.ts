// Roles of users, the one with most rights first. Pure.
export const roles = ['watcher', 'operator', 'admin', 'host', 'member'] as const;
export type UserRole = (typeof roles)[number];

export const isRole = (text: string): text is UserRole => roles.some((role) => role === text);

/** Of the operators' organisation alone. */
export const isOperatorRole = (role: UserRole): boolean => role === 'watcher' || role === 'operator';
/** Of those that see the pages of administration. */
export const isAdminRole = (role: string): boolean => role === 'admin' || (isRole(role) && isOperatorRole(role));
