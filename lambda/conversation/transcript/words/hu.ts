import type { Words } from './en.ts';

export const hu: Words = {
  headline: {
    answered: 'Chat: {{name}}',
    missed: 'Nem fogadott chat: {{name}}',
    offline: 'Offline üzenet: {{name}}',
    dropped: 'Megszakadt chat: {{name}}',
    automatic: 'Automatikus üzenet: {{name}}',
  },
  anonymousHeadline: {
    answered: 'Chat egy névtelen látogatóval',
    missed: 'Nem fogadott chat egy névtelen látogatóval',
    offline: 'Offline üzenet egy névtelen látogatótól',
    dropped: 'Megszakadt chat egy névtelen látogatóval',
    automatic: 'Automatikus üzenet egy névtelen látogatónak',
  },
  outcome: {
    answered: 'Megválaszolva',
    missed: 'Nem fogadott: a látogató válaszra vár',
    offline: 'Offline üzenet: senki sem volt elérhető',
    dropped: 'Befejezés előtt megszakadt',
    automatic: 'Csak automatikus üzenetek mentek ki',
  },
  fact: {
    outcome: 'Eredmény',
    rating: 'Értékelés',
    when: 'Időpont',
    lasted: 'Időtartam',
    firstAnswer: 'Első válaszig eltelt idő',
    waited: 'Várakozás válasz nélkül',
    name: 'Név',
    email: 'E-mail',
    note: 'Megjegyzés',
    country: 'Ország',
    referrer: 'Hivatkozó oldal',
    campaign: 'Kampány',
  },
  value: {
    rating: '{{score}} / 5',
    hours: '{{amount}} ó',
    minutes: '{{amount}} p',
    seconds: '{{amount}} mp',
  },
  speaker: {
    visitor: 'Látogató',
    agent: 'Ügyintéző',
    system: 'Rendszer',
    automatic: 'Automatikus üzenet',
    trigger: 'Automatikus üzenet ({{name}})',
  },
  event: {
    agentJoined: '{{name}} csatlakozott',
    visitorClosed: '{{name}} befejezte a chatet',
  },
  layout: {
    pagesVisited: 'Meglátogatott oldalak',
    part: '{{part}}/{{parts}}. rész',
    continued: '(folytatás)',
    colon: ': ',
  },
  followUp: {
    missed: 'Válaszolni: {{name}} (nem fogadott chat)',
    offline: 'Válaszolni: {{name}} (offline üzenet)',
    lowRating: 'Visszahívni: {{name}} (alacsony értékelés)',
  },
  anonymousFollowUp: {
    missed: 'Válaszolni egy névtelen látogatónak (nem fogadott chat)',
    offline: 'Válaszolni egy névtelen látogatónak (offline üzenet)',
    lowRating: 'Alacsony értékelés egy névtelen látogatótól: átnézni a chatet',
  },
};
