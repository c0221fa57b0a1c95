import { decodeEntities } from '../conversation/clean-text.ts';
import type { Conversation, Shop, Variable } from '../conversation/model.ts';

export const platforms = [
  'wordpress',
  'woocommerce',
  'prestashop',
  'shopware',
  'magento',
  'shoptet',
] as const satisfies readonly Platform[];
type Platform = Shop['platform'];

/**
 * Reads what Smartsupp's official shop plugins put into a chat, from their public sources: the customer's number behind
 * the name, HTML entities, prices as texts, and name and address only as variables. The plugin is recognised by its
 * variables.
 * @param configured the shop's, if the configuration has it
 */
export function withShop(conversation: Omit<Conversation, 'shop'>, configured?: Platform): Conversation {
  const { visitor, messages } = conversation;
  const platform = configured ?? platformOf(new Set(visitor.variables.map(({ key }) => key)));
  const variables = platform === null ? visitor.variables : visitor.variables.map(decoded);
  const text = (key: string) => String(variables.find((variable) => variable.key === key)?.value ?? '').trim() || null;
  // A plugin can be told to send no variables: the name still has the number.
  const isNumbered = isWordpress(platform) || (configured === undefined && variables.length === 0);
  const typed = visitor.name === null ? null : decodeEntities(visitor.name);
  const [, bare = null, number = null] = (isNumbered && numbered.exec(typed ?? '')) || [null, typed];
  const ofShop = (key: string) => (platform === null ? null : text(key));
  const name = bare ?? ofShop('name');
  return {
    ...conversation,
    visitor: { ...visitor, name, email: visitor.email ?? ofShop('email'), variables },
    messages: messages.map((message) =>
      message.name !== null && message.name === visitor.name ? { ...message, name } : message,
    ),
    shop: platform && shopOf(platform, text, number),
  };
}

/** WordPress: `Jan Novák (42)`. */
const numbered = /^(.*\S)\s*\((\d{1,18})\)$/su;

function platformOf(keys: ReadonlySet<string>): Platform | null {
  const has = (...some: readonly string[]) => some.some((key) => keys.has(key));
  if ([...keys].some((key) => key.startsWith('shoptet_'))) return 'shoptet';
  if (has('spent', 'billingLocation')) return 'woocommerce';
  if (has('userName')) return 'wordpress';
  if (!has('id')) return null;
  if (has('spending', 'orders')) return has('role') ? 'prestashop' : 'shopware';
  // A pre-chat form adds the phone number.
  return [...keys].every((key) => key === 'id' || key === 'phone') ? 'magento' : null;
}

const isWordpress = (platform: Platform | null) => platform === 'wordpress' || platform === 'woocommerce';

type Text = (key: string) => string | null;

function shopOf(platform: Platform, text: Text, numberInName: string | null): Shop {
  const id = isWordpress(platform) ? numberInName : text(platform === 'shoptet' ? 'shoptet_user_guid' : 'id');
  const [, city = '', country = ''] = /^(.*),\s*([A-Za-z]{2})$/s.exec(text('billingLocation') ?? '') ?? [];
  return {
    platform,
    // Plugins send 0 for a visitor who is not logged in.
    customerId: id === '0' ? null : id,
    phone: text('phone'),
    spending: toAmount(text('spent') ?? text('spending')),
    orders: toAmount(text('order') ?? text('orders')),
    city: city.trim() || null,
    countryCode: country.toUpperCase() || null,
  };
}

const decoded = (variable: Variable): Variable =>
  typeof variable.value === 'string' ? { ...variable, value: decodeEntities(variable.value) } : variable;

/** The number in `1234.50 Kč`, `€12` or `1 234,50 Kč`; null if there is not exactly one. */
function toAmount(price: string | null): number | null {
  const [digits, ...others] = price?.replace(/(?<=\d)[\s'’](?=\d{3})/gu, '').match(/-?\d[\d.,]*/g) ?? [];
  if (digits === undefined || others.length > 0) return null;
  const isGrouped = /^-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/.test(digits);
  const [, whole = '', fraction = '0'] = isGrouped ? [digits, digits] : (/^(.*?)(?:[.,](\d*))?$/.exec(digits) ?? []);
  const amount = Number(`${whole.replace(/[.,]/g, '')}.${fraction || '0'}`);
  return Number.isFinite(amount) ? amount : null;
}
