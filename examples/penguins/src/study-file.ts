import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the study is kept: beside this example's package.json. */
export const studyFile: URL = new URL('../penguins-study.json', import.meta.url);

/** The same as a path from the current folder. */
export const studyName: string = relative(process.cwd(), fileURLToPath(studyFile));
