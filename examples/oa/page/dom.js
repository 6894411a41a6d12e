// What the page makes its elements with. Text stays text; what does not apply is left out: `isOpen && el('p', …)`.

const shown = (child) => child !== undefined && child !== false;

/** An element. Attributes that are undefined or false are left out; `onclick` is called when it is clicked. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (key === 'onclick') made.addEventListener('click', value);
    else if (shown(value)) made.setAttribute(key, value === true ? '' : value);
  made.append(...children.filter(shown));
  return made;
}

/** Gives an element these children in place of those it has. */
export const fill = (element, ...children) => element.replaceChildren(...children.filter(shown));
