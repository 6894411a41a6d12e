/** Version of this software, the same in all packages of a release; every node reports it to the centre. */
export const softwareVersion = '0.1.0';
