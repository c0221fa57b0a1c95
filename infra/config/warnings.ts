import type { Config } from '../../lambda/config/config.ts';

export type Warning = { readonly text: string; readonly remedy: string };

/** What is allowed in `forwarder.json`, and is seldom meant. */
export const warningsOf = (config: Config): readonly Warning[] => [
  ...withoutDestination(config),
  ...withoutCustomerId(config),
];

function withoutDestination({ destinations }: Config): readonly Warning[] {
  if (destinations.length > 0) return [];
  const text = '/destinations is empty: chats are stored, and nothing is delivered.';
  return [{ text, remedy: 'Run npx forwarder init.' }];
}

function withoutCustomerId({ destinations, variables }: Config): readonly Warning[] {
  if (variables.customerId !== undefined) return [];
  return destinations.flatMap((destination, index) => {
    if (!('customerIdField' in destination) || destination.customerIdField === undefined) return [];
    const text =
      `/destinations/${index}/customerIdField has no customer id to write unless ` +
      "one of Smartsupp's plugins for shops tells it: variables.customerId is not set.";
    const remedy = 'Without such a plugin, name the variable with your customer id in variables.customerId.';
    return [{ text, remedy }];
  });
}
