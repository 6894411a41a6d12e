/** The version of this software: the packages of one release carry the same, and every node says it to the centre. */
export const softwareVersion = '0.1.0';
