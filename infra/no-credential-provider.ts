/** Bundled in place of the SDK's search for credentials in files and at servers: a function has its own in its environment. */
export const defaultProvider = () => () => {
  throw new Error('A client was made without credentials. Make it with awsClientOptions.');
};
