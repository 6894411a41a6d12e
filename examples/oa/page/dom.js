// Makes the page's elements. Children that are undefined or false are left out: `isOpen && el('p', …)`.

const shown = (child) => child !== undefined && child !== false;

/** Makes an element. Attributes that are undefined or false are left out; `onclick` is the click handler. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key === 'onclick') made.addEventListener('click', value);
    else if (shown(value)) made.setAttribute(key, value === true ? '' : value);
  made.append(...children.filter(shown));
  return made;
}

export const fill = (element, ...children) => element.replaceChildren(...children.filter(shown));
