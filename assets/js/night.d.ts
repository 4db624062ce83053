/* What the night hands to the page, as `arrangement.py`, `talk_arrangement.py` and `history.py` in pipeline/outputs/dashboard
   arrange it.

   A member is named by their place in `members`; records are by that place, or by a metric's key. A board is flat, best first:
   all its members, then the best value and the falls from one to the next. Instants are milliseconds UTC. */

interface Window {
  /** Loaded with the page; not there if the page was moved without its folder. */
  CLAN?: Night;
  /* Loaded by `late`, and there once its promise is kept. */
  CLAN_DETAIL: Detail;
  CLAN_HISTORY: Weeks;
  CLAN_RUNS: Run[];
  echarts: ECharts;
}

type Kind = 'skill' | 'boss' | 'activity' | 'computed';

interface Night {
  asOf: string;
  timeZone: string;
  clan: string;
  metrics: [key: string, name: string, kind: Kind, emblem: string][];
  memberFields: string[];
  /** Values in the order of `memberFields`. */
  members: unknown[][];
  periods: Period[];
  /** Only where Discord is set up. */
  talk?: TalkFace;
}

interface Period {
  key: string;
  label: string;
  since: number;
  until: number;
  /** The first and the last look at those who were looked at. */
  looks: Record<string, [from: number, to: number]>;
  boards: Record<string, number[]>;
  /** Who first ranked inside the period. */
  newly: Record<string, number[]>;
}

interface TalkFace {
  zone: string;
  zoneWords: string;
  /** The period that is shown first. */
  shown: string;
  /** Since when clan chat is not known, in words. */
  unheard: string | null;
  heat: HeatPeriod[];
  trend: ChartOption;
}

interface HeatPeriod {
  key: string;
  label: string;
  days: string;
  discord: HeatMaps;
  chat: HeatMaps;
  chatHeard: boolean;
}

/** 168 numbers each, Monday 0:00 first. */
interface HeatMaps {
  utc: number[];
  clan: number[];
}

interface Detail {
  asOf: string;
  standings: Record<string, number[]>;
  /** Lines of experience: the first day since 1970 and its value, then differences. */
  series: Record<string, number[]>;
  achievements: [member: number, title: string, metric: string, at: number | null][];
  /** Milestones ahead: when it is likely, and from when to when; `high` null: perhaps not within a year. */
  upcoming: [member: number, title: string, metric: string, low: number, mid: number, high: number | null][];
  roster: [member: number, kind: string, text: string, at: number][];
  verdicts: Record<string, Verdict>;
  /** Draws one line of `series`. */
  chart: ChartOption;
  talk?: TalkDetail;
}

type Verdict = [state: 'active' | 'inactive' | 'unknown', proof: string, flipsIf: string, exempt: string | null];

interface TalkDetail {
  guild: string;
  periods: string[];
  days: number;
  until: string;
  people: TalkStory[];
  /** The command that ties an account to a member of whom nothing is guessed. */
  confirm: string;
  /** Since when nobody knows what was asked, in words. */
  unasked: string | null;
  /** Each member's place in `people`. */
  stories: Record<string, number>;
  unknown: Record<string, Unknown>;
}

/** What one person wrote; `messages` and `clanChat` by `periods`, `days` as days of the chart and their counts. */
interface TalkStory {
  nick: string | null;
  inGuild: boolean | null;
  lastWordAt: number | null;
  lastClanChatAt: number | null;
  messages: number[];
  clanChat: (number | null)[];
  questions: number;
  answered: number;
  answers: number;
  helped: number;
  welcomes: number;
  days: [day: number, count: number][];
  channels: [name: string, count: number][];
}

/** A member whose Discord account is not known. */
interface Unknown {
  guess: string | null;
  account: string | null;
  command: string;
}

/** The roll of every week, as `history.py` arranges it. */
interface Weeks {
  asOf: string;
  rowFields: string[];
  people: [person: number, players: number[], name: string, alts: string[], type: string, status: string, joinedAt: number, joinSource: string][];
  ranks: [rank: string, place: number][];
  bosses: string[];
  states: Verdict[0][];
  weeks: Week[];
  totals: Record<string, number[]>;
  /** Draws one of `totals`. */
  chart: ChartOption;
}

/** `rows` has a column for each of `rowFields`; null is not known. */
interface Week {
  since: number;
  until: number;
  counts: Record<Verdict[0], number>;
  rows: (number | null)[][];
}

interface Run {
  night: string;
  state: string;
  sentence: string;
  stages?: RunStage[];
  /** Of the newest run alone. */
  warnings?: Concern[];
  /** Runs of earlier versions did not write down what they cost. */
  seconds?: number | null;
  requests?: number | null;
  database_bytes?: number | null;
  landing_bytes?: number | null;
  backup_bytes?: number | null;
  free_bytes?: number | null;
}

interface Concern {
  kind: 'disk' | 'database' | 'requests' | 'rate' | 'time' | 'nights' | 'backups';
  severity: 'low' | 'high';
  said: string;
  remedy: string;
}

interface RunStage {
  name: string;
  state: string;
  attempts: number;
  seconds: number | null;
  requests: number | null;
  inserted: number | null;
  updated: number | null;
  bytes?: number | null;
  peak_bytes?: number | null;
  error: string | null;
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** An option of ECharts, with names of tokens where colours and fonts go. */
interface ChartOption {
  series: { [key: string]: Json }[];
  [key: string]: Json;
}

/** As much of ECharts as the page uses. */
interface ECharts {
  init(box: HTMLElement, theme: null, settings: { renderer: 'svg' }): Chart;
}

interface Chart {
  setOption(option: object): void;
  resize(): void;
  dispose(): void;
}
