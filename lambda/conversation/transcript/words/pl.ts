import type { Words } from './en.ts';

export const pl: Words = {
  headline: {
    answered: 'Czat: {{name}}',
    missed: 'Nieodebrany czat: {{name}}',
    offline: 'Wiadomość offline: {{name}}',
    dropped: 'Przerwany czat: {{name}}',
    automatic: 'Automatyczna wiadomość: {{name}}',
  },
  anonymousHeadline: {
    answered: 'Czat z anonimowym gościem',
    missed: 'Nieodebrany czat z anonimowym gościem',
    offline: 'Wiadomość offline od anonimowego gościa',
    dropped: 'Przerwany czat z anonimowym gościem',
    automatic: 'Automatyczna wiadomość do anonimowego gościa',
  },
  outcome: {
    answered: 'Udzielono odpowiedzi',
    missed: 'Nieodebrany: gość czeka na odpowiedź',
    offline: 'Wiadomość offline: nikt nie był dostępny',
    dropped: 'Przerwany przed zakończeniem',
    automatic: 'Wysłano tylko automatyczne wiadomości',
  },
  fact: {
    outcome: 'Wynik',
    rating: 'Ocena',
    when: 'Kiedy',
    lasted: 'Czas trwania',
    firstAnswer: 'Pierwsza odpowiedź po',
    waited: 'Czekanie bez odpowiedzi',
    name: 'Imię i nazwisko',
    email: 'E-mail',
    note: 'Notatka',
    country: 'Kraj',
    referrer: 'Strona odsyłająca',
    campaign: 'Kampania',
  },
  value: {
    rating: '{{score}} z 5',
    hours: '{{amount}} godz.',
    minutes: '{{amount}} min',
    seconds: '{{amount}} s',
  },
  speaker: {
    visitor: 'Gość',
    agent: 'Agent',
    system: 'System',
    automatic: 'Automatyczna wiadomość',
    trigger: 'Automatyczna wiadomość ({{name}})',
  },
  event: {
    agentJoined: '{{name}} dołącza do czatu',
    visitorClosed: '{{name}} kończy czat',
  },
  layout: {
    pagesVisited: 'Odwiedzone strony',
    part: 'część {{part}} z {{parts}}',
    continued: '(ciąg dalszy)',
    colon: ': ',
  },
  followUp: {
    missed: 'Odpowiedzieć: {{name}} (nieodebrany czat)',
    offline: 'Odpowiedzieć: {{name}} (wiadomość offline)',
    lowRating: 'Oddzwonić: {{name}} (niska ocena)',
  },
  anonymousFollowUp: {
    missed: 'Odpowiedzieć anonimowemu gościowi (nieodebrany czat)',
    offline: 'Odpowiedzieć anonimowemu gościowi (wiadomość offline)',
    lowRating: 'Niska ocena od anonimowego gościa: przejrzeć czat',
  },
};
