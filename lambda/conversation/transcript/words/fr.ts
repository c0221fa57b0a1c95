import type { Words } from './en.ts';

/** French puts a non-breaking space before a colon. */
export const fr: Words = {
  headline: {
    answered: 'Chat avec {{name}}',
    missed: 'Chat manqué avec {{name}}',
    offline: 'Message hors ligne\u00a0: {{name}}',
    dropped: 'Chat interrompu avec {{name}}',
    automatic: 'Message automatique à {{name}}',
  },
  anonymousHeadline: {
    answered: 'Chat avec un visiteur anonyme',
    missed: 'Chat manqué avec un visiteur anonyme',
    offline: 'Message hors ligne d’un visiteur anonyme',
    dropped: 'Chat interrompu avec un visiteur anonyme',
    automatic: 'Message automatique à un visiteur anonyme',
  },
  outcome: {
    answered: 'Répondu',
    missed: 'Manqué\u00a0: le visiteur attend une réponse',
    offline: 'Message hors ligne\u00a0: personne n’était là pour répondre',
    dropped: 'Interrompu avant la fin',
    automatic: 'Seuls des messages automatiques ont été envoyés',
  },
  fact: {
    outcome: 'Résultat',
    rating: 'Évaluation',
    when: 'Date',
    lasted: 'Durée',
    firstAnswer: 'Première réponse après',
    waited: 'Attente sans réponse',
    name: 'Nom',
    email: 'E-mail',
    note: 'Note',
    country: 'Pays',
    referrer: 'Page d’origine',
    campaign: 'Campagne',
  },
  value: {
    rating: '{{score}} sur 5',
    hours: '{{amount}} h',
    minutes: '{{amount}} min',
    seconds: '{{amount}} s',
  },
  speaker: {
    visitor: 'Visiteur',
    agent: 'Agent',
    system: 'Système',
    automatic: 'Message automatique',
    trigger: 'Message automatique ({{name}})',
  },
  event: {
    agentJoined: '{{name}} a rejoint le chat',
    visitorClosed: '{{name}} a fermé le chat',
  },
  layout: {
    pagesVisited: 'Pages visitées',
    part: 'partie {{part}} sur {{parts}}',
    continued: '(suite)',
    colon: '\u00a0: ',
  },
  followUp: {
    missed: 'Répondre à {{name}}\u00a0: chat manqué',
    offline: 'Répondre à {{name}}\u00a0: message hors ligne',
    lowRating: 'Rappeler {{name}}\u00a0: mauvaise évaluation',
  },
  anonymousFollowUp: {
    missed: 'Répondre à un visiteur anonyme\u00a0: chat manqué',
    offline: 'Répondre à un visiteur anonyme\u00a0: message hors ligne',
    lowRating: 'Mauvaise évaluation d’un visiteur anonyme\u00a0: relire le chat',
  },
};
