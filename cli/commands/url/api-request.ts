import type { Language } from '../../../lambda/conversation/locale.ts';

export type WantedOfApi = {
  /** The URL for the signed webhooks; undefined if none are wanted. */
  readonly webhooksUrl: string | undefined;
};

/** The paragraphs that ask Smartsupp's support for what only they set up: token, webhooks, and their secret. */
export function apiRequest(language: Language, { webhooksUrl }: WantedOfApi): readonly string[] {
  const { token, webhooks, secret } = words[language];
  if (webhooksUrl === undefined) return [token];
  return [token, webhooks, `    ${webhooksUrl}`, events.map((event) => `    ${event}`).join('\n'), secret];
}

const events = ['conversation.closed', 'conversation.closed_by_contact', 'conversation.rated', 'contact.updated'];

type Words = { readonly token: string; readonly webhooks: string; readonly secret: string };

/** Lines have at most 80 columns. */
const words: Readonly<Record<Language, Words>> = {
  en: {
    token: `Please also give us an access token for your REST API v2, with which we can read
conversations, messages, contacts, visitors and agents.`,
    webhooks: `And please send the signed webhooks of our account to this URL, at least for the
events below it:`,
    secret: `We need the shared secret with which they are signed (X-Smartsupp-Hmac), and the
id of our account. Please send the token and the secret in a safe way.`,
  },
  cs: {
    token: `Prosíme také o přístupový token k vašemu REST API v2, se kterým můžeme číst
konverzace, zprávy, kontakty, návštěvníky a agenty.`,
    webhooks: `A prosíme o posílání podepsaných webhooků našeho účtu na tuto adresu URL,
alespoň pro události uvedené pod ní:`,
    secret: `Potřebujeme sdílený klíč, kterým jsou podepsány (X-Smartsupp-Hmac), a id našeho
účtu. Token a klíč nám prosím pošlete bezpečným způsobem.`,
  },
  de: {
    token: `Bitte geben Sie uns auch ein Zugriffstoken für Ihre REST API v2, mit dem wir
Unterhaltungen, Nachrichten, Kontakte, Besucher und Agenten lesen können.`,
    webhooks: `Und bitte senden Sie die signierten Webhooks unseres Kontos an diese URL,
mindestens für die Ereignisse darunter:`,
    secret: `Wir brauchen das gemeinsame Geheimnis, mit dem sie signiert sind
(X-Smartsupp-Hmac), und die Nummer unseres Kontos. Bitte senden Sie uns Token
und Geheimnis auf sicherem Weg.`,
  },
  es: {
    token: `Les rogamos que nos den también un token de acceso a su API REST v2 con el que
podamos leer conversaciones, mensajes, contactos, visitantes y agentes.`,
    webhooks: `Y que envíen los webhooks firmados de nuestra cuenta a esta URL, al menos para
los eventos indicados debajo:`,
    secret: `Necesitamos el secreto compartido con el que se firman (X-Smartsupp-Hmac) y el
identificador de nuestra cuenta. Envíennos el token y el secreto de forma
segura.`,
  },
  pl: {
    token: `Prosimy też o token dostępu do Państwa REST API v2, którym możemy odczytywać
rozmowy, wiadomości, kontakty, odwiedzających i agentów.`,
    webhooks: `Prosimy także o wysyłanie podpisanych webhooków naszego konta na ten adres URL,
co najmniej dla zdarzeń wymienionych pod nim:`,
    secret: `Potrzebujemy wspólnego klucza, którym są podpisane (X-Smartsupp-Hmac), oraz
identyfikatora naszego konta. Prosimy przesłać token i klucz w bezpieczny
sposób.`,
  },
  hu: {
    token: `Kérünk továbbá egy hozzáférési tokent a REST API v2-höz, amellyel olvashatjuk a
beszélgetéseket, üzeneteket, kapcsolatokat, látogatókat és ügynököket.`,
    webhooks: `Kérjük azt is, hogy fiókunk aláírt webhookjait erre az URL-címre küldjék,
legalább az alatta felsorolt eseményekről:`,
    secret: `Szükségünk van a közös titkos kulcsra, amellyel aláírják őket
(X-Smartsupp-Hmac), és fiókunk azonosítójára. A tokent és a kulcsot kérjük,
biztonságos módon küldjék el.`,
  },
  fr: {
    token: `Merci de nous donner aussi un jeton d’accès à votre API REST v2, avec lequel
nous pouvons lire conversations, messages, contacts, visiteurs et agents.`,
    webhooks: `Et merci d’envoyer les webhooks signés de notre compte à cette URL, au moins
pour les événements indiqués dessous :`,
    secret: `Il nous faut le secret partagé avec lequel ils sont signés (X-Smartsupp-Hmac) et
l’identifiant de notre compte. Merci d’envoyer le jeton et le secret de façon
sûre.`,
  },
  it: {
    token: `Vi chiediamo anche un token di accesso alla vostra API REST v2, con cui possiamo
leggere conversazioni, messaggi, contatti, visitatori e agenti.`,
    webhooks: `E di inviare i webhook firmati del nostro account a questo URL, almeno per gli
eventi elencati sotto:`,
    secret: `Ci servono il segreto condiviso con cui sono firmati (X-Smartsupp-Hmac) e l'id
del nostro account. Inviateci il token e il segreto in modo sicuro, per favore.`,
  },
};
