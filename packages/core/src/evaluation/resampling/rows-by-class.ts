/** The rows of each class that occurs, ascending; classes in order of first appearance. */
export function rowsByClass(target: Float64Array): Int32Array[] {
  const rows = new Map<number, number[]>();
  for (const [row, label] of target.entries()) {
    const known = rows.get(label);
    if (known === undefined) rows.set(label, [row]);
    else known.push(row);
  }
  return Array.from(rows.values(), (list) => Int32Array.from(list));
}
