/** Where everything lies in the one table. All parts are percent-encoded or ours, so that no `#` can be forged. */
export const chatKey = (conversationId: string) => ({ pk: chatPartition(conversationId), sk: 'CHAT' });

export const chatPartition = (conversationId: string) => `CHAT#${conversationId.replace(':', '#')}`;

export const deliveryPrefix = 'DELIVERY#';

export const deliveryKey = (conversationId: string, destination: string) => ({
  pk: chatPartition(conversationId),
  sk: `${deliveryPrefix}${destination}`,
});

/** Every chat of a person lies in one partition, and beside them the CRM's ids of that person. */
export const personChatKey = (personKey: string, conversationId: string) => ({
  pk: `PERSON#${personKey}`,
  sk: chatPartition(conversationId),
});

export const contactKey = (personKey: string, destination: string) => ({
  pk: `PERSON#${personKey}`,
  sk: `CONTACT#${destination}`,
});

export const rejectedKey = (id: string) => ({ pk: `REJECTED#${id}`, sk: 'REJECTED' });

export const overflowPartition = (id: string) => `OVERFLOW#${id}`;

/** DynamoDB's time to live is in whole epoch seconds. */
export const expiresAt = (from: Date, days: number) => Math.floor(from.getTime() / 1000) + days * 24 * 60 * 60;
