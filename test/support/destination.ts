import type { MappingSettings } from '../../lambda/config/config.ts';
import type { CrmAdapter } from '../../lambda/crm/port/adapter.ts';
import type { Destination } from '../../lambda/delivery/ports.ts';
import { createPlanner } from '../../lambda/mapping/plan.ts';

type Options = {
  readonly now: () => Date;
  readonly name?: string;
  readonly settings?: Omit<MappingSettings, 'name'>;
};

/** A destination as it is made of an adapter and a few settings. */
export async function aDestination(
  adapter: CrmAdapter,
  { now, name = 'crm', settings = {} }: Options,
): Promise<Destination> {
  const plan = await createPlanner(
    { name, ...settings },
    {
      language: 'en',
      variables: { phone: 'phone', customerId: 'userId' },
      keepsContacts: adapter.upsertContacts !== undefined,
      makesFollowUps: adapter.followUps !== undefined,
      now,
    },
  );
  return { name, adapter, plan };
}
