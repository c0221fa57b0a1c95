/** Words that nothing else holds, one for each place that somebody may write into. */
const used = new Set<string>();
export const mark = (place: string): string => {
  const word = `zq${place}qz`;
  used.add(word);
  return word;
};
export const allMarks = (): readonly string[] => [...used];

/** A chat with a mark in every text that is a visitor's, or may be. Its own ids are the only thing that a log may name. */
export const markedChat = (id: number, parts: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    accountId: 208,
    beginAt: Date.UTC(2026, 4, 4),
    channel: { id, isMissed: true, rating: 2, ratingDesc: mark('rating') },
    visitor: {
      id: mark('visitorid'),
      name: `${mark('first')} ${mark('last')}`,
      email: `${mark('address')}@${mark('domain')}.example`,
      note: mark('note'),
      group: mark('group'),
      referer: `https://${mark('referer')}.example/`,
      ipAddress: mark('ip'),
      city: mark('city'),
      country: mark('country'),
      countryCode: mark('code'),
      userAgent: mark('agent'),
      platform: mark('platform'),
      variables: { [mark('key')]: { label: mark('label'), value: mark('value') }, [mark('flat')]: mark('flatvalue') },
    },
    paths: [{ url: `https://${mark('url')}.example/?q=${mark('query')}`, title: mark('title') }],
    messages: [
      {
        type: 'visitor',
        name: mark('speaker'),
        from: `visitor:${mark('from')}`,
        content: `${mark('word')} \u0000 ${mark('words')}`,
      },
      {
        type: 'agent',
        name: mark('colleague'),
        from: 'agent:3',
        content: mark('answer'),
        triggeredBy: mark('trigger'),
      },
      { type: mark('type'), name: mark('bot'), content: mark('botwords') },
      { type: 'system', name: mark('somebody'), content: mark('event') },
    ],
    [mark('unknown')]: mark('unknownvalue'),
    ...parts,
  });

/** Bodies that are no chats, each wrong in another way. */
export const markedRubbish = (): readonly (string | Uint8Array)[] => [
  `{"half": "${mark('half')}`,
  mark('nojson'),
  Buffer.from(`{"name": "${mark('latin')} \u00e1"}`, 'latin1'),
  JSON.stringify({ domains: { [mark('shop')]: {} } }),
  `{"accountId":1,"channel":{"id":1},"${mark('deep')}":${'['.repeat(2000)}${']'.repeat(2000)}}`,
];

/** Chats whose deviations from the documented format are reported. */
export const markedDeviations = (): readonly string[] => [
  markedChat(90, { beginAt: mark('when') }),
  markedChat(91, { visitor: { variables: { [mark('wrongkey')]: [mark('wrongvalue')] } } }),
  markedChat(92, { messages: [{ [mark('odd')]: 1, content: [mark('oddwords')] }, mark('nomessage')] }),
];
