/* Elements, made without markup: text is always text. */

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @param {string} name
 * @param {Record<string, string | number | boolean | null>} [attributes] `class`, `href` …; true sets an empty one, null and false none
 * @param {...Child} children
 * @returns {HTMLElement}
 */
function h(name, attributes = {}, ...children) {
  return /** @type {HTMLElement} */ (filled(document.createElement(name), attributes, children));
}

/**
 * @param {string} name
 * @param {Record<string, string | number | boolean | null>} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
function svg(name, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (filled(document.createElementNS(SVG, name), attributes, children));
}

/**
 * @param {Element} element
 * @param {Record<string, string | number | boolean | null>} attributes
 * @param {Child[]} children
 */
function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(key, value === true ? '' : String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/**
 * @param {string} id
 * @returns {HTMLElement | null}
 */
const byId = (id) => document.getElementById(id);

/** An element that the page cannot be without.
 * @param {string} id
 */
function must(id) {
  const element = byId(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return element;
}

/** A row of buttons of which one is pressed.
 * @param {string} label
 * @param {{key: string, text: string}[]} choices
 * @param {string} chosen
 * @param {(key: string) => void} choose
 */
function chooser(label, choices, chosen, choose) {
  const group = h('div', { class: 'controls kinds', role: 'group', 'aria-label': label });
  for (const { key, text } of choices) {
    const button = h('button', { type: 'button', class: 'toggle', 'aria-pressed': String(key === chosen) }, text);
    button.addEventListener('click', () => {
      press(group, button);
      choose(key);
    });
    group.append(button);
  }
  return group;
}

/**
 * @param {Element} group
 * @param {Element} pressed
 */
function press(group, pressed) {
  for (const button of group.querySelectorAll('button')) button.setAttribute('aria-pressed', String(button === pressed));
}

/** A thin bar, *share* of a hundred wide.
 * @param {number} share
 */
function bar(share) {
  return svg('svg', { class: 'bar', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { class: 'bar-ground', width: 100, height: 4 }),
    svg('rect', { class: 'bar-fill', width: Math.max(1, share), height: 4 }));
}
