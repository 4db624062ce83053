/* The columns of the Members table: a reader chooses which are shown, and may add more than the page begins with. */

/** @typedef {{text: string, by: string}} ColumnCell */
/** @typedef {{key: string, text: string, late?: boolean, number: boolean, cell: (accounts: Member[]) => ColumnCell}} ExtraColumn */

const ALWAYS = 'name';
const COLUMNS_KEY = 'columns';
const NOTHING = { text: '–', by: '' };

/** @param {Clan} clan */
function chooseColumns(clan) {
  const table = /** @type {HTMLTableElement | null} */ (byId('members-table'));
  const place = byId('member-columns');
  const headRow = table?.tHead?.rows[0];
  if (!table || !place || !headRow) return;
  const own = /** @type {HTMLTableCellElement[]} */ ([...headRow.cells]).map((head) => ({ key: head.dataset.sort ?? '', text: head.textContent ?? '' }));
  const extras = extraColumns(clan);
  const remembered = recalled(COLUMNS_KEY)?.split(' ');
  const shown = new Set(remembered ?? own.filter((_, at) => isSeen(headRow.cells[at])).map(({ key }) => key));

  const apply = async () => {
    const wanted = extras.filter(({ key }) => shown.has(key));
    if (wanted.some((column) => column.late)) await late('detail');
    for (const column of wanted) if (!headRow.querySelector(`[data-sort="${column.key}"]`)) addColumn(clan, table, headRow, column);
    table.classList.add('is-chosen');
    const keys = [...headRow.cells].map((head) => head.dataset.sort ?? '');
    for (const row of table.rows) {
      keys.forEach((key, at) => {
        const cell = row.cells[at];
        if (cell) cell.hidden = key !== ALWAYS && !shown.has(key);
      });
    }
  };

  /**
   * @param {string} key
   * @param {boolean} on
   */
  const choose = (key, on) => {
    if (on) shown.add(key);
    else shown.delete(key);
    remember(COLUMNS_KEY, [...shown].join(' '));
    apply().catch((error) => notice(error.message));
  };
  const boxes = (/** @type {{key: string, text: string}[]} */ columns) => columns.filter(({ key }) => key !== ALWAYS).map(({ key, text }) => {
    const box = /** @type {HTMLInputElement} */ (h('input', { type: 'checkbox', value: key, checked: shown.has(key) }));
    box.addEventListener('change', () => choose(key, box.checked));
    return h('label', { class: 'check' }, box, ' ', text);
  });
  const menu = /** @type {HTMLDetailsElement} */ (h('details', { class: 'menu' },
    h('summary', { 'aria-describedby': 'member-columns-word' }, 'Choose'),
    h('div', { class: 'menu-body panel' },
      h('fieldset', {}, h('legend', {}, 'Shown at first'), ...boxes(own)),
      h('fieldset', {}, h('legend', {}, 'More'), ...boxes(extras)))));
  place.append(h('span', { id: 'member-columns-word' }, 'Columns'), menu);
  closable(menu);
  if (remembered) apply().catch((error) => notice(error.message));
}

/** Closes *menu* on Escape and on a click elsewhere.
 * @param {HTMLDetailsElement} menu
 */
function closable(menu) {
  menu.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
  document.addEventListener('click', ({ target }) => {
    if (menu.open && !menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
}

/** @param {Element | undefined} head */
const isSeen = (head) => Boolean(head) && getComputedStyle(/** @type {Element} */ (head)).display !== 'none';

/**
 * @param {Clan} clan
 * @param {HTMLTableElement} table
 * @param {HTMLTableRowElement} headRow
 * @param {ExtraColumn} column
 */
function addColumn(clan, table, headRow, column) {
  const side = column.number ? 'c-more num' : 'c-more';
  headRow.append(h('th', { role: 'columnheader', scope: 'col', class: side, 'data-sort': column.key, 'data-first': column.number ? 'descending' : null }, h('button', { type: 'button' }, column.text)));
  for (const body of table.tBodies) {
    for (const row of body.rows) {
      const accounts = (row.dataset.players ?? '').split(' ').map((id) => clan.byId.get(Number(id))).filter((member) => member !== undefined);
      const { text, by } = column.cell(accounts);
      row.append(h('td', { role: 'cell', class: by === '' || by === '0' ? `${side} muted` : side, 'data-by': by }, text));
    }
  }
}

/**
 * @param {Clan} clan
 * @returns {ExtraColumn[]}
 */
function extraColumns(clan) {
  const gains = clan.periods.flatMap((period) => ['overall', 'ehp', 'ehb'].map((key) => gainColumn(clan, period, key)));
  const begun = new Set(['overall_7d', 'ehp_7d', 'ehb_7d']);
  const facts = /** @type {ExtraColumn[]} */ ([
    { key: 'level', text: 'Total level', number: true, cell: ([main]) => counted(main?.totalLevel ?? null) },
    { key: 'tenure', text: 'Days in clan', number: true, cell: ([main]) => counted(main?.tenureDays ?? null) },
    { key: 'build', text: 'Build', number: false, cell: ([main]) => ({ text: roleName(main?.build ?? ''), by: main?.build ?? '' }) },
  ]);
  return [...gains.filter(({ key }) => !begun.has(key)), ...facts, ...(clan.talk ? talkColumns() : [])];
}

/**
 * @param {Clan} clan
 * @param {Period} period
 * @param {string} key
 * @returns {ExtraColumn}
 */
function gainColumn(clan, period, key) {
  const gained = new Map(scores(period.boards[key] ?? []));
  const metric = clan.metric(key);
  const word = key === 'overall' ? 'XP' : metric?.name ?? key;
  return {
    key: `${key}_${period.key}`, text: `${word} ${period.label}`, number: true,
    cell: (accounts) => {
      const seen = accounts.filter((member) => clan.silence(member, period) === null);
      const [first] = accounts;
      if (!seen.length || !metric) return { text: first ? clan.silence(first, period) ?? '–' : '–', by: '' };
      const value = sum(seen.map((member) => gained.get(member.at) ?? 0));
      return { text: amount(value, metric, true), by: String(value) };
    },
  };
}

/** @returns {ExtraColumn[]} */
function talkColumns() {
  const story = (/** @type {Member[]} */ accounts) => {
    const talk = window.CLAN_DETAIL.talk;
    const place = accounts.map((member) => talk?.stories[member.at]).find((found) => found !== undefined);
    return place === undefined ? null : talk?.people[place] ?? null;
  };
  /** @type {[string, string, (found: TalkStory) => number | null | undefined][]} */
  const columns = [
    ['messages_30d', 'Messages 30 days', (found) => found.messages[1]],
    ['messages_90d', 'Messages 90 days', (found) => found.messages[2]],
    ['chat_7d', 'Clan chat 7 days', (found) => found.clanChat[0]],
    ['questions', 'Questions asked', (found) => found.questions],
    ['answers', 'Answers given', (found) => found.answers],
    ['welcomes', 'Newcomers greeted', (found) => found.welcomes],
  ];
  return columns.map(([key, text, of]) => ({
    key, text, late: true, number: true,
    cell: (accounts) => {
      const found = story(accounts);
      return found ? counted(of(found) ?? null) : NOTHING;
    },
  }));
}

/**
 * @param {number | null} value
 * @returns {ColumnCell}
 */
const counted = (value) => (value === null ? NOTHING : { text: number(value), by: String(value) });
