import type { Conversation, Shape } from './model.ts';

export type Attribution = {
  readonly referrer: string | null;
  readonly landingPage: string | null;
  readonly lastPage: string | null;
  readonly source: string | null;
  readonly medium: string | null;
  readonly campaign: string | null;
  readonly term: string | null;
  readonly content: string | null;
  /** The parameter of the ad click, such as `gclid` or `fbclid`, and its value. */
  readonly clickSource: string | null;
  readonly clickId: string | null;
};

export const attributionShape: Shape<Attribution> = {
  referrer: 'value',
  landingPage: 'value',
  lastPage: 'value',
  source: 'value',
  medium: 'value',
  campaign: 'value',
  term: 'value',
  content: 'value',
  clickSource: 'value',
  clickId: 'value',
};

const clickParameters = ['gclid', 'wbraid', 'gbraid', 'fbclid', 'msclkid', 'ttclid', 'li_fat_id', 'twclid', 'sznclid'];

/** First touch: if several pages have a campaign, the first counts. */
export function attributionOf({ pages, visitor }: Conversation): Attribution {
  const queries = pages.map(({ url }) => queryOf(url));
  const tagged = queries.find((query) => [...query.keys()].some((name) => name.startsWith('utm_')));
  const parameter = (name: string) => tagged?.get(name)?.trim() || null;
  const clicks = queries.flatMap((query) =>
    clickParameters.flatMap((name) => {
      const id = query.get(name)?.trim();
      return id ? [{ name, id }] : [];
    }),
  );
  return {
    referrer: visitor.referrer,
    landingPage: pages[0]?.url ?? null,
    lastPage: pages.at(-1)?.url ?? null,
    source: parameter('utm_source'),
    medium: parameter('utm_medium'),
    campaign: parameter('utm_campaign'),
    term: parameter('utm_term'),
    content: parameter('utm_content'),
    clickSource: clicks[0]?.name ?? null,
    clickId: clicks[0]?.id ?? null,
  };
}

const queryOf = (url: string) => URL.parse(url)?.searchParams ?? new URLSearchParams();
