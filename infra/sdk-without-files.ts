/** Bundled in place of what the SDK would look up in files and at servers: a function is given all of it. */
const missing = () =>
  Promise.reject(new Error('A client was made without its options. Make it with awsClientOptions.'));

/** Of `node:fs/promises`, which is a twentieth of a cold start. */
export const readFile = missing;

/** Of `@aws-sdk/credential-provider-node`. */
export const defaultProvider = () => missing;
