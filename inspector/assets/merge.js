/** Makes `current` equal to `wanted`, keeping unchanged nodes and elements with the same id. */
export function merge(current, wanted) {
  if (current.isEqualNode(wanted)) return;
  copyAttributes(current, wanted);
  const named = new Map(Array.from(current.children, (child) => [child.id, child]).filter(([id]) => id !== ''));
  let cursor = current.firstChild;
  for (const child of [...wanted.childNodes]) {
    const match = child.id ? named.get(child.id) : alike(cursor, child) && cursor;
    if (!match) {
      current.insertBefore(child, cursor);
      continue;
    }
    if (match === cursor) cursor = cursor.nextSibling;
    else current.insertBefore(match, cursor);
    if (match.nodeType === Node.ELEMENT_NODE) merge(match, child);
    else if (match.data !== child.data) match.data = child.data;
  }
  while (cursor) {
    const rest = cursor.nextSibling;
    cursor.remove();
    cursor = rest;
  }
}

const alike = (one, other) => one && !one.id && one.nodeName === other.nodeName;

function copyAttributes(current, wanted) {
  for (const { name, value } of wanted.attributes) {
    if (current.getAttribute(name) !== value) current.setAttribute(name, value);
  }
  for (const { name } of [...current.attributes]) {
    // The class of a new row stays until its animation is over.
    if (!wanted.hasAttribute(name) && name !== 'class') current.removeAttribute(name);
  }
}
