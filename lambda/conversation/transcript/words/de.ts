import type { Words } from './en.ts';

export const de: Words = {
  headline: {
    answered: 'Chat mit {{name}}',
    missed: 'Verpasster Chat mit {{name}}',
    offline: 'Offline-Nachricht von {{name}}',
    dropped: 'Abgebrochener Chat mit {{name}}',
    automatic: 'Automatische Nachricht an {{name}}',
  },
  anonymousHeadline: {
    answered: 'Chat mit einem anonymen Besucher',
    missed: 'Verpasster Chat mit einem anonymen Besucher',
    offline: 'Offline-Nachricht von einem anonymen Besucher',
    dropped: 'Abgebrochener Chat mit einem anonymen Besucher',
    automatic: 'Automatische Nachricht an einen anonymen Besucher',
  },
  outcome: {
    answered: 'Beantwortet',
    missed: 'Verpasst: Der Besucher wartet auf eine Antwort',
    offline: 'Offline-Nachricht: Niemand war da, um zu antworten',
    dropped: 'Vor dem Ende abgebrochen',
    automatic: 'Es wurden nur automatische Nachrichten gesendet',
  },
  fact: {
    outcome: 'Ergebnis',
    rating: 'Bewertung',
    when: 'Zeitpunkt',
    lasted: 'Dauer',
    firstAnswer: 'Erste Antwort nach',
    waited: 'Wartezeit ohne Antwort',
    name: 'Name',
    email: 'E-Mail',
    note: 'Notiz',
    country: 'Land',
    referrer: 'Verweisende Seite',
    campaign: 'Kampagne',
  },
  value: {
    rating: '{{score}} von 5',
    hours: '{{amount}} Std.',
    minutes: '{{amount}} Min.',
    seconds: '{{amount}} Sek.',
  },
  speaker: {
    visitor: 'Besucher',
    agent: 'Mitarbeiter',
    system: 'System',
    automatic: 'Automatische Nachricht',
    trigger: 'Automatische Nachricht ({{name}})',
  },
  event: {
    agentJoined: '{{name}} ist dem Chat beigetreten',
    visitorClosed: '{{name}} hat den Chat beendet',
  },
  layout: {
    pagesVisited: 'Besuchte Seiten',
    part: 'Teil {{part}} von {{parts}}',
    continued: '(Fortsetzung)',
    colon: ': ',
  },
  followUp: {
    missed: '{{name}} antworten: verpasster Chat',
    offline: '{{name}} antworten: Offline-Nachricht',
    lowRating: '{{name}} zurückrufen: schlechte Bewertung',
  },
  anonymousFollowUp: {
    missed: 'Einem anonymen Besucher antworten: verpasster Chat',
    offline: 'Einem anonymen Besucher antworten: Offline-Nachricht',
    lowRating: 'Schlechte Bewertung von einem anonymen Besucher: Chat ansehen',
  },
};
