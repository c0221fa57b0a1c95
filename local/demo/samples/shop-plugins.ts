import { type Sample, type Script, shop } from './script.ts';

type Visitor = Script['visitor'];

/** A short question of a customer who is logged in, with what the shop's plugin for Smartsupp adds about them. */
function fromShop(system: string, visitor: Visitor, question: string, answer: string): Sample {
  const script: Script = {
    visitor: { countryCode: 'CZ', platform: 'Win32', ipAddress: '192.0.2.61', ...visitor },
    pages: [{ url: `${shop}/account/orders`, title: 'Moje objednávky · Horal' }],
    flags: { isChat: true, isCompleted: true },
    lines: [
      ['visitor', 0, question],
      ['joins', 11, ''],
      ['agent', 14, answer],
      ['closes', 20, ''],
    ],
  };
  return { name: system.toLowerCase(), label: `From a ${system} shop`, script };
}

export const shopPlugins: readonly Sample[] = [
  fromShop(
    'WooCommerce',
    {
      id: 'vW00c0mm1',
      name: 'Karel Svoboda (42)',
      email: 'karel.svoboda@example.com',
      variables: {
        userName: { label: 'Username', value: 'karel.svoboda' },
        email: { label: 'Email', value: 'karel.svoboda@example.com' },
        role: { label: 'Role', value: 'customer' },
        name: { label: 'Name', value: 'Karel Svoboda' },
        billingLocation: { label: 'Billing Location', value: 'Praha, CZ' },
        spent: { label: 'Spent', value: '1234.50 &#75;&#269;' },
        order: { label: 'Orders', value: 7 },
      },
    },
    'Dobrý den, kdy prosím dorazí objednávka 2044?',
    'Dobrý den, balík je u dopravce, zítra dopoledne ho máte doma.',
  ),

  fromShop(
    'PrestaShop',
    {
      id: 'vPr3sta02',
      name: 'Ing.Alena Králová',
      email: 'alena.kralova@example.org',
      variables: {
        id: { label: 'ID', value: 1177 },
        name: { label: 'Name', value: 'Alena Králová' },
        email: { label: 'Email', value: 'alena.kralova@example.org' },
        phone: { label: 'Phone', value: '+420 601 123 456' },
        role: { label: 'Role', value: 'Customer' },
        spending: { label: 'Spending', value: '12 480,00 Kč' },
        orders: { label: 'Orders', value: 12 },
      },
    },
    'Lze k objednávce ještě přidat ponožky?',
    'Jistě, přidala jsem je. Děkujeme!',
  ),

  fromShop(
    'Shopware',
    {
      id: 'vSh0pw4r3',
      countryCode: 'AT',
      name: null,
      email: null,
      variables: {
        id: { label: 'ID', value: 305 },
        name: { label: 'Name', value: 'Wanderverein Linz e.V.' },
        email: { label: 'Email', value: 'kassier@wanderverein.example' },
        phone: { label: 'Phone', value: '+43 732 123456' },
        spending: { label: 'Spending', value: 2310.8 },
        orders: { label: 'Orders', value: 9 },
      },
    },
    'Guten Tag, bekommen wir die Rechnung auch auf den Verein ausgestellt?',
    'Guten Tag, gerne, ich habe sie soeben neu ausgestellt.',
  ),

  fromShop(
    'Magento',
    {
      id: 'vM4g3nt04',
      countryCode: 'IE',
      name: 'Sinéad O&#039;Neil',
      email: 'sinead.oneil@example.net',
      variables: { id: { label: 'ID', value: 88 } },
    },
    'Hello, do you ship to Cork?',
    'We do, in four days, free above 100 €.',
  ),

  fromShop(
    'Shoptet',
    {
      id: 'vSh0pt3t5',
      name: 'Běžecký klub Brno',
      email: 'info@bezci.example',
      variables: {
        shoptet_guid: { label: 'shoptet_guid', value: '7f1c2f0e-52a1-4a5e-9a70-0f5d3f7d2a11' },
        shoptet_user_guid: { label: 'shoptet_user_guid', value: '0b7f9c1e-6a43-4b0c-8d59-2f6a3e1c9d22' },
        shoptet_shop: { label: 'shoptet_shop', value: 'horal-outdoor' },
        authenticated: { label: 'authenticated', value: true },
      },
    },
    'Dobrý den, potřebujeme 24 triček s potiskem. Do kdy to stihnete?',
    'Dobrý den, do čtrnácti dnů od schválení náhledu.',
  ),
];
