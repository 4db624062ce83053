/* The page Runs: how each night went in a sentence, and behind it what whoever runs this wants to know. */

const NIGHTS = 30;
const STAGES = /** @type {Record<string, string>} */ ({
  harvest_wom: 'Ask Wise Old Man', harvest_discord: 'Ask Discord', harvest_workbook: 'Read the workbook', load: 'Load', judge: 'Judge',
  report: 'Write the workbook', publish: 'Write this page', deploy: 'Copy to the shared folder', digest: 'Tell Discord',
});

let runsAsked = false;

/** The single page holds the nights before its own in words, and no more than that. */
function showRuns() {
  const place = byId('runs-view');
  if (runsAsked || !place || !document.documentElement.dataset.runs) return;
  runsAsked = true;
  late('runs').then(() => place.replaceChildren(...runsPanels(window.CLAN_RUNS)),
    () => place.append(h('p', { class: 'panel muted' }, 'runs.js does not lie beside the page, so what each stage did cannot be shown.')));
}

/** @param {Run[]} runs */
function runsPanels(runs) {
  if (!runs.length) return [h('p', { class: 'panel muted' }, 'This is the first night.')];
  const well = runs.slice(0, NIGHTS).filter(({ state }) => state === 'done').length;
  const told = Math.min(runs.length, NIGHTS);
  return [...concernPanels(runs), ...growthPanels(runs), h('section', { class: 'panel', 'aria-labelledby': 'title-nights' },
    h('h2', { id: 'title-nights' }, 'The last nights'),
    h('p', { class: 'muted' }, `${number(well)} of the last ${plural(told, 'run')} ended well.`),
    h('ul', { class: 'events runs' }, ...runs.slice(0, NIGHTS).map(runLine)))];
}

/** @param {Run} run */
function runLine({ night, state, sentence, seconds, stages = [] }) {
  const took = seconds ?? sum(stages.map((stage) => stage.seconds ?? 0));
  return h('li', {},
    h('span', { class: `mark mark-${state}` }, state),
    h('span', {}, h('span', {}, sentence), stages.length > 0 && h('details', { class: 'small' },
      h('summary', {}, `${plural(stages.length, 'stage')}, ${plural(Math.round(took), 'second')}`), stagesTable(stages))),
    h('time', { class: 'when', datetime: night }, utcDay(Date.parse(night))));
}

/** @param {RunStage[]} stages */
function stagesTable(stages) {
  const heads = ['Stage', 'State', 'Tries', 'Seconds', 'Requests', 'New rows', 'Changed rows', 'Size', 'Memory'];
  return h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Stages of the night' }, h('table', { class: 'ledger' },
    h('thead', {}, h('tr', {}, ...heads.map((text, at) => h('th', { scope: 'col', class: at > 1 ? 'num' : null }, text)))),
    h('tbody', {}, ...stages.map((stage) => h('tr', {},
      h('th', { scope: 'row' }, STAGES[stage.name] ?? stage.name),
      h('td', {}, stage.state, stage.error && h('span', { class: 'under' }, stage.error)),
      ...[stage.attempts, stage.seconds === null ? null : Math.round(stage.seconds * 10) / 10, stage.requests, stage.inserted, stage.updated]
        .map((value) => h('td', { class: 'num' }, value === null ? '–' : number(value))),
      ...[stage.bytes, stage.peak_bytes].map((size) => h('td', { class: 'num' }, size ? bytes(size) : '–')))))));
}
