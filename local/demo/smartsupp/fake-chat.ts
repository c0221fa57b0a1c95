import type { DocumentedHook } from '../../../lambda/smartsupp/documented.schema.ts';
import type { ApiRecord, FakeChat } from '../../smartsupp/records.ts';

/** Who answers in the samples, as the API lists them. */
export const agents = [{ id: '7', name: 'Lucie Horáková', email: 'lucie@horal-outdoor.example', role: 'agent' }];

type HookMessage = NonNullable<DocumentedHook['messages']>[number];

/** A sample's hook as Smartsupp's REST API would tell the same chat. */
export function toFakeChat(hook: DocumentedHook, id: string): FakeChat {
  const { channel, visitor } = hook;
  const key = id.slice(2);
  const { phone } = Object(visitor?.variables);
  const contact = {
    id: `ct${key}`,
    name: visitor?.name ?? null,
    email: visitor?.email ?? null,
    phone: Object(phone).value ?? null,
    note: visitor?.note ?? null,
    gdpr_approved: true,
    properties: {},
  };
  const endedAt = timeOf(hook.endAt);
  return {
    conversation: {
      id,
      status: 'closed',
      is_offline: channel.isOffline ?? false,
      is_served: channel.isChat ?? false,
      contact_id: contact.id,
      visitor_id: `vi${key}`,
      created_at: timeOf(hook.beginAt),
      finished_at: endedAt,
      updated_at: endedAt,
      channel: { type: 'default', id: null },
      agent_ids: agents.map((agent) => agent.id),
      rating_value: channel.rating ?? null,
      rating_text: channel.ratingDesc ?? null,
      referer: visitor?.referer ?? null,
      tags: ['demo'],
      variables: visitor?.variables ?? {},
      location: { ip: visitor?.ipAddress, code: visitor?.countryCode, country: visitor?.country, city: visitor?.city },
    },
    messages: (hook.messages ?? []).map((message, at) => toMessage(message, `ms${key}${at}`)),
    contact,
    visitor: { id: `vi${key}`, lang: 'cs', browser: visitor?.userAgent, platform: visitor?.platform },
  };
}

function toMessage(message: HookMessage, id: string): ApiRecord {
  const { type, from, content, sentAt, triggeredBy } = message;
  const common = { id, content: { type: 'text', text: content }, created_at: timeOf(sentAt) };
  if (type === 'visitor') return { ...common, sub_type: 'contact' };
  if (type === 'system') return { ...common, sub_type: 'system' };
  if (typeof triggeredBy === 'string') return { ...common, sub_type: 'trigger', trigger_name: triggeredBy };
  return { ...common, sub_type: 'agent', agent_id: String(from).replace('agent:', '') };
}

const timeOf = (milliseconds: unknown): string | null =>
  typeof milliseconds === 'number' ? new Date(milliseconds).toISOString() : null;
