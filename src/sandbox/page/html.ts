/** Text that is markup already. Only `html` makes it, so what comes from outside is always escaped. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/** A template of markup: every value put into it is escaped, unless `html` made it. null, undefined and false are left out. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  const markup = strings.reduce((whole, fixed, index) => whole + render(values[index - 1]) + fixed);
  return { markup };
}

export const nothing: Html = html``;

function render(value: Part): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  if ('markup' in value) return value.markup;
  return value.map(render).join('');
}

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (found) => named[found] ?? found);
}
