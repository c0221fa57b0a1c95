/** In lower case and without accents, so that `Navstevnik` is `návštěvník`. */
export const withoutAccents = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Names that chat widgets, shops and forms give to somebody they do not know, folded. */
const nobodies = new Set(
  (
    'visitor guest anonymous unknown user customer client n/a na test none null undefined ' +
    'navstevnik navstevnice host zakaznik zakaznice klient klientka uzivatel neznamy neznama anonym anonymni anonymny ' +
    'besucher besucherin gast kunde kundin benutzer unbekannt unbekannter visiteur invite anonyme inconnu ' +
    'visitante invitado cliente anonimo desconocido visitatore ospite sconosciuto ' +
    'gosc odwiedzajacy nieznany uzytkownik latogato vendeg ismeretlen'
  ).split(' '),
);

/** Said of them, and of nobody alone: `Web visitor`, `Nový zákazník`. Some are surnames. */
const qualifiers = new Set(
  'web website online chat shop new novy nova neuer neue nouveau nuevo nuovo nowy uj on a the site na webu'.split(' '),
);

/** `#12`, `(7)`, `a1b2`, `V000123`. */
const isNumber = (word: string) => /^(?:[#(]+[\w-]+\)*|(?=.*\d)[\da-f-]{2,}|[a-z]{0,2}\d+)$/.test(word);

/** `Visitor #a1b2`, `Web visitor`, `Zákazník`, `V000123`: a name that says who it is not. */
export function isNobody(name: string): boolean {
  const words = withoutAccents(name)
    .split(/[\s,:_]+/)
    .filter((word) => word !== '' && word !== '#');
  const others = words.filter((word) => !isNumber(word));
  if (others.length === 0) return /^[#(]*[a-z]{0,2}-?\d{3,}\)*$|^#/i.test(words.join(''));
  return others.some(isNobodyWord) && others.every((word) => isNobodyWord(word) || qualifiers.has(word));
}

/** Also with a number behind it: `Visitor12`. */
const isNobodyWord = (word: string) => nobodies.has(word.replace(/#?\d+$/, ''));
