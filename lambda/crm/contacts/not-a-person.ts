/** In lower case and without accents, so that `Navstevnik` is `návštěvník`. */
const withoutAccents = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

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

/** Only count next to one of the names above: `Web visitor`, `Nový zákazník`. Some are surnames. */
const qualifiers = new Set(
  'web website online chat shop new novy nova neuer neue nouveau nuevo nuovo nowy uj on a the site na webu'.split(' '),
);

/** `#12`, `(7)`, `a1b2`, `V000123`. */
const isNumber = (word: string) => /^(?:[#(]+[\w-]+\)*|(?=.*\d)[\da-f-]{2,}|[a-z]{0,2}\d+)$/.test(word);

/** `Visitor #a1b2`, `Web visitor`, `Zákazník`, `V000123`: a placeholder, not a name. */
export function isNobody(name: string): boolean {
  const words = withoutAccents(name)
    .split(/[\s,:_]+/)
    .filter((word) => word !== '' && word !== '#');
  const others = words.filter((word) => !isNumber(word));
  if (others.length === 0) return /^[#(]*[a-z]{0,2}-?\d{3,}\)*$|^#/i.test(words.join(''));
  return others.some(isNobodyWord) && others.every((word) => isNobodyWord(word) || qualifiers.has(word));
}

/** A number may follow: `Visitor12`. */
const isNobodyWord = (word: string) => nobodies.has(word.replace(/#?\d+$/, ''));

/** Legal forms with dots: `s.r.o.`, `spol. s r. o.`. Never first in a name, since `A.S.` are then initials. */
const dottedForms =
  /[\s,](?:(?:spol\. ?)?s[. ]r\.?o|a\.s|v\.o\.s|k\.s|z\.s|z\.ú|o\.p\.s|s\.p|o\.o|sp\.[kj]|d\.o\.o|s\.r\.l|s\.p\.a|s\.a(?:\.s|\.r\.l)?|s\.l|b\.v|n\.v|e\.v|e\.k)\.?(?=$|[\s,;)])/;
const forms = new Set(
  'gmbh mbh ltd limited inc llc llp plc corp corporation kft zrt nyrt sro sarl srl eurl gbr ohg bt'.split(' '),
);
/** Only in capitals: in lower case these may be words or names. */
const capitals = new Set('AG KG SA SAS AB SE BV NV UG SL AS OY EV'.split(' '));

/** Kinds of firms, offices and clubs, folded. */
const kinds = new Set(
  (
    'firma spolecnost spolocnost obec mestsky urad skola gymnazium nemocnice nemocnica lekarna lekaren hotel penzion ' +
    'pension restaurace restauracia restaurant kavarna hospoda autoservis obchod eshop e-shop shop store nadace ' +
    'nadacia spolek klub tym team group holding company solutions services consulting studio agency agentura ' +
    'agentur banka bank pojistovna univerzita universita university universitat institut stiftung verein schule ' +
    'apotheke gasthaus sklep szkola hurtownia'
  ).split(' '),
);

const towns = new Set(
  (
    'praha brno ostrava plzen olomouc liberec pardubice zlin kladno opava bratislava kosice presov zilina trnava ' +
    'nitra trencin warszawa krakow wroclaw poznan gdansk katowice lodz budapest debrecen szeged wien graz linz ' +
    'salzburg berlin hamburg munchen koln frankfurt stuttgart dresden leipzig cz sk'
  ).split(' '),
);

export const isTown = (word: string | undefined): boolean => word !== undefined && towns.has(withoutAccents(word));

/** `ACME s.r.o.`, `Alza.cz`, `Hotel Slavia`, `Novák & syn`, and a name in capitals before a town: `IKEA Praha`. */
export function isCompanyName(name: string): boolean {
  const all = name.split(/[\s,]+/).filter(Boolean);
  const [first = ''] = all;
  return (
    dottedForms.test(name.toLowerCase().replace(/\. +/g, '.')) ||
    all.slice(1).some((word) => forms.has(word.toLowerCase().replaceAll('.', '')) || capitals.has(word)) ||
    all.some(
      (word) =>
        kinds.has(withoutAccents(word)) || /^[\p{L}\d-]{2,}\.(?:cz|sk|pl|hu|de|at|eu|com|net|shop)$/iu.test(word),
    ) ||
    (all.length > 1 && /^\p{Lu}{2,}$/u.test(first) && isTown(all.at(-1))) ||
    /\p{L}\.? (?:&|\+) (?:syn|synové|sons?|söhne|co|partner|partneři)(?!\p{L})/iu.test(name)
  );
}
