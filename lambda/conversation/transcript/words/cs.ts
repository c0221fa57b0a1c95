import type { Words } from './en.ts';

export const cs: Words = {
  headline: {
    answered: 'Chat: {{name}}',
    missed: 'Zmeškaný chat: {{name}}',
    offline: 'Offline zpráva: {{name}}',
    dropped: 'Přerušený chat: {{name}}',
    automatic: 'Automatická zpráva: {{name}}',
  },
  anonymousHeadline: {
    answered: 'Chat s anonymním návštěvníkem',
    missed: 'Zmeškaný chat s anonymním návštěvníkem',
    offline: 'Offline zpráva od anonymního návštěvníka',
    dropped: 'Přerušený chat s anonymním návštěvníkem',
    automatic: 'Automatická zpráva anonymnímu návštěvníkovi',
  },
  outcome: {
    answered: 'Zodpovězeno',
    missed: 'Zmeškáno: návštěvník čeká na odpověď',
    offline: 'Offline zpráva: nikdo nebyl k dispozici',
    dropped: 'Přerušeno před dokončením',
    automatic: 'Odeslány byly jen automatické zprávy',
  },
  fact: {
    outcome: 'Výsledek',
    rating: 'Hodnocení',
    when: 'Kdy',
    lasted: 'Délka',
    firstAnswer: 'První odpověď za',
    waited: 'Čekání bez odpovědi',
    name: 'Jméno',
    email: 'E-mail',
    note: 'Poznámka',
    country: 'Země',
    referrer: 'Odkazující stránka',
    campaign: 'Kampaň',
  },
  value: {
    rating: '{{score}} z 5',
    hours: '{{amount}} h',
    minutes: '{{amount}} min',
    seconds: '{{amount}} s',
  },
  speaker: {
    visitor: 'Návštěvník',
    agent: 'Operátor',
    system: 'Systém',
    automatic: 'Automatická zpráva',
    trigger: 'Automatická zpráva ({{name}})',
  },
  event: {
    agentJoined: '{{name}} vstupuje do chatu',
    visitorClosed: '{{name}} ukončuje chat',
  },
  layout: {
    pagesVisited: 'Navštívené stránky',
    part: 'část {{part}} z {{parts}}',
    continued: '(pokračování)',
    colon: ': ',
  },
  followUp: {
    missed: 'Odpovědět: {{name}} (zmeškaný chat)',
    offline: 'Odpovědět: {{name}} (offline zpráva)',
    lowRating: 'Zavolat zpět: {{name}} (nízké hodnocení)',
  },
  anonymousFollowUp: {
    missed: 'Odpovědět anonymnímu návštěvníkovi (zmeškaný chat)',
    offline: 'Odpovědět anonymnímu návštěvníkovi (offline zpráva)',
    lowRating: 'Nízké hodnocení od anonymního návštěvníka: projít chat',
  },
};
