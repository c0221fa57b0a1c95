import type { Words } from './en.ts';

export const es: Words = {
  headline: {
    answered: 'Chat con {{name}}',
    missed: 'Chat perdido con {{name}}',
    offline: 'Mensaje sin conexión de {{name}}',
    dropped: 'Chat interrumpido con {{name}}',
    automatic: 'Mensaje automático para {{name}}',
  },
  anonymousHeadline: {
    answered: 'Chat con un visitante anónimo',
    missed: 'Chat perdido con un visitante anónimo',
    offline: 'Mensaje sin conexión de un visitante anónimo',
    dropped: 'Chat interrumpido con un visitante anónimo',
    automatic: 'Mensaje automático para un visitante anónimo',
  },
  outcome: {
    answered: 'Respondido',
    missed: 'Perdido: el visitante espera una respuesta',
    offline: 'Mensaje sin conexión: no había nadie para responder',
    dropped: 'Interrumpido antes de terminar',
    automatic: 'Solo se enviaron mensajes automáticos',
  },
  fact: {
    outcome: 'Resultado',
    rating: 'Valoración',
    when: 'Fecha',
    lasted: 'Duración',
    firstAnswer: 'Primera respuesta tras',
    waited: 'Espera sin respuesta',
    name: 'Nombre',
    email: 'Correo electrónico',
    note: 'Nota',
    country: 'País',
    referrer: 'Página de procedencia',
    campaign: 'Campaña',
  },
  value: {
    rating: '{{score}} de 5',
    hours: '{{amount}} h',
    minutes: '{{amount}} min',
    seconds: '{{amount}} s',
  },
  speaker: {
    visitor: 'Visitante',
    agent: 'Agente',
    system: 'Sistema',
    automatic: 'Mensaje automático',
    trigger: 'Mensaje automático ({{name}})',
  },
  event: {
    agentJoined: '{{name}} se ha unido al chat',
    visitorClosed: '{{name}} ha cerrado el chat',
  },
  layout: {
    pagesVisited: 'Páginas visitadas',
    part: 'parte {{part}} de {{parts}}',
    continued: '(continuación)',
    colon: ': ',
  },
  followUp: {
    missed: 'Responder a {{name}}: chat perdido',
    offline: 'Responder a {{name}}: mensaje sin conexión',
    lowRating: 'Llamar a {{name}}: valoración baja',
  },
  anonymousFollowUp: {
    missed: 'Responder a un visitante anónimo: chat perdido',
    offline: 'Responder a un visitante anónimo: mensaje sin conexión',
    lowRating: 'Valoración baja de un visitante anónimo: revisar el chat',
  },
};
