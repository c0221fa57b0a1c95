/** The `webhook` adapter's body: a Standard Webhooks envelope with a conversation. */
const text = { type: 'string' } as const;
const maybeText = { type: ['string', 'null'] } as const;
const maybeNumber = { type: ['number', 'null'] } as const;
/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it, including far years (ECMA-262). */
const instant = {
  type: ['string', 'null'],
  pattern: '^([+-]\\d{6}|\\d{4})-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
} as const;
const flag = { type: 'boolean' } as const;

const rating = {
  type: ['object', 'null'],
  required: ['score', 'comment'],
  properties: { score: { type: 'number' }, comment: maybeText },
} as const;

const visitor = {
  type: 'object',
  required: [
    'id',
    'name',
    'email',
    'note',
    'group',
    'referrer',
    'ipAddress',
    'city',
    'country',
    'countryCode',
    'userAgent',
    'platform',
    'language',
    'consent',
    'variables',
  ],
  properties: {
    id: maybeText,
    name: maybeText,
    email: maybeText,
    note: maybeText,
    group: maybeText,
    referrer: maybeText,
    ipAddress: maybeText,
    city: maybeText,
    country: maybeText,
    countryCode: maybeText,
    userAgent: maybeText,
    platform: maybeText,
    language: maybeText,
    consent: { type: ['boolean', 'null'] },
    variables: {
      type: 'array',
      items: {
        type: 'object',
        required: ['key', 'label', 'value'],
        properties: { key: text, label: text, value: { type: ['string', 'number', 'boolean'] } },
      },
    },
  },
} as const;

const shop = {
  type: ['object', 'null'],
  required: ['platform', 'customerId', 'phone', 'spending', 'orders', 'city', 'countryCode'],
  properties: {
    platform: { enum: ['wordpress', 'woocommerce', 'prestashop', 'shopware', 'magento', 'shoptet'] },
    customerId: maybeText,
    phone: maybeText,
    spending: maybeNumber,
    orders: maybeNumber,
    city: maybeText,
    countryCode: maybeText,
  },
} as const;

const file = {
  type: 'object',
  required: ['name', 'url', 'mediaType', 'size', 'expiresAt'],
  properties: { name: maybeText, url: text, mediaType: maybeText, size: maybeNumber, expiresAt: instant },
} as const;

const message = {
  type: 'object',
  required: ['speaker', 'name', 'agentId', 'text', 'files', 'sentAt'],
  properties: {
    speaker: { enum: ['visitor', 'agent', 'bot', 'trigger', 'system'] },
    name: maybeText,
    agentId: maybeText,
    text,
    files: { type: 'array', items: file },
    sentAt: instant,
  },
} as const;

const conversation = {
  type: 'object',
  required: [
    'id',
    'accountId',
    'channelId',
    'startedAt',
    'endedAt',
    'outcome',
    'flags',
    'rating',
    'timing',
    'visitor',
    'shop',
    'channelType',
    'groupId',
    'tags',
    'pages',
    'messages',
  ],
  properties: {
    id: { type: 'string', minLength: 1 },
    accountId: text,
    channelId: text,
    startedAt: instant,
    endedAt: instant,
    outcome: { enum: ['answered', 'missed', 'offline', 'dropped', 'automatic'] },
    flags: {
      type: 'object',
      required: ['isChat', 'isMissed', 'isTriggered', 'isOffline', 'isCompleted', 'isDropped'],
      properties: {
        isChat: flag,
        isMissed: flag,
        isTriggered: flag,
        isOffline: flag,
        isCompleted: flag,
        isDropped: flag,
      },
    },
    rating,
    timing: {
      type: 'object',
      required: ['duration', 'firstResponse', 'averageResponse'],
      properties: { duration: maybeNumber, firstResponse: maybeNumber, averageResponse: maybeNumber },
    },
    visitor,
    shop,
    channelType: maybeText,
    groupId: maybeText,
    tags: { type: 'array', items: text },
    pages: {
      type: 'array',
      items: { type: 'object', required: ['url', 'title'], properties: { url: text, title: maybeText } },
    },
    messages: { type: 'array', items: message },
  },
} as const;

export const envelopeSchema = {
  type: 'object',
  required: ['type', 'timestamp', 'data'],
  properties: { type: { const: 'conversation' }, timestamp: instant, data: conversation },
} as const;
