export { exportOptunaJournal, type ExportJournalOptions } from './export-journal.ts';
export { importOptunaJournal, type ImportedStudy, type ImportJournalOptions } from './import-journal.ts';
export type { JournalSource } from './journal-lines.ts';
