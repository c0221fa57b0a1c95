import type { Language } from '../../../lambda/conversation/locale.ts';
import { apiRequest, type WantedOfApi } from './api-request.ts';

/** An e-mail to Smartsupp's support, the only way to set the hook's URL. */
export type SupportEmail = { readonly subject: string; readonly text: string };

export const supportAddress = 'support@smartsupp.com';

/**
 * @param url with the key
 * @param account what Smartsupp knows the account by; undefined if nobody has said
 * @param api what is wanted of the second source; undefined if it is not set up
 */
export const supportEmail = (
  language: Language,
  url: string,
  account: string | undefined,
  api?: WantedOfApi,
): SupportEmail => {
  const { subject, greeting, request, account: label, about, close } = words[language];
  const asked = api === undefined ? [] : apiRequest(language, api);
  const ours = account === undefined ? [] : [`${label}${account}`];
  return { subject, text: [greeting, request, `    ${url}`, ...asked, ...ours, about, close].join('\n\n') };
};

type Words = {
  readonly subject: string;
  readonly greeting: string;
  readonly request: string;
  /** Before what the account is called. */
  readonly account: string;
  readonly about: string;
  readonly close: string;
};

/** Lines have at most 80 columns. */
const words: Readonly<Record<Language, Words>> = {
  en: {
    subject: 'POST hook for our account',
    greeting: 'Hello,',
    request: `please send the POST hook of our Smartsupp account (a copy of every finished
chat, missed chat and offline message, as JSON) to this URL. It replaces any
URL that is set now:`,
    account: 'Our account at Smartsupp: ',
    about: `The URL ends in a secret key: please treat it as a password. Please let us
know when it is set.`,
    close: 'Thank you.',
  },
  cs: {
    subject: 'POST hook pro náš účet',
    greeting: 'Dobrý den,',
    request: `prosíme o nastavení POST hooku pro náš účet Smartsupp (kopie každého
ukončeného chatu, zmeškaného chatu a offline zprávy ve formátu JSON) na tuto
adresu URL, namísto případné dosavadní:`,
    account: 'Náš účet u Smartsuppu: ',
    about: `Adresa končí tajným klíčem, zacházejte s ní prosím jako s heslem. Dejte nám
prosím vědět, až bude nastavena.`,
    close: 'Děkujeme.',
  },
  de: {
    subject: 'POST-Hook für unser Konto',
    greeting: 'Guten Tag,',
    request: `bitte senden Sie den POST-Hook unseres Smartsupp-Kontos (eine Kopie jedes
beendeten Chats, verpassten Chats und jeder Offline-Nachricht als JSON) an diese
URL, anstelle einer etwa schon eingetragenen:`,
    account: 'Unser Konto bei Smartsupp: ',
    about: `Die URL endet mit einem geheimen Schlüssel: Bitte behandeln Sie sie wie ein
Passwort. Über eine kurze Nachricht, sobald sie eingetragen ist, freuen wir uns.`,
    close: 'Vielen Dank.',
  },
  es: {
    subject: 'POST hook para nuestra cuenta',
    greeting: 'Hola:',
    request: `Les rogamos que envíen el POST hook de nuestra cuenta de Smartsupp (una copia
en JSON de cada chat finalizado, chat perdido y mensaje sin conexión) a esta
URL, en lugar de cualquier otra que esté configurada:`,
    account: 'Nuestra cuenta de Smartsupp: ',
    about: `La URL termina en una clave secreta: trátenla como una contraseña, por favor.
Les agradeceremos que nos avisen cuando esté configurada.`,
    close: 'Muchas gracias.',
  },
  pl: {
    subject: 'POST hook dla naszego konta',
    greeting: 'Dzień dobry,',
    request: `prosimy o wysyłanie POST hooka naszego konta Smartsupp (kopii każdej
zakończonej rozmowy, nieodebranej rozmowy i wiadomości offline w formacie JSON)
na ten adres URL, zamiast ewentualnego dotychczasowego:`,
    account: 'Nasze konto Smartsupp: ',
    about: `Adres kończy się tajnym kluczem: prosimy traktować go jak hasło. Prosimy
o krótką wiadomość, gdy zostanie ustawiony.`,
    close: 'Dziękujemy.',
  },
  hu: {
    subject: 'POST hook a fiókunkhoz',
    greeting: 'Tisztelt Ügyfélszolgálat!',
    request: `Kérjük, hogy Smartsupp-fiókunk POST hookját (minden befejezett csevegés,
elmulasztott csevegés és offline üzenet másolatát JSON formátumban) erre az
URL-címre küldjék, az esetleg már beállított cím helyett:`,
    account: 'Smartsupp-fiókunk: ',
    about: `A cím végén titkos kulcs áll, ezért kérjük, kezeljék jelszóként. Örülnénk egy
rövid értesítésnek, amikor be van állítva.`,
    close: 'Köszönjük.',
  },
  fr: {
    subject: 'POST hook pour notre compte',
    greeting: 'Bonjour,',
    request: `Merci d’envoyer le POST hook de notre compte Smartsupp (une copie au format JSON
de chaque chat terminé, chat manqué et message hors ligne) à cette URL, à la
place de toute autre déjà configurée :`,
    account: 'Notre compte Smartsupp : ',
    about: `L’URL se termine par une clé secrète : merci de la traiter comme un mot de
passe. Un petit mot de votre part une fois la configuration faite nous ferait
plaisir.`,
    close: 'Merci beaucoup.',
  },
  it: {
    subject: 'POST hook per il nostro account',
    greeting: 'Buongiorno,',
    request: `vi chiediamo di inviare il POST hook del nostro account Smartsupp (una copia in
JSON di ogni chat conclusa, chat persa e messaggio offline) a questo URL, al
posto di un altro eventualmente impostato:`,
    account: 'Il nostro account Smartsupp: ',
    about: `L’URL termina con una chiave segreta: trattatelo come una password, per favore.
Saremmo lieti di un cenno quando è impostato.`,
    close: 'Grazie.',
  },
};
