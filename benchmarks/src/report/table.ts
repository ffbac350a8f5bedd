/** A table to print and to write. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  /** Cells as text; the first column is the row's name. */
  readonly rows: readonly (readonly string[])[];
  /** Sentences below it. */
  readonly notes?: readonly string[];
}

/** For the terminal. */
export function tableToText({ title, columns, rows, notes = [] }: Table): string {
  const widths = columnWidths([columns, ...rows]);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return ['', title, '', line(columns), rule, ...rows.map(line), ...notes.map((note) => `  ${note}`)].join(
    '\n',
  );
}

/** For a page. */
export function tableToMarkdown({ title, columns, rows, notes = [] }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = columnWidths(cells).map((width) => Math.max(3, width));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head, ...body] = cells as [string[], ...string[][]];
  return [
    `### ${title}`,
    '',
    line(head),
    rule,
    ...body.map(line),
    ...notes.flatMap((note) => ['', note]),
  ].join('\n');
}

/** A number in a cell: `digits` decimals, and a dash for none. */
export function cell(value: number | undefined, digits: number): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits);
}

/** A number in a cell with three significant digits. */
export function significant(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (value >= 100) return value.toFixed(0);
  return value.toPrecision(value >= 10 ? 3 : value >= 0.01 ? 2 : 1);
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] as readonly string[]).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
}
