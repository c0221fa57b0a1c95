/**
 * For the SDK's clients: what says nothing is asked again after four seconds and given up after three tries, so that no
 * call holds a batch until the function is stopped.
 */
export const unhurried = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
};
