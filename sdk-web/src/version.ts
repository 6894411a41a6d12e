/** Sent to the service with every Join. */
export const sdkVersion = '0.1.0';
