import type { MappingSettings } from '../../../lambda/config/config.ts';
import type { Conversation } from '../../../lambda/conversation/model.ts';
import type { Identity } from '../../../lambda/mapping/identity.ts';
import { createPlanner, type MakePlan, type Plan } from '../../../lambda/mapping/plan.ts';
import { aConversation } from '../../fixtures/conversation.ts';
import { identityOf } from '../../fixtures/identity.ts';

export const now = () => new Date('2026-05-04T12:00:00Z');

export async function plan(
  settings: Omit<MappingSettings, 'name'>,
  conversation: Conversation = aConversation(),
  identity: Partial<Identity> = {},
  when?: Parameters<MakePlan>[2],
): Promise<Plan> {
  const variables = { phone: 'phone', customerId: 'userId' };
  const options = { language: 'en', variables, keepsContacts: true, makesFollowUps: true, now } as const;
  return (await createPlanner({ name: 'crm', ...settings }, options))(
    conversation,
    {
      ...(await identityOf(conversation)),
      ...identity,
    },
    when,
  );
}

export async function planned(...given: Parameters<typeof plan>) {
  const made = await plan(...given);
  if (made.kind !== 'deliver' || made.contact === null)
    throw new Error(`It is not delivered to a contact: ${made.kind}`);
  return { ...made, ...made.contact };
}

export const anonymous = (parts: Parameters<typeof aConversation>[0] = {}) =>
  aConversation({ ...parts, visitor: { email: null, ...parts.visitor } });
