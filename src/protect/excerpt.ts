/** At most `length` characters of a text, the last of them … if something was cut. Never half a character. */
export function excerpt(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The beginning of a value as JSON, which escapes whatever could break a line, a log or a column of a database. */
export function excerptJson(value: unknown, length: number): string {
  return excerpt(JSON.stringify(value) ?? 'nothing', length);
}
