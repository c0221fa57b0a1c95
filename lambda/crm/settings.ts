/** What every destination in `forwarder.json` has, to be spread into an adapter's own settings schema. */
export const destinationName = {
  type: 'string',
  pattern: '^[a-z][a-z0-9-]{0,39}$',
  description: 'Your own name for this CRM, kept for good: the ledger remembers what was delivered under it.',
} as const;

/** HTTPS anywhere, plain HTTP only to this machine: a visitor's words never cross a network in the clear. */
export const secureUrl = {
  type: 'string',
  pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])([:/]|$))',
} as const;
