/* Pages by hash: `#members`, `#member/42`, `#compare/42/7`, `#boss/zulrah`,
   `#history/2026-11-14`. Links go to the top, Back and a reload go to where one was.
   `#todo/promotions` is a heading on the page To do, `#boards` the first of its tabs.
   `#activity` is the page of that name where there is Discord, `#activity/ehb` the board of a metric. */

const FIRST_PAGE = 'overview';
const LATE_FRAMES = 60;
const LEFT = 'left';
const BOARDS = new Set(['boss', 'skill', 'activity']);
/** Whose place in the navigation a page stands at that has none of its own. */
const PLACES = /** @type {Record<string, string>} */ ({ member: 'members', compare: 'members', boss: 'bosses', skill: 'bosses', skills: 'bosses', boards: 'bosses' });

class Router {
  /** @param {Clan} clan */
  constructor(clan) {
    this.clan = clan;
    this.clicked = false;
    /** @type {Map<string, number>} */
    this.left = new Map();
    this.now = '';
  }

  start() {
    history.scrollRestoration = 'manual';
    document.addEventListener('click', (event) => {
      const link = /** @type {Element} */ (event.target).closest('a[href^="#"]');
      if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) this.follow(event, link);
    });
    addEventListener('scroll', () => this.left.set(this.now, scrollY), { passive: true });
    addEventListener('hashchange', () => this.show(location.hash));
    addEventListener('pagehide', () => remember(LEFT, `${scrollY} ${this.now}`, 'sessionStorage'));
    this.comeBack();
    this.show(location.hash);
    delete document.documentElement.dataset.deep;
  }

  /** After a reload: with the clan's next night, maybe. */
  comeBack() {
    const [opened] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
    const [, at, address] = /^(\d+\S*) (.*)$/.exec(recalled(LEFT, 'sessionStorage') ?? '') ?? [];
    if (opened?.type === 'reload' && address !== undefined) this.left.set(address, Number(at));
  }

  /**
   * @param {Event} event
   * @param {Element} link
   */
  follow(event, link) {
    if (link.hasAttribute('data-skip')) {
      event.preventDefault();
      byId('content')?.focus();
      return;
    }
    if (link.getAttribute('href') === this.now) scrollTo(0, 0);
    else this.clicked = true;
  }

  /** @param {string} hash */
  show(hash) {
    const [name, argument] = parted(hash);
    const first = this.now === '';
    this.now = hash || `#${FIRST_PAGE}`;
    const at = this.left.get(this.now) ?? 0;
    const page = this.page(name, argument) ?? this.page(FIRST_PAGE, '');
    for (const other of document.querySelectorAll('.page')) other.toggleAttribute('hidden', other !== page);
    this.mark(argument && name === 'activity' ? 'bosses' : PLACES[name] ?? page?.id.replace('page-', '') ?? name);
    if (name === 'history') showHistory(this.clan, argument, (address) => { this.now = address; });
    if (name === 'runs') showRuns();
    forgetCharts();
    fitCharts();
    const title = page?.querySelector('h1');
    document.title = `${title?.textContent ?? ''} – ${this.clan.name}`;
    const spot = page && this.spot(page, hash);
    this.scroll(this.clicked ? 0 : at);
    if (spot) this.lead(spot, this.clicked || !at);
    else if (!first) title?.focus({ preventScroll: true });
    this.clicked = false;
  }

  /** Goes to *at*; what is drawn late makes a page long enough only then.
   * @param {number} at
   */
  scroll(at) {
    const { now } = this;
    let tries = LATE_FRAMES;
    const reach = () => {
      scrollTo(0, at);
      tries -= 1;
      if (scrollY < at - 1 && tries > 0 && this.now === now) requestAnimationFrame(reach);
    };
    reach();
  }

  /** The section of a page, filled if it is drawn on demand; null for a page that does not exist.
   * @param {string} name
   * @param {string} argument
   * @returns {Element | null}
   */
  page(name, argument) {
    if (name === 'member') {
      const member = this.clan.byId.get(Number(argument));
      return fillPage('page-member', member ? memberPage(this.clan, member) : missing('This account is not in the clan now.', '#members', 'All members'));
    }
    if (name === 'compare') {
      const [one, other] = argument.split('/').map((id) => this.clan.byId.get(Number(id)));
      return fillPage('page-compare', one && other && one !== other ? comparePage(this.clan, one, other) : missing('It takes two accounts that are in the clan now.', '#members', 'All members'));
    }
    if (BOARDS.has(name) && (argument || !byId(`page-${name}`))) {
      const metric = this.clan.metric(argument);
      return fillPage('page-board', metric ? boardPage(this.clan, metric) : missing('There is no board of that name.', '#bosses', 'All bosses'));
    }
    return byId(`page-${name === 'boards' ? 'bosses' : name}`);
  }

  /** The heading inside *page* that an address such as `#todo/promotions` leads to: its id is all of the address.
   * @param {Element} page
   * @param {string} hash
   * @returns {HTMLElement | null}
   */
  spot(page, hash) {
    const found = byId(hash.replace(/^#/, ''));
    return found && page.contains(found) && page !== found ? found : null;
  }

  /**
   * @param {HTMLElement} spot
   * @param {boolean} scrolls
   */
  lead(spot, scrolls) {
    spot.focus({ preventScroll: true });
    if (scrolls) spot.scrollIntoView();
  }

  /** @param {string} tab */
  mark(tab) {
    for (const link of document.querySelectorAll('.tabs a')) {
      const current = link.getAttribute('data-page') === tab;
      if (current) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
      if (current && link.parentElement) link.parentElement.scrollLeft = /** @type {HTMLElement} */ (link).offsetLeft - 64;
    }
  }
}

/**
 * @param {string} hash
 * @returns {[string, string]}
 */
function parted(hash) {
  const [name, ...rest] = hash.replace(/^#/, '').split('/');
  try {
    return [name || FIRST_PAGE, decodeURIComponent(rest.join('/'))];
  } catch {
    return [FIRST_PAGE, ''];
  }
}

/**
 * @param {string} id
 * @param {HTMLElement[]} content
 */
function fillPage(id, content) {
  const page = byId(id);
  page?.replaceChildren(...content);
  return page;
}

/**
 * @param {string} sentence
 * @param {string} href
 * @param {string} back
 */
const missing = (sentence, href, back) => [
  h('div', { class: 'panel empty' }, h('h1', { tabindex: '-1' }, 'Nothing here'), h('p', {}, sentence), h('p', {}, h('a', { href }, back))),
];
