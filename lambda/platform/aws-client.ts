/**
 * For the SDK's clients: what says nothing is asked again after eight seconds and given up after three tries, so that no
 * call holds a batch until the function is stopped. A batch of a hundred waits for its turn at fifty connections, too.
 */
export const unhurried = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
};
