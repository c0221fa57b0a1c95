import type { Language } from '../../../lambda/conversation/locale.ts';

/** An e-mail to Smartsupp's support, the only way to set the hook's URL. */
export type SupportEmail = { readonly subject: string; readonly text: string };

type WantedOfApi = {
  /** The URL for the signed webhooks; undefined if none are wanted. */
  readonly webhooksUrl: string | undefined;
};

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

/** The paragraphs that ask Smartsupp's support for what only they set up: token, webhooks, and their secret. */
function apiRequest(language: Language, { webhooksUrl }: WantedOfApi): readonly string[] {
  const { token, webhooks, secret } = words[language];
  if (webhooksUrl === undefined) return [token];
  return [token, webhooks, `    ${webhooksUrl}`, events.map((event) => `    ${event}`).join('\n'), secret];
}

const events = ['conversation.closed', 'conversation.closed_by_contact', 'conversation.rated', 'contact.updated'];

type Words = {
  readonly subject: string;
  readonly greeting: string;
  readonly request: string;
  /** Of the REST API and the webhooks. */
  readonly token: string;
  readonly webhooks: string;
  readonly secret: string;
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
    token: `Please also give us an access token for your REST API v2, with which we can read
conversations, messages, contacts, visitors and agents.`,
    webhooks: `And please send the signed webhooks of our account to this URL, at least for the
events below it:`,
    secret: `We need the shared secret with which they are signed (X-Smartsupp-Hmac), and the
id of our account. Please send the token and the secret in a safe way.`,
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
    token: `Prosíme také o přístupový token k vašemu REST API v2, se kterým můžeme číst
konverzace, zprávy, kontakty, návštěvníky a agenty.`,
    webhooks: `A prosíme o posílání podepsaných webhooků našeho účtu na tuto adresu URL,
alespoň pro události uvedené pod ní:`,
    secret: `Potřebujeme sdílený klíč, kterým jsou podepsány (X-Smartsupp-Hmac), a id našeho
účtu. Token a klíč nám prosím pošlete bezpečným způsobem.`,
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
    token: `Bitte geben Sie uns auch ein Zugriffstoken für Ihre REST API v2, mit dem wir
Unterhaltungen, Nachrichten, Kontakte, Besucher und Agenten lesen können.`,
    webhooks: `Und bitte senden Sie die signierten Webhooks unseres Kontos an diese URL,
mindestens für die Ereignisse darunter:`,
    secret: `Wir brauchen das gemeinsame Geheimnis, mit dem sie signiert sind
(X-Smartsupp-Hmac), und die Nummer unseres Kontos. Bitte senden Sie uns Token
und Geheimnis auf sicherem Weg.`,
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
    token: `Les rogamos que nos den también un token de acceso a su API REST v2 con el que
podamos leer conversaciones, mensajes, contactos, visitantes y agentes.`,
    webhooks: `Y que envíen los webhooks firmados de nuestra cuenta a esta URL, al menos para
los eventos indicados debajo:`,
    secret: `Necesitamos el secreto compartido con el que se firman (X-Smartsupp-Hmac) y el
identificador de nuestra cuenta. Envíennos el token y el secreto de forma
segura.`,
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
    token: `Prosimy też o token dostępu do Państwa REST API v2, którym możemy odczytywać
rozmowy, wiadomości, kontakty, odwiedzających i agentów.`,
    webhooks: `Prosimy także o wysyłanie podpisanych webhooków naszego konta na ten adres URL,
co najmniej dla zdarzeń wymienionych pod nim:`,
    secret: `Potrzebujemy wspólnego klucza, którym są podpisane (X-Smartsupp-Hmac), oraz
identyfikatora naszego konta. Prosimy przesłać token i klucz w bezpieczny
sposób.`,
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
    token: `Kérünk továbbá egy hozzáférési tokent a REST API v2-höz, amellyel olvashatjuk a
beszélgetéseket, üzeneteket, kapcsolatokat, látogatókat és ügynököket.`,
    webhooks: `Kérjük azt is, hogy fiókunk aláírt webhookjait erre az URL-címre küldjék,
legalább az alatta felsorolt eseményekről:`,
    secret: `Szükségünk van a közös titkos kulcsra, amellyel aláírják őket
(X-Smartsupp-Hmac), és fiókunk azonosítójára. A tokent és a kulcsot kérjük,
biztonságos módon küldjék el.`,
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
    token: `Merci de nous donner aussi un jeton d’accès à votre API REST v2, avec lequel
nous pouvons lire conversations, messages, contacts, visiteurs et agents.`,
    webhooks: `Et merci d’envoyer les webhooks signés de notre compte à cette URL, au moins
pour les événements indiqués dessous :`,
    secret: `Il nous faut le secret partagé avec lequel ils sont signés (X-Smartsupp-Hmac) et
l’identifiant de notre compte. Merci d’envoyer le jeton et le secret de façon
sûre.`,
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
    token: `Vi chiediamo anche un token di accesso alla vostra API REST v2, con cui possiamo
leggere conversazioni, messaggi, contatti, visitatori e agenti.`,
    webhooks: `E di inviare i webhook firmati del nostro account a questo URL, almeno per gli
eventi elencati sotto:`,
    secret: `Ci servono il segreto condiviso con cui sono firmati (X-Smartsupp-Hmac) e l'id
del nostro account. Inviateci il token e il segreto in modo sicuro, per favore.`,
    account: 'Il nostro account Smartsupp: ',
    about: `L’URL termina con una chiave segreta: trattatelo come una password, per favore.
Saremmo lieti di un cenno quando è impostato.`,
    close: 'Grazie.',
  },
};
