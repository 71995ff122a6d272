/**
 * The one card model. Handlers and jobs build cards, the platform folders render them. Every string is raw text: renderers
 * escape it, cap it and turn references to people into mentions.
 */

/** A stretch of text. A plain string is plain text and nothing in it is markup. */
export type Span =
  | string
  | { bold: string }
  /** A name from the outside world (node, schedule, file space): set apart, never interpreted. */
  | { code: string }
  | { mention: PersonRef }
  /** A web address; `text` is what is read. */
  | { link: string; text: string };

/** A person as the platforms know them. Without an id on the platform at hand the name is shown as text. */
export interface PersonRef {
  name: string;
  slack?: string;
  /** AAD object id. */
  teams?: string;
}

export type Tone = 'good' | 'warning' | 'bad' | 'neutral';

/** A button is a verb: pressing it is typing `/backup <verb> <args>`. */
export interface Button {
  label: string;
  verb: string;
  /** Exactly what a person could type after the verb. */
  args: string;
  style?: 'primary' | 'danger';
}

/** One line of a list: a word (never colour alone), a name, what there is to say. */
export interface Row {
  /** `NEW`, `STILL x4`, `OK`. */
  tag: string;
  tone: Tone;
  name: string;
  text: Span[];
}

export type Block =
  | { type: 'text'; spans: Span[] }
  /** Small print: ages, counts, hints. */
  | { type: 'note'; spans: Span[] }
  /** One thing that must not be overlooked. */
  | { type: 'banner'; tone: Tone; spans: Span[] }
  | { type: 'facts'; facts: { name: string; value: Span[] }[] }
  /**
   * Lines, worst first. A renderer that runs out of room keeps the first and says how many more there are. `total` counts
   * all there are, also those not handed in; `more` is the way to them.
   */
  | { type: 'rows'; heading?: Span[]; rows: Row[]; total: number; more?: Button }
  | { type: 'divider' };

export interface Card {
  /** Names the builder: `digest`, `status`. Used in golden files, metrics and logs. */
  kind: string;
  /** The heading. Empty: the card has none, its first block says it all. */
  title: string;
  /** For notifications and screen readers: verdict, counts, first three names. Plain text. */
  fallback: string;
  blocks: Block[];
  buttons: Button[];
}
