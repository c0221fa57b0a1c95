/** Replaces, in the bundles, what the SDK would read from files and servers. The functions pass all of it. */
const missing = () =>
  Promise.reject(new Error('A client was made without its options. Make it with awsClientOptions.'));

/** Replaces `node:fs/promises`, which takes a twentieth of a cold start. */
export const readFile = missing;

/** Replaces `@aws-sdk/credential-provider-node`. */
export const defaultProvider = () => missing;
