import type { Words } from './en.ts';

export const it: Words = {
  headline: {
    answered: 'Chat con {{name}}',
    missed: 'Chat persa con {{name}}',
    offline: 'Messaggio offline da {{name}}',
    dropped: 'Chat interrotta con {{name}}',
    automatic: 'Messaggio automatico per {{name}}',
  },
  anonymousHeadline: {
    answered: 'Chat con un visitatore anonimo',
    missed: 'Chat persa con un visitatore anonimo',
    offline: 'Messaggio offline da un visitatore anonimo',
    dropped: 'Chat interrotta con un visitatore anonimo',
    automatic: 'Messaggio automatico per un visitatore anonimo',
  },
  outcome: {
    answered: 'Con risposta',
    missed: 'Persa: il visitatore attende una risposta',
    offline: 'Messaggio offline: non c’era nessuno per rispondere',
    dropped: 'Interrotta prima della fine',
    automatic: 'Sono stati inviati solo messaggi automatici',
  },
  fact: {
    outcome: 'Esito',
    rating: 'Valutazione',
    when: 'Quando',
    lasted: 'Durata',
    firstAnswer: 'Prima risposta dopo',
    waited: 'Attesa senza risposta',
    name: 'Nome',
    email: 'E-mail',
    note: 'Nota',
    country: 'Paese',
    referrer: 'Pagina di provenienza',
    campaign: 'Campagna',
  },
  value: {
    rating: '{{score}} su 5',
    hours: '{{amount}} h',
    minutes: '{{amount}} min',
    seconds: '{{amount}} s',
  },
  speaker: {
    visitor: 'Visitatore',
    agent: 'Operatore',
    system: 'Sistema',
    automatic: 'Messaggio automatico',
    trigger: 'Messaggio automatico ({{name}})',
  },
  event: {
    agentJoined: '{{name}} entra nella chat',
    visitorClosed: '{{name}} chiude la chat',
  },
  layout: {
    pagesVisited: 'Pagine visitate',
    part: 'parte {{part}} di {{parts}}',
    continued: '(continuazione)',
    colon: ': ',
  },
  followUp: {
    missed: 'Rispondere a {{name}}: chat persa',
    offline: 'Rispondere a {{name}}: messaggio offline',
    lowRating: 'Richiamare {{name}}: valutazione bassa',
  },
  anonymousFollowUp: {
    missed: 'Rispondere a un visitatore anonimo: chat persa',
    offline: 'Rispondere a un visitatore anonimo: messaggio offline',
    lowRating: 'Valutazione bassa da un visitatore anonimo: rivedere la chat',
  },
};
