export const en = {
  headline: {
    answered: 'Chat with {{name}}',
    missed: 'Missed chat with {{name}}',
    offline: 'Offline message from {{name}}',
    dropped: 'Dropped chat with {{name}}',
    automatic: 'Automatic message to {{name}}',
  },
  anonymousHeadline: {
    answered: 'Chat with an anonymous visitor',
    missed: 'Missed chat with an anonymous visitor',
    offline: 'Offline message from an anonymous visitor',
    dropped: 'Dropped chat with an anonymous visitor',
    automatic: 'Automatic message to an anonymous visitor',
  },
  outcome: {
    answered: 'Answered',
    missed: 'Missed: the visitor is waiting for an answer',
    offline: 'Offline message: nobody was there to answer',
    dropped: 'Dropped before it was finished',
    automatic: 'Only automatic messages were sent',
  },
  fact: {
    outcome: 'Outcome',
    rating: 'Rating',
    when: 'When',
    lasted: 'Lasted',
    firstAnswer: 'First answer after',
    waited: 'Waited without an answer',
    name: 'Name',
    email: 'E-mail',
    phone: 'Phone',
    page: 'From page',
    note: 'Note',
    country: 'Country',
    referrer: 'Came from',
    campaign: 'Campaign',
    channel: 'Channel',
    tags: 'Tags',
    language: 'Language',
    consent: 'Data processing',
    warning: 'Warning',
  },
  refused: {
    company: '{{vendor}} did not accept the company {{value}}',
    changes: '{{vendor}} did not accept changes to this contact',
    email: '{{vendor}} did not accept the e-mail address {{value}}',
    phone: '{{vendor}} did not accept the phone number {{value}}',
    name: '{{vendor}} did not accept the name {{value}}',
    country: '{{vendor}} did not accept the country {{value}}',
    customerId: '{{vendor}} did not accept the customer id {{value}}',
    owner: '{{vendor}} did not accept the owner {{value}}',
    unusable: '{{vendor}} did not accept the contact details {{value}}',
    field: '{{vendor}} did not accept the field "{{field}}": {{value}}',
  },
  value: {
    agreed: 'the visitor has agreed',
    rating: '{{score}} of 5',
    hours: '{{amount}} h',
    minutes: '{{amount}} min',
    seconds: '{{amount}} s',
    fileUntil: '{{file}} (works until {{time}})',
  },
  speaker: {
    visitor: 'Visitor',
    agent: 'Agent',
    bot: 'Bot',
    system: 'System',
    automatic: 'Automatic message',
    trigger: 'Automatic message ({{name}})',
  },
  event: {
    agentJoined: '{{name}} joined',
    visitorClosed: '{{name}} closed the chat',
  },
  layout: {
    pagesVisited: 'Pages visited',
    part: 'part {{part}} of {{parts}}',
    continued: '(continued)',
    colon: ': ',
  },
  followUp: {
    missed: 'Reply to {{name}}: missed chat',
    offline: 'Reply to {{name}}: offline message',
    lowRating: 'Low rating from {{name}}: call back',
  },
  anonymousFollowUp: {
    missed: 'Reply to an anonymous visitor: missed chat',
    offline: 'Reply to an anonymous visitor: offline message',
    lowRating: 'Low rating from an anonymous visitor: read the chat',
  },
} as const;

/**
 * The keys that every language must have; the compiler also checks each `{{name}}`. Use whole sentences, never parts,
 * and put a name where grammar does not change it, since names cannot be declined.
 */
export type Words = {
  readonly [Group in keyof typeof en]: {
    readonly [Key in keyof (typeof en)[Group]]: Wording<(typeof en)[Group][Key]>;
  };
};

type Wording<English> = English extends `${string}{{${infer Value}}}${string}`
  ? `${string}{{${Value}}}${string}`
  : string;
