/** The domain of an address, which must be normalised; null if it is one of free mail. */
export async function companyDomainOf(email: string): Promise<string | null> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  // Loaded when needed: the list is half as large as deliver's code.
  const { default: providers } = await import('email-providers/all.json', { with: { type: 'json' } });
  return moreProviders.has(domain) || providers.includes(domain) ? null : domain;
}

/** Providers of Smartsupp's home markets that the list lacks. */
const moreProviders = new Set(
  (
    'volny.cz atlas.cz tiscali.cz quick.cz iol.cz inmail.cz spoluzaci.cz chello.cz upcmail.cz hotmail.cz azet.sk ' +
    'zoznam.sk stonline.sk email.sk citromail.hu indamail.hu t-email.hu op.pl vp.pl tlen.pl telefonica.net'
  ).split(' '),
);
